"""The part "face": learnt once, kept where it helps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emostage.face.head import load_head
from emostage.portrait.facemesh import topology
from emostage.portrait.folding import SkinMap
from emostage.portrait.inside import SHAPE, MouthMap
from emostage.portrait.personal import read_person
from emostage.tuning import faces
from emostage.tuning.exam import STAGE, Gain
from emostage.tuning.faces import tune_face
from emostage.tuning.parts import Learnt, Left


@pytest.fixture
def fits(monkeypatch, own_face):
    """Faces and mouths are learnt in no time; what was asked for is told."""
    asked = []
    found = {"mouth": None, "skin": None}

    class Tracker:
        def __init__(self, **given):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    def fit_actions(person, readings, tracker, tell):
        asked.append(("face", person.mouth is not None, len(readings)))
        tell(1, 2)
        return own_face

    def fit_mouth(face, readings):
        asked.append(("mouth", face is own_face, len(readings)))
        return found["mouth"]

    def fit_skin(person, readings, tell):
        asked.append(("skin", person.mouth is not None, len(readings)))
        return found["skin"]

    monkeypatch.setattr(faces, "fit_skin", fit_skin)
    monkeypatch.setattr(faces, "FaceMeshTracker", Tracker)
    monkeypatch.setattr(faces, "fit_actions", fit_actions)
    monkeypatch.setattr(faces, "fit_mouth", fit_mouth)
    return asked, found


def test_what_helps_is_written_and_can_be_read(bench_of, judge, fits):
    bench = bench_of(judge(after=1.0))
    person, outcome = tune_face(bench)
    assert isinstance(outcome, Learnt) and outcome.config == {"frames": 28, "mouth": False, "skin": False}
    assert outcome.figures[STAGE]["mouth_error_less_percent"] == 50
    again = read_person(outcome.file, load_head())
    np.testing.assert_allclose(again.face.actions_52N3, person.face.actions_52N3, atol=1e-5)
    assert [(engine, of.face) for engine, of in bench.exam.asked] == [(STAGE, person.face)]
    assert bench.listen.begun == ["learning the face", "learning the mouth", "learning the skin"] and bench.listen.steps == [(1, 2)]


def test_with_a_mouth_the_face_is_learnt_again(bench_of, judge, fits):
    asked, found = fits
    row = np.zeros((4, *SHAPE), np.float32)
    found["mouth"] = MouthMap(upper_4HW=row, lower_4HW=row, cavity_3=np.full(3, 0.25, np.float32), drop_2=np.zeros(2, np.float32))
    _, outcome = tune_face(bench_of(judge()))
    assert asked == [("face", False, 1), ("mouth", True, 1), ("face", True, 1), ("skin", True, 1)]
    assert outcome.config["mouth"] and read_person(outcome.file, load_head()).mouth.cavity_3[0] == 0.25


def test_what_does_not_help_is_left_and_what_was_there_removed(bench_of, judge, fits):
    bench = bench_of(judge(after=3.0))
    (bench.folder / "face.safetensors").write_bytes(b"of yesterday")
    person, outcome = tune_face(bench)
    assert person is None and isinstance(outcome, Left) and "does not help" in outcome.why
    assert outcome.figures[STAGE]["after"]["mouth"] == 3.0
    assert not (bench.folder / "face.safetensors").exists()


def test_without_an_exam_it_is_kept(bench_of, fits):
    person, outcome = tune_face(bench_of(None))
    assert person is not None and isinstance(outcome, Learnt) and outcome.figures == {}


def test_photos_tell_no_face(bench_of, judge, fits, studied):
    bench = bench_of(judge(), replace(studied, face=None, train=(), held=()))
    (bench.folder / "face.safetensors").write_bytes(b"of yesterday")
    person, outcome = tune_face(bench)
    assert person is None and isinstance(outcome, Left) and "no film" in outcome.why
    assert not fits[0] and not (bench.folder / "face.safetensors").exists()


def test_what_was_learnt_is_not_learnt_again_unless_it_is_damaged_or_of_other_footage(bench_of, judge, fits, studied):
    asked, _ = fits
    first, _ = tune_face(bench_of(judge()))
    learnt = len(asked)
    again, outcome = tune_face(bench_of(judge()))
    assert len(asked) == learnt and isinstance(outcome, Learnt)
    assert np.array_equal(again.face.actions_52N3, first.face.actions_52N3), "what is examined is what is kept, to the last bit"
    (kept,) = (bench_of(judge()).work).glob("face-*.safetensors")
    kept.write_bytes(kept.read_bytes()[:100])
    tune_face(bench_of(judge()))
    assert len(asked) == 2 * learnt
    tune_face(bench_of(judge(), replace(studied, about={"sources": [{"file": "other.mp4"}]})))
    assert len(asked) == 3 * learnt


@pytest.mark.parametrize(
    ("folded", "kept"),
    [
        ({"ssim": 0.95, "psnr_db": 31.0}, True),
        ({"ssim": 0.95, "psnr_db": 29.0}, False),
        ({"ssim": 0.85, "psnr_db": 31.0}, False),
        ({"ssim": 0.95, "psnr_db": 31.0, "mouth_ssim": 0.89}, False),
        ({"ssim": 0.95, "psnr_db": 31.0, "mouth": 2.5}, False),
    ],
)
def test_folds_of_the_skin_are_kept_where_they_help_beside_the_face(bench_of, fits, figures, folded, kept):
    """The face is kept without them else; both are told."""
    _, found = fits
    shades_52V = np.zeros((52, topology().count), np.float32)
    found["skin"] = SkinMap(shades_52V=shades_52V, seen_252=np.zeros((2, 52), np.float32))

    class Folds:
        def gain(self, engine, person):
            after = figures(1.0)
            return Gain(before=figures(2.0), after=replace(after, **folded) if person.skin is not None else after)

    person, outcome = tune_face(bench_of(Folds()))
    assert isinstance(outcome, Learnt) and outcome.config["skin"] == kept == (person.skin is not None)
    assert (read_person(outcome.file, load_head()).skin is not None) == kept
    assert outcome.figures["skin"]["without"]["ssim"] == 0.9 and outcome.figures["skin"]["with"]["ssim"] == folded["ssim"]
    assert outcome.figures[STAGE]["after"]["ssim"] == (folded["ssim"] if kept else 0.9)
