"""The finish as part of an identity: pairs of what was drawn and was real, and when what was learnt from them is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest
import torch

from emostage.core import identity
from emostage.core.resources import resource
from emostage.diffusion import checkpoints
from emostage.evaluate.person import shows
from emostage.evaluate.person.resemblance import Resemblance
from emostage.nets.finish.net import Finish, FinishConfig
from emostage.training.footage.examples import Shape
from emostage.training.footage.store import opened, packed
from emostage.tuning import finishes
from emostage.tuning.bench import Bench
from emostage.tuning.clock import Clock
from emostage.tuning.drawn import LENGTH, Drawn, Finishings, Pairing, held_batches, pieces
from emostage.tuning.finishes import finisher_of, tune_finish
from emostage.tuning.parts import Learnt, Left, part_file

pytestmark = pytest.mark.filterwarnings("ignore")
TINY = FinishConfig(widths=(16, 16, 16), enter=16, embed=16)
FIGURES = {"psnr_db": 30.0, "ssim": 0.9, "mouth_psnr_db": 30.0, "face": 1.0, "eyes": 1.0, "opening": 0.9, "identity": 0.9}


@pytest.fixture(scope="module")
def pairing(tracked, tracker) -> Pairing:
    return Pairing(tracked.sat, None, tracker)


@pytest.fixture(scope="module")
def drawn(tracked, pairing: Pairing) -> Drawn:
    return pairing.drawn(next(pieces(tracked.train, LENGTH)))


@pytest.fixture
def finish(tmp_path: Path, monkeypatch) -> Path:
    """A finish that knows nothing yet, as if it had come with emostage."""
    torch.manual_seed(3)
    net = Finish(TINY)
    for p in net.parameters():
        if not p.any():
            torch.nn.init.normal_(p, std=0.05)
    folder = tmp_path / "installed" / "finish"
    checkpoints.save(folder, net, TINY, {"what": "made in a test", "figures": {"wins": True}})

    def found(*parts: str) -> Path:
        return folder if parts == ("checkpoints", "finish") else resource(*parts)

    for module in (identity, checkpoints):
        monkeypatch.setattr(module, "resource", found)
    return folder


class Exam:
    """Finds that what is shown makes mouths so good, one after the other."""

    def __init__(self, tracked, *mouths: float) -> None:
        self._reading, self._mouths = tracked.held[0].part(0, 2), iter(mouths)

    def of(self, shown) -> Resemblance:
        frames = list(shown(self._reading))
        assert len(frames) == 2 and frames[0].shape == (160, 160, 3)
        mouth = next(self._mouths)
        return Resemblance(frames=2, mouth=mouth, mouth_ssim=1 - mouth / 10, **FIGURES)


def bench(tracked, short_order, hearing, exam: Any) -> Bench:
    return Bench(order=short_order, studied=tracked, exam=exam, listen=hearing, clock=Clock(minutes=5.0))


@pytest.fixture(scope="module")
def draft(tracked) -> Any:
    """The photo renderer of the person, made once, at a quality that costs less."""
    made = shows.moved(tracked.sat, quality="draft")
    return lambda *_, **__: made


@pytest.fixture
def few(monkeypatch, draft, drawn: Drawn) -> None:
    """Little to draw and to learn from."""
    monkeypatch.setattr(shows, "moved", draft)
    monkeypatch.setattr(finishes, "Pairing", lambda *_: SimpleNamespace(drawn=lambda _: drawn))
    monkeypatch.setattr(finishes, "FRAMES", LENGTH)
    monkeypatch.setattr(finishes, "HELD_FRAMES", LENGTH)
    monkeypatch.setattr(finishes, "for_one", lambda recipe: replace(recipe, shape=Shape(clips=1, frames=2, stills=2), held=2))


def test_what_was_real_lies_on_what_was_drawn(tracked, pairing: Pairing) -> None:
    reading = tracked.train[0].part(0, 3)
    moved_23 = np.array([[1.1, 0.05, -9.0], [-0.05, 1.1, 4.0]])
    take = reading.take
    away = replace(
        take,
        pictures=[
            packed(cv2.warpAffine(take.picture(t), moved_23, take.size_px, borderMode=cv2.BORDER_REPLICATE)) for t in range(3)
        ],
        landmarks_TL2=(take.landmarks_TL2 @ moved_23[:, :2].T + moved_23[:, 2]).astype(np.float32),
    )
    here, there = (pairing.drawn(replace(reading, take=each)) for each in (take, away))
    assert here.seen_T.all() and there.seen_T.all()
    inner = np.s_[45:105, 40:90]
    for one, other, drawn in zip(here.real, there.real, here.drawn, strict=True):
        a, b, c = (opened(data)[inner].astype(float) for data in (one, other, drawn))
        assert np.abs(a - b).mean() < 4, "wherever it was filmed"
        assert np.abs(a - c).mean() < 9, "the film was drawn by the photo renderer too"


def test_pairs_have_the_conditions_of_finished_films(drawn: Drawn) -> None:
    batch = drawn.batch(2, 3)
    assert batch["clean_BF3HH"].shape == batch["drawn_BF3HH"].shape == (1, 3, 3, 128, 128)
    told = drawn.told.part(2, 5)
    assert torch.equal(batch["landmarks_BFL2"], told.landmarks_BFL2) and torch.equal(batch["moved_BF3KK"], told.moved_BF3KK)
    assert batch["parts_BFGG"].shape[:2] == (1, 3)
    assert len(np.unique(batch["parts_BFGG"])) > 2


def test_batches_are_of_frames_in_which_the_face_is_seen(drawn: Drawn) -> None:
    hidden = replace(drawn, seen_T=np.arange(LENGTH) % 4 == 1)
    shape = Shape(clips=1, frames=2, stills=3)
    real = [torch.from_numpy(opened(hidden.real[t]).copy()).permute(2, 0, 1) for t in (1, 5, 9)]
    for batch in held_batches([hidden], shape, 2):
        seen = (batch["clean_BF3HH"][:, 0] + 1) * 127.5
        assert batch["clean_BF3HH"].shape[:2] == (3, 1), "no two frames in a row are seen"
        assert all(min((one - each).abs().max() for each in real) < 0.01 for one in seen)
    assert held_batches([drawn], shape, 2)[0]["clean_BF3HH"].shape[:2] == (1, 2)
    with pytest.raises(ValueError, match="no frame"):
        held_batches([replace(drawn, seen_T=np.zeros(LENGTH, bool))], shape, 1)


def test_the_same_seed_draws_the_same(drawn: Drawn) -> None:
    def some(seed: int) -> Iterator[torch.Tensor]:
        batches = iter(Finishings([drawn], Shape(clips=1, frames=2, stills=1), seed=seed))
        return (next(batches)["clean_BF3HH"] for _ in range(4))

    same = [torch.equal(one, other) for one, other in zip(some(1), some(1), strict=True)]
    assert all(same)
    assert not all(one.shape == other.shape and torch.equal(one, other) for one, other in zip(some(1), some(2), strict=True))


def test_pieces_are_spread_over_the_takes(tracked) -> None:
    whole = list(pieces([tracked.train[0]] * 5, 10_000))
    assert [len(piece.take) for piece in whole] == [LENGTH] * 5
    assert len(list(pieces([tracked.train[0]] * 5, 2 * LENGTH))) == 2
    assert not list(pieces([tracked.train[0].part(0, LENGTH - 1)], 100))


def test_what_helps_is_kept_and_finishes_otherwise(tracked, short_order, hearing, finish: Path, few) -> None:
    outcome = tune_finish(bench(tracked, short_order, hearing, Exam(tracked, 2.0, 1.8, 1.5)), None)
    assert isinstance(outcome, Learnt)
    told = outcome.told()
    assert told["base"] == {"name": "finish", "sha256": json.loads((finish / "card.json").read_text())["sha256"]}
    assert told["config"] == {"rank": 2, "alpha": 2.0}
    assert told["figures"]["stage"]["mouth_error_less_percent"] == 25.0
    assert told["figures"]["finish"]["before"]["mouth"] == 1.8
    assert told["figures"]["held_out_loss"] < told["figures"]["held_out_loss_before"]
    assert hearing.done[-1] == (4, 4) and "held-out loss" in hearing.found[-1]
    usual, own = (finisher_of(adapter) for adapter in (None, identity.Adapter(outcome.file)))
    given, drawn_N3HH = _asked(tracked, short_order)
    one, other = (each.finish(drawn_N3HH, given, seed=0).clean_N3HH for each in (usual, own))
    assert not torch.equal(one, other)


def _asked(tracked, short_order):
    from emostage.portrait.painting.conditions import Sitter, unheard
    from emostage.portrait.painting.square import square_of

    sat = tracked.sat
    sitter = Sitter(square_of(sat.portrait, sat.head, sat.size_px), sat.portrait.fit, sat.head, torch.device("cpu"))
    picture_13HH = torch.rand(1, 3, 128, 128, generator=torch.Generator().manual_seed(0)) * 2 - 1
    return unheard(sitter, picture_13HH, sat.motion(tracked.held[0].part(0, 1))).part(0, 1), picture_13HH


@pytest.mark.parametrize("mouths", [(2.0, 1.8, 1.9), (1.5, 2.0, 1.8)])
def test_what_films_without_it_do_better_is_not_kept(tracked, short_order, hearing, finish: Path, few, mouths) -> None:
    outcome = tune_finish(bench(tracked, short_order, hearing, Exam(tracked, *mouths)), None)
    assert isinstance(outcome, Left)
    assert "does not help" in outcome.why and outcome.figures["stage"]["after"]["mouth"] == mouths[2]
    assert not part_file(short_order.folder / "work" / "learnt", "finish").exists()


def test_why_nothing_is_tuned_is_told(tracked, photographed, short_order, hearing, request) -> None:
    part_file(short_order.folder / "work" / "learnt", "finish").write_bytes(b"of an earlier tuning")
    outcome = tune_finish(bench(tracked, short_order, hearing, Exam(tracked)), None)
    assert isinstance(outcome, Left) and "comes without a finish" in outcome.why
    assert not part_file(short_order.folder / "work" / "learnt", "finish").exists()
    request.getfixturevalue("finish")
    outcome = tune_finish(bench(photographed, short_order, hearing, None), None)
    assert isinstance(outcome, Left) and "no film" in outcome.why
