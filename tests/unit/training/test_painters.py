"""The painters' training: golden losses of ten steps, stopping and going on, cards, and beginning with other weights."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from emostage.core.errors import AssetError, UsageError
from emostage.diffusion.checkpoints import load
from emostage.diffusion.module import Batch
from emostage.face.head import load_head
from emostage.nets.emotalker.net import build
from emostage.nets.finish.net import build as build_finish
from emostage.nets.painting.pretrained import pretrained
from emostage.training.codec import autoencoder, keep
from emostage.training.finish.examples import Finishings
from emostage.training.fit import Terms
from emostage.training.footage.examples import Paintings, Shape
from emostage.training.footage.store import Footage, joined, nothing
from emostage.training.painters import Plan, Recipe, coded, footage_lessons, sized, train_from
from emostage.training.recipes import RECIPES, finish, finish_lessons, recipe

from .conftest import noise, pairs, write_footage, write_pairs

pytestmark = pytest.mark.filterwarnings("ignore")

GOLDEN = Path(__file__).parent / "golden" / "painter_losses.json"
TINY = {"widths": (16, 16, 32), "blocks": 1, "embed": 32, "token": 32}


def tiny(name: str) -> Recipe:
    made = sized(recipe(name, "small"), **TINY)
    return replace(made, shape=replace(made.shape, clips=1, frames=2, stills=2), held=2)


@pytest.fixture(scope="module")
def footage() -> Footage:
    return joined([noise(7, shots=2, size_px=128), noise(8, size_px=128)])


def plan(folder: Path, steps: int, **more: object) -> Plan:
    out, work = folder / "out", folder / "run"
    terms = Terms(accelerator="cpu", devices=1)
    return Plan(out=out, work=work, steps=steps, check_every=2, terms=terms, **more)  # type: ignore[arg-type]


def ten_losses(name: str, footage: Footage) -> list[float]:
    return losses_of(tiny(name), lambda shape: Paintings(footage, shape, seed=0))


def losses_of(made: Recipe, batches: Callable[[Shape], Iterable[Batch]]) -> list[float]:
    torch.manual_seed(0)
    net, examples = made.build(made.config), iter(batches(made.shape))
    optimiser, losses = torch.optim.AdamW(net.parameters(), lr=1e-3), []
    generator = torch.Generator().manual_seed(0)
    for _ in range(10):
        loss = made.objective.losses(net, next(examples), generator)["loss"]
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(round(float(loss.detach()), 4))
    return losses


@pytest.mark.parametrize("name", list(RECIPES))
def test_ten_steps_cost_what_they_did(name: str, footage: Footage) -> None:
    assert ten_losses(name, footage) == pytest.approx(json.loads(GOLDEN.read_text("utf-8"))[name], rel=0.02)


def tiny_finish() -> Recipe:
    made = sized(finish("small"), widths=(16, 16, 32), enter=16, embed=32)
    return replace(made, shape=replace(made.shape, clips=1, frames=2, stills=2), held=2)


def test_ten_steps_of_the_finish_cost_what_they_did() -> None:
    made = pairs(9, shots=2, size_px=128)
    found = losses_of(tiny_finish(), lambda shape: Finishings(made, shape, seed=0))
    assert found == pytest.approx(json.loads(GOLDEN.read_text("utf-8"))["finish"], rel=0.02)


def test_the_finish_goes_on_where_it_was_and_its_card_claims_nothing(tmp_path: Path) -> None:
    write_pairs(tmp_path, [pairs(4, size_px=128)], [pairs(4, size_px=128)])
    for steps in (2, 4):
        train_from(tmp_path, tiny_finish(), plan(tmp_path, steps), f"emostage train finish p o --steps {steps}", finish_lessons)
    told = json.loads((tmp_path / "out" / "card.json").read_text("utf-8"))
    assert [step for step, _ in told["held_out_curve"]] == [2, 4]
    assert told["data"]["what"] == "pairs"
    assert "figures" not in told
    assert load(tmp_path / "out", build_finish).config.widths == (16, 16, 32)


def test_a_run_that_stopped_goes_on_and_its_card_tells(folder: Path) -> None:
    train_from(folder, tiny("emotalker"), plan(folder, 2), "emostage train emotalker f out --steps 2")
    first = json.loads((folder / "out" / "card.json").read_text("utf-8"))
    train_from(folder, tiny("emotalker"), plan(folder, 4), "emostage train emotalker f out --steps 4")
    card = json.loads((folder / "out" / "card.json").read_text("utf-8"))
    assert [step for step, _ in first["held_out_curve"]] == [2]
    assert [step for step, _ in card["held_out_curve"]] == [2, 4]
    assert card["data"]["what"] == "noise"
    assert card["command"].endswith("--steps 4")
    assert "pores" in card["cannot"]
    assert load(folder / "out", build).config.widths == TINY["widths"]


def test_it_begins_with_what_fits_of_a_checkpoint(folder: Path) -> None:
    train_from(folder, tiny("emotalker"), plan(folder, 2), "")
    trained = load(folder / "out", build)
    begun = replace(plan(folder, 1, begin=folder / "out"), out=folder / "second", work=folder / "second-run")
    train_from(folder, replace(tiny("emotalker"), rate=0.0), begun, "")
    second = load(folder / "second", build)
    assert all(torch.allclose(a, b, atol=1e-3) for a, b in zip(trained.parameters(), second.parameters(), strict=True))


def test_nothing_to_begin_with_is_told(folder: Path) -> None:
    with pytest.raises(AssetError, match="E131"):
        train_from(folder, tiny("emotalker"), plan(folder, 1, begin=folder / "nothing"), "")


def test_a_painter_learns_through_a_codec_and_keeps_it(folder: Path, footage: Footage) -> None:
    for seed, name in enumerate(("codec", "other")):
        torch.manual_seed(seed)
        keep(autoencoder(4, 8, 4).eval(), footage, folder / name)
    train_from(folder, coded(tiny("emotalker"), folder / "codec"), plan(folder, 2), "")
    card = json.loads((folder / "out" / "card.json").read_text("utf-8"))
    assert (card["codec"]["folder"], card["codec"]["channels"], card["codec"]["factor"]) == ("codec", 4, 4)
    trained, picture = load(folder / "out", build), torch.linspace(-1, 1, 3 * 128 * 128).view(1, 3, 128, 128)
    assert torch.equal(trained.codec.encode(picture), pretrained(folder / "codec", 4).encode(picture))
    train_from(folder, coded(tiny("emotalker"), folder / "codec"), plan(folder, 3), "")
    with pytest.raises(UsageError, match="E018"):
        train_from(folder, coded(tiny("emotalker"), folder / "other"), plan(folder, 4), "")
    with pytest.raises(UsageError, match="E018"):
        train_from(folder, tiny("emotalker"), plan(folder, 4), "")


def test_large_recipes_are_larger() -> None:
    small, large = recipe("emodiffhead", "small"), recipe("emodiffhead", "large")
    assert large.config.widths > small.config.widths
    assert large.shape.stills > small.shape.stills
    assert finish("large").config == finish("small").config
    assert finish("large").shape.stills > finish("small").shape.stills


def test_footage_is_learnt_from_beside_other_footage(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "other", "small")]
    for folder, size_px in zip(folders, (128, 128, 64), strict=True):
        folder.mkdir()
        write_footage(folder, [noise(1, size_px=size_px)], [noise(2, size_px=size_px)])
        card = json.loads((folder / "card.json").read_text())
        (folder / "card.json").write_text(json.dumps({**card, "size_px": size_px}))
    made = tiny("emotalker")
    lessons = footage_lessons(folders[0], made, 0, beside=folders[1])
    assert lessons.about["with"]["what"] == "noise"
    assert len(list(lessons.held)) == made.held
    with pytest.raises(UsageError, match=r"E018.*128 and 64"):
        footage_lessons(folders[0], made, 0, beside=folders[2])


def test_footage_of_which_nothing_is_held_out_is_told(tmp_path: Path) -> None:
    write_footage(tmp_path, [noise(1, size_px=128)], [nothing(len(load_head().shape_names))])
    with pytest.raises(AssetError, match=r"E106.*hold out"):
        footage_lessons(tmp_path, tiny("emotalker"), 0)
