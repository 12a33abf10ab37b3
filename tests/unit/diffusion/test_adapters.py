"""Adapters: what was learnt beside a net is merged into it, and files that do not fit are refused."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from emostage.core.errors import AssetError
from emostage.core.identity import Adapter
from emostage.diffusion import adapters
from emostage.diffusion.adapters import FORMAT, Lora, adapted, apply_adapter, insert, save_adapter

SOME = Lora(rank=2, alpha=3.0)
X = torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(9))


class Net(nn.Module):
    """A layer of each kind."""

    def __init__(self, width: int = 6) -> None:
        super().__init__()
        self.enter = nn.Conv2d(3, width, 3, padding=1, stride=2)
        self.mix = nn.Conv2d(width, width, 1)
        self.over = nn.Conv1d(16, 16, 3, padding=1)
        self.leave = nn.Linear(width, 4)

    def forward(self, x: Tensor) -> Tensor:
        h = torch.tanh(self.mix(torch.tanh(self.enter(x))))
        out: Tensor = self.leave(self.over(h.flatten(2).transpose(1, 2)))
        return out


def base(width: int = 6) -> Net:
    torch.manual_seed(0)
    return Net(width).eval()


def learnt(lora: Lora = SOME) -> Net:
    """A net with matrices that change it."""
    net = base()
    torch.manual_seed(1)
    insert(net, lora)
    for name, p in net.named_parameters():
        if "lora_B" in name:
            nn.init.normal_(p, std=0.3)
    return net


@pytest.fixture
def file(tmp_path: Path) -> Path:
    save_adapter(tmp_path / "a.safetensors", learnt())
    return tmp_path / "a.safetensors"


def test_matrices_change_nothing_at_first_and_are_all_that_learns() -> None:
    net = base()
    insert(net, Lora(rank=2))
    assert torch.equal(net(X), base()(X))
    assert {name.split(".")[1] for name, p in net.named_parameters() if p.requires_grad} == {"lora_A", "lora_B"}


def test_merged_it_answers_as_it_was_trained(file: Path) -> None:
    net = apply_adapter(base(), file)
    assert not torch.allclose(net(X), base()(X), atol=0.05)
    assert torch.allclose(net(X), learnt()(X), atol=1e-5)
    assert net.state_dict().keys() == base().state_dict().keys()


def test_strength_scales_the_change_and_none_changes_no_bit(file: Path) -> None:
    whole, half, none = (adapted(base(), Adapter(file=file, strength=s)) for s in (1.0, 0.5, 0.0))
    for name, was in base().state_dict().items():
        change = whole.state_dict()[name] - was
        assert torch.allclose(half.state_dict()[name] - was, 0.5 * change, atol=1e-6)
        assert torch.equal(none.state_dict()[name], was)
    assert torch.equal(adapted(base(), None).leave.weight, base().leave.weight)


def test_patterns_choose_the_layers(tmp_path: Path) -> None:
    save_adapter(tmp_path / "a", learnt(Lora(rank=1, targets=("m*", "leave", "enter"), without=("ent*",))))
    assert load_file(tmp_path / "a").keys() == {"down:mix", "up:mix", "down:leave", "up:leave"}
    with pytest.raises(ValueError, match="no layer"):
        insert(base(), Lora(targets=("nothing",)))
    with pytest.raises(ValueError, match="no adapter"):
        save_adapter(tmp_path / "b", base())


def test_nothing_but_safetensors_is_needed_to_apply_one(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "peft", None)
    apply_adapter(base(), file)


def test_the_hash_is_that_of_the_file(tmp_path: Path) -> None:
    found = save_adapter(tmp_path / "a", learnt())
    assert found == hashlib.sha256((tmp_path / "a").read_bytes()).hexdigest()


def test_large_matrices_are_kept_in_half_precision(tmp_path: Path) -> None:
    net = nn.Sequential(nn.Linear(300, 300))
    insert(net, Lora(rank=8))
    save_adapter(tmp_path / "a", net)
    assert {array.dtype for array in load_file(tmp_path / "a").values()} == {torch.float16}


Spoil = Callable[[dict[str, Tensor]], object]
SPOILT: dict[str, Spoil] = {
    "without one matrix": lambda arrays: arrays.pop("up:mix"),
    "of an unknown layer": lambda arrays: arrays.update({"down:no": torch.ones(1, 1), "up:no": torch.ones(1, 1)}),
    "with another array": lambda arrays: arrays.update({"more": torch.ones(1)}),
    "not numbers": lambda arrays: arrays["up:mix"].fill_(torch.nan),
    "integers": lambda arrays: arrays.update({"up:mix": arrays["up:mix"].int()}),
    "of two ranks": lambda arrays: arrays.update({"down:mix": torch.ones(3, 6, 1, 1)}),
    "without dimensions": lambda arrays: arrays.update({"down:mix": torch.tensor(1.0)}),
    "empty": lambda arrays: arrays.clear(),
}


@pytest.mark.parametrize("how", SPOILT)
def test_spoilt_files_are_refused(file: Path, how: str) -> None:
    arrays = load_file(file)
    SPOILT[how](arrays)
    save_file(arrays, file, metadata={"format": FORMAT})
    net = base()
    with pytest.raises(AssetError, match="E136"):
        apply_adapter(net, file)
    assert all(torch.equal(a, b) for a, b in zip(net.parameters(), base().parameters(), strict=True))


def test_other_files_and_other_nets_are_refused(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_file(load_file(file), tmp_path / "plain")
    (tmp_path / "noise").write_bytes(bytes(range(200)))
    (tmp_path / "cut").write_bytes(file.read_bytes()[:-7])
    for name in ("plain", "noise", "cut", "nothing", ""):
        with pytest.raises(AssetError, match="E136"):
            apply_adapter(base(), tmp_path / name)
    with pytest.raises(AssetError, match=r"E136.*no layer 'enter' of this size"):
        apply_adapter(base(width=8), file)
    monkeypatch.setattr(adapters, "MOST_RANK", 1)
    with pytest.raises(AssetError, match="E136"):
        apply_adapter(base(), file)
    monkeypatch.setattr(adapters, "LIMIT", 100)
    with pytest.raises(AssetError, match=r"E136.*bytes"):
        apply_adapter(base(), file)


def test_a_strength_that_is_no_number_is_refused(file: Path) -> None:
    with pytest.raises(ValueError, match="number"):
        apply_adapter(base(), file, float("nan"))
