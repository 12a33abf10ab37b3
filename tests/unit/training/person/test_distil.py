"""Photos that are performed, shot by shot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emostage.training.footage import acting
from emostage.training.footage.store import Footage, to_bytes
from emostage.training.person import distil
from emostage.training.person.distil import Acting, acting_in


@pytest.fixture(scope="module")
def short():
    """Two shots of two frames and a still."""
    with pytest.MonkeyPatch.context() as patch:
        for where, name, value in (
            (acting, "CLIPS", 1),
            (acting, "CLIP", 2),
            (acting, "STILLS", 1),
            (distil, "SHOTS", 2),
            (distil, "HELD_SHOTS", 1),
            (distil, "SIZE_PX", 48),
        ):
            patch.setattr(where, name, value)
        yield


def of(sitting, motion: Path, kept: Path) -> Acting:
    return Acting(portraits=(sitting.portrait,), name="ada", corpus=motion, kept=kept)


@pytest.fixture(scope="module")
def kept(short, sitting, motion, tmp_path_factory) -> tuple[Path, Footage, list]:
    folder, told = tmp_path_factory.mktemp("performed") / "deep", []
    footage = of(sitting, motion, folder).footage("train", lambda *done: told.append(done))
    return folder, footage, told


def test_all_shots_are_performed_and_kept(kept):
    folder, footage, told = kept
    assert sorted(path.name[:9] for path in folder.iterdir()) == ["train-000", "train-001"]
    assert told == [(1, 2), (2, 2)]
    assert footage.frames["shot_N"].tolist() == [0] * 4 + [1] * 4, "the photo itself, a clip, and a still"
    assert not np.array_equal(footage.picture(1), footage.picture(5))


@pytest.mark.usefixtures("short")
def test_kept_shots_are_read_again_and_damaged_ones_made_again_the_same(kept, sitting, motion, monkeypatch):
    folder, footage, _ = kept
    whole = to_bytes(footage)
    path = next(folder.glob("train-001-*"))
    before, path_bytes = path.stat().st_mtime_ns, path.read_bytes()
    made = []
    posed = distil.posed
    monkeypatch.setattr(distil, "posed", lambda *given: made.append(given) or posed(*given))
    assert to_bytes(of(sitting, motion, folder).footage("train", lambda *_: None)) == whole
    assert not made and path.stat().st_mtime_ns == before
    path.write_bytes(path_bytes[:1000])
    assert to_bytes(of(sitting, motion, folder).footage("train", lambda *_: None)) == whole
    assert len(made) == 1 and path.read_bytes() == path_bytes


@pytest.mark.usefixtures("short")
def test_what_is_held_out_is_done_otherwise(kept, sitting, motion, tmp_path):
    held = of(sitting, motion, tmp_path).footage("held", lambda *_: None)
    assert set(held.frames["shot_N"].tolist()) == {0}
    assert not np.allclose(held.frames["expression_N52"][1:3], kept[1].frames["expression_N52"][1:3], atol=1e-3)


def test_acting_that_is_there_is_not_made_again(motion, tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(distil, "make_corpus", lambda folder, plan, **more: made.append((folder, plan)))
    acting_in(motion)
    assert not made
    acting_in(tmp_path)
    assert [folder for folder, _ in made] == [tmp_path]
