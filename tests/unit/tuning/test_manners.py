"""The part "manner": what is kept of it, and when nothing is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from emostage.tuning import manners
from emostage.tuning.manners import tune_manner
from emostage.tuning.parts import Learnt, Left


@dataclass(frozen=True)
class Manner:
    changes: bool

    def write(self, path: Path) -> None:
        path.write_bytes(b"manner")


@pytest.fixture
def found(monkeypatch):
    """What is found of a manner, and what was given to find it."""
    given = SimpleNamespace(changes=True, train=None, held=None, plan=None)

    def fit_manner(train, fitting):
        given.train = train
        return Manner(given.changes)

    def tried(manner, held, fitting):
        given.held = held
        return SimpleNamespace(manner=manner, figures={"opening": 1})

    def tune_playing(manner, train, held, vaid, plan):
        given.plan = plan
        return manner, {"steps": 4}

    for name, it in {"fit_manner": fit_manner, "tried": tried, "tune_playing": tune_playing}.items():
        monkeypatch.setattr(manners, name, it)
    return given


def silent(readings):
    return tuple(replace(reading, take=replace(reading.take, samples_S=None)) for reading in readings)


def test_what_helps_is_written(bench_of, found, studied):
    bench = bench_of()
    outcome = tune_manner(bench, 3.0)
    assert isinstance(outcome, Learnt) and outcome.file.read_bytes() == b"manner"
    assert outcome.figures == {"opening": 1, "net": {"steps": 4}}
    assert found.plan.terms.minutes == 3.0 and found.plan.work == bench.work / "manner"
    (piece,) = found.train
    assert len(piece.motion) == 28 and len(piece.audio.samples_S) == 28 * 640
    assert np.abs(np.median(piece.motion.rotation_T3, 0)).max() < 0.01, "away from how the head is held on the whole"
    assert [len(held.motion) for held in found.held] == [16]


def test_what_does_not_help_is_left_and_what_was_there_removed(bench_of, found):
    found.changes, bench = False, bench_of()
    (bench.folder / "manner.safetensors").write_bytes(b"of yesterday")
    outcome = tune_manner(bench, 3.0)
    assert isinstance(outcome, Left) and "nothing of it helps" in outcome.why and outcome.figures["opening"] == 1
    assert not (bench.folder / "manner.safetensors").exists()


@pytest.mark.parametrize(("part", "why"), [("train", "nobody is heard"), ("held", "no sound is held out")])
def test_without_sound_no_manner_is_learnt(bench_of, found, studied, part, why):
    bench = bench_of(None, replace(studied, **{part: silent(getattr(studied, part))}))
    (bench.folder / "manner.safetensors").write_bytes(b"of yesterday")
    outcome = tune_manner(bench, 3.0)
    assert isinstance(outcome, Left) and why in outcome.why and found.train is None
    assert not (bench.folder / "manner.safetensors").exists()
