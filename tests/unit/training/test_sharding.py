"""Folders that are made piece by piece."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from emostage.core.errors import DeviceError, EmostageError, UsageError
from emostage.training.sharding import PLAN, claim, each, make_missing


def note(folder: Path, number: int) -> None:
    (folder / str(number)).write_text(str(os.getpid()), encoding="utf-8")


def die(folder: Path, number: int) -> None:
    os._exit(9)


def test_the_same_plan_may_go_on_and_another_may_not(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    claim(folder, {"seed": 1}, "something else")
    claim(folder, {"seed": 1}, "something else")
    assert json.loads((folder / PLAN).read_text()) == {"seed": 1}
    with pytest.raises(UsageError, match=r"E018.*holds something else"):
        claim(folder, {"seed": 2}, "something else")
    assert json.loads((folder / PLAN).read_text()) == {"seed": 1}


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_plan_is_another_plan(tmp_path: Path, content: bytes) -> None:
    (tmp_path / PLAN).write_bytes(content)
    with pytest.raises(UsageError, match="E018"):
        claim(tmp_path, {"seed": 1}, "something else")


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(EmostageError, match="E10"):
        claim(tmp_path / "file", {}, "")


def test_jobs_are_done_one_by_one_here(tmp_path: Path) -> None:
    done = each(note, [(tmp_path, n) for n in range(3)], 1)
    next(done)
    assert [path.name for path in tmp_path.iterdir()] == ["0"]
    assert len(list(done)) == 2
    assert (tmp_path / "2").read_text() == str(os.getpid())


def test_what_is_missing_is_made_and_told(tmp_path: Path) -> None:
    (tmp_path / "1").write_text("kept", encoding="utf-8")
    told: list[tuple[int, int]] = []
    jobs = {tmp_path / str(n): (tmp_path, n) for n in range(3)}
    make_missing(note, jobs, workers=1, on_shard=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert [(tmp_path / str(n)).read_text() for n in range(3)] == [str(os.getpid()), "kept", str(os.getpid())]


@pytest.mark.slow
def test_jobs_are_done_by_other_processes(tmp_path: Path) -> None:
    assert len(list(each(note, [(tmp_path, n) for n in range(3)], 2))) == 3
    assert str(os.getpid()) not in {(tmp_path / str(n)).read_text() for n in range(3)}


@pytest.mark.slow
def test_a_process_that_is_killed_is_told(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match=r"E111.*ended at once"):
        list(each(die, [(tmp_path, 0)], 2))
