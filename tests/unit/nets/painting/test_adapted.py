"""Nets with adapters: merged they answer as they were trained, and those that come with emostage can be given one by their name."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from importlib import import_module
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from emostage.core.errors import AssetError
from emostage.core.identity import Adapter
from emostage.diffusion.adapters import Lora, apply_adapter, insert, save_adapter
from emostage.nets.emodiffhead.net import EmoDiffHead, PainterConfig
from emostage.nets.emotalker.net import DenoiserConfig, EmoTalker
from emostage.nets.emotivetalk.dicte import Conditions, Dicte, DicteConfig
from emostage.nets.emotivetalk.ethd import Ethd, EthdConfig
from emostage.nets.finish.net import Finish, FinishConfig
from emostage.nets.painting.given import Given

SMALL = {"widths": (16, 16, 32), "blocks": 1, "embed": 32}


def painted(net: nn.Module, given: Given) -> Tensor:
    noisy, level = torch.randn(2, 48, 32, 32, generator=torch.Generator().manual_seed(3)), torch.full((2,), 0.5)
    photo_N3HH = given.each("reference_B3HH")
    first = (photo_N3HH,) if isinstance(net, Finish) else ()
    more = (photo_N3HH[:, None].expand(-1, 2, -1, -1, -1), torch.ones(2)) if isinstance(net, EmoDiffHead) else ()
    found: Tensor = net(noisy, level, *first, given, *more).clean_N3HH
    return found


def moved(net: nn.Module, given: Given) -> Tensor:
    g = torch.Generator().manual_seed(3)
    told = Conditions(
        sound_BTS=torch.randn(1, 5, 173, generator=g),
        emotion_BT8=torch.full((1, 5, 8), 0.125),
        reference_BG=torch.zeros(1, 4),
        edges_BT2=torch.ones(1, 5, 2),
    )
    found: Tensor = net(torch.randn(1, 5, 27, generator=g), torch.tensor([400]), told)
    return found


NETS: dict[str, tuple[Callable[[], nn.Module], Callable[[nn.Module, Given], Tensor]]] = {
    "emodiffhead": (lambda: EmoDiffHead(PainterConfig(**SMALL, token=32)), painted),
    "emotivetalk": (lambda: Ethd(EthdConfig(**SMALL, token=32)), painted),
    "emotalker": (lambda: EmoTalker(DenoiserConfig(**SMALL, token=32)), painted),
    "finish": (lambda: Finish(FinishConfig(**SMALL, enter=16)), painted),
    "dicte": (lambda: Dicte(DicteConfig(width=32, blocks=1)), moved),
}


@pytest.mark.parametrize("name", NETS)
@torch.no_grad()
def test_merged_it_answers_as_it_was_trained(name: str, given, awake, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    torch.manual_seed(0)
    build, ask = NETS[name]
    made, base = given(frames=2), awake(build())
    learnt = deepcopy(base)
    insert(learnt, Lora(rank=2, alpha=2.0))
    for key, value in learnt.named_parameters():
        if "lora_B" in key:
            nn.init.normal_(value, std=0.1)
    save_adapter(tmp_path / "a", learnt)
    before, wanted = ask(base, made), ask(learnt, made)
    found = ask(apply_adapter(base, tmp_path / "a"), made)
    assert (found - wanted).abs().max() < 0.02 * (wanted - before).abs().max()


def test_a_net_that_comes_with_emostage_takes_one(tmp_path: Path) -> None:
    paint = import_module("emostage.nets.emotalker.paint")
    plain = paint.painter(steps=1)._net
    net = deepcopy(plain)
    insert(net, Lora(rank=1, targets=("brush.*",)))
    nn.init.ones_(net.brush.paint.lora_B["default"].weight)
    save_adapter(tmp_path / "a", net)
    given = {s: paint.painter(steps=1, adapter=Adapter(file=tmp_path / "a", strength=s))._net for s in (0.0, 1.0)}
    assert torch.equal(given[0.0].brush.paint.weight, plain.brush.paint.weight)
    assert not torch.allclose(given[1.0].brush.paint.weight, plain.brush.paint.weight, atol=1e-3)
    assert torch.equal(given[1.0].brush.flow.weight, plain.brush.flow.weight)


@pytest.mark.parametrize("name", ["emodiffhead", "emotivetalk"])
def test_an_adapter_that_is_not_there_is_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="E136"):
        import_module(f"emostage.nets.{name}.paint").painter(steps=1, adapter=Adapter(file=tmp_path / "nothing"))
