from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path

import pytest

from emostage.core.errors import EmostageError
from emostage.core.whole import disk_error, whole_file, writing


def test_replaced_only_when_whole(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old", "utf-8")
    with pytest.raises(KeyboardInterrupt), whole_file(path) as part:
        part.write_text("half", "utf-8")
        raise KeyboardInterrupt
    assert path.read_text("utf-8") == "old"
    with whole_file(path) as part:
        part.write_text("new", "utf-8")
        assert path.read_text("utf-8") == "old"
    assert path.read_text("utf-8") == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        *((n, "E100") for n in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)),
        *((n, "E101") for n in (errno.EACCES, errno.EPERM, errno.EROFS)),
        *((n, "E102") for n in (errno.ENOENT, errno.ENOTDIR, errno.EISDIR)),
    ],
)
def test_system_errors_have_codes(number, code):
    assert disk_error(OSError(number, os.strerror(number)), Path("a/b.mp4")).diagnostics[0].code == code
    with pytest.raises(EmostageError, match=code), writing(Path("a/b.mp4")):
        raise OSError(number, os.strerror(number))


def test_a_folder_in_the_way(tmp_path):
    (tmp_path / "film.mp4").mkdir()
    with pytest.raises(EmostageError, match="is a folder"), whole_file(tmp_path / "film.mp4"):
        pass
    assert [p.name for p in tmp_path.iterdir()] == ["film.mp4"]


def test_what_killed_runs_left_is_removed(tmp_path):
    gone = subprocess.Popen(["true"])
    gone.wait()
    stale, live = tmp_path / f"a.txt.{gone.pid}-0123abcd.part", tmp_path / f"a.txt.{os.getpid()}-0123abcd.part"
    other = tmp_path / f"b.txt.{gone.pid}-0123abcd.part"
    for path in (stale, live, other):
        path.touch()
    with whole_file(tmp_path / "a.txt"):
        pass
    assert {p.name for p in tmp_path.iterdir()} == {"a.txt", live.name, other.name}


@pytest.mark.parametrize("path", ["gone/film.mp4", "file/film.mp4"])
def test_no_such_folder(tmp_path, path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(EmostageError, match="E102"), whole_file(tmp_path / path):
        pass


@pytest.mark.parametrize("name", ["x" * 250, "null\0.mp4"])
def test_impossible_names(tmp_path, name):
    with pytest.raises(EmostageError, match="E101"), whole_file(tmp_path / name):
        pass


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="needs a folder that nobody may write to")
def test_unwritable_folder():
    with pytest.raises(EmostageError, match="E101"), whole_file(Path("/sys/kernel/film.mp4")):
        pass


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_folder_without_permission(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(EmostageError, match="E101"), whole_file(tmp_path / "film.mp4"):
        pass
    tmp_path.chmod(0o700)
