import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from emostage.core.errors import EmostageError
from emostage.studio.cache import PART, Cache


def write(content):
    return lambda path: path.write_bytes(content)


def test_what_was_put_is_got(cache):
    path = cache.put("clips", "ab12", ".mp4", write(b"film"))
    assert path.read_bytes() == b"film"
    assert path.suffix == ".mp4"
    assert cache.get("clips", "ab12") == path
    assert cache.get("clips", "ab13") is None
    assert cache.get("films", "ab12") is None


def test_a_failure_leaves_nothing(cache):
    def broken(path):
        path.write_bytes(b"half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        cache.put("clips", "ab12", ".mp4", broken)
    assert cache.get("clips", "ab12") is None
    assert [p for p in cache.folder.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("damage", [b"flim", b"fil", b""])
def test_a_damaged_entry_is_made_again(cache, damage):
    path = cache.put("clips", "ab12", ".mp4", write(b"film"))
    path.write_bytes(damage)
    assert cache.get("clips", "ab12") is None
    assert cache.get_or_put("clips", "ab12", ".mp4", write(b"film")).read_bytes() == b"film"


@pytest.mark.parametrize("note", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"file": "../../x", "size": 1, "sha256": "0"}'])
def test_a_damaged_note_is_no_entry(cache, note, tmp_path):
    (tmp_path / "x").write_bytes(b"x")
    cache.put("clips", "ab12", ".mp4", write(b"film"))
    (cache.folder / "clips" / "ab" / "ab12.json").write_bytes(note)
    assert cache.get("clips", "ab12") is None
    assert (tmp_path / "x").exists()
    assert cache.get_or_put("clips", "ab12", ".mp4", write(b"film")).read_bytes() == b"film"


@pytest.mark.parametrize("step", range(6))
def test_killed_anywhere_between_two_system_calls_an_entry_is_whole_or_absent(tmp_path, step):
    """A child ends itself without any clean-up before its `step`-th file operation."""
    code = (
        "import os, pathlib, sys\n"
        "from emostage.studio.cache import Cache\n"
        "left = [int(sys.argv[2])]\n"
        "def hurt(name):\n"
        "    real = getattr(pathlib.Path, name)\n"
        "    def call(self, *args, **more):\n"
        "        if left[0] == 0: os._exit(9)\n"
        "        left[0] -= 1\n"
        "        return real(self, *args, **more)\n"
        "    setattr(pathlib.Path, name, call)\n"
        "for name in ('replace', 'write_text', 'write_bytes', 'mkdir', 'unlink'): hurt(name)\n"
        "Cache(pathlib.Path(sys.argv[1])).put('clips', 'ab12', '.mp4', lambda p: p.write_bytes(b'film'))\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path), str(step)], check=False)
    cache = Cache(tmp_path)
    found = cache.get("clips", "ab12")
    assert found is None or found.read_bytes() == b"film"
    assert cache.get_or_put("clips", "ab12", ".mp4", write(b"film")).read_bytes() == b"film"
    cache.sweep()
    assert not list(tmp_path.rglob(f"{PART}*"))


def test_parts_of_living_processes_stay(cache):
    cache.put("clips", "ab12", ".mp4", write(b"film"))
    folder = cache.folder / "clips" / "ab"
    mine, dead = folder / f"{PART}{os.getpid()}-1-x.mp4", folder / f"{PART}999999999-1-x.mp4"
    mine.touch()
    dead.touch()
    cache.sweep()
    assert mine.exists()
    assert not dead.exists()


def test_the_longest_unused_go_first_and_never_those_of_this_run(tmp_path):
    cache = Cache(tmp_path, limit_bytes=250)
    for i in range(4):
        cache.put("clips", f"k{i}", ".mp4", write(bytes(100)))
        note = next(tmp_path.rglob(f"k{i}.json"))
        os.utime(note, (1000 + i, 1000 + i))
    cache.put("clips", "new", ".mp4", write(bytes(100)))
    assert cache.trim() == 300
    assert sorted(e.key for e in cache.entries()) == ["k3", "new"]
    full = Cache(tmp_path, limit_bytes=0)
    full._since_s = time.time() - 60
    full.trim()
    assert [e.key for e in full.entries()] == ["new"]


def test_clear_takes_one_kind_or_all(cache):
    cache.put("clips", "aa", ".mp4", write(b"1"))
    cache.put("takes", "bb", ".npz", write(b"22"))
    assert cache.clear("takes") == (1, 2)
    assert [e.kind for e in cache.entries()] == ["clips"]
    assert cache.clear() == (1, 1)
    assert list(cache.entries()) == []


def test_two_processes_may_make_the_same_entry(tmp_path):
    code = (
        "import pathlib, sys\n"
        "from emostage.studio.cache import Cache\n"
        "cache = Cache(pathlib.Path(sys.argv[1]))\n"
        "for i in range(60):\n"
        "    path = cache.get_or_put('clips', f'k{i % 6}', '.bin', lambda p: p.write_bytes(sys.argv[2].encode() * 5000))\n"
        "    assert path.read_bytes() in (b'a' * 5000, b'b' * 5000)\n"
        "    cache.get('clips', f'k{i % 6}')\n"
    )
    pair = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), who]) for who in "ab"]
    assert [child.wait() for child in pair] == [0, 0]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said(cache):
    def full(path):
        with Path("/dev/full").open("wb", buffering=0) as out:
            out.write(b"x")

    with pytest.raises(EmostageError) as caught:
        cache.put("clips", "ab12", ".mp4", full)
    assert caught.value.diagnostics[0].code == "E100"


def test_a_cache_folder_that_is_a_file_is_said(tmp_path):
    (tmp_path / "cache").write_text("")
    with pytest.raises(EmostageError) as caught:
        Cache(tmp_path / "cache").put("clips", "ab12", ".mp4", write(b"film"))
    assert caught.value.diagnostics[0].code in ("E101", "E102")


def test_a_full_disk_names_the_cache_and_leaves_nothing(cache, monkeypatch):
    def full(path, text):
        path.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(EmostageError) as caught:
        cache.put("clips", "ab12", ".mp4", write(b"film"))
    problem = caught.value.diagnostics[0]
    assert problem.message == f"no space is left in the cache '{cache.folder}'"
    assert "EMOSTAGE_CACHE" in problem.hint
    assert not list(cache.folder.rglob(f"{PART}*"))


def test_what_is_no_entry_is_never_removed(cache):
    """Somebody may set the cache folder to one that has other files in it."""
    strange = [
        "site/js/app.js",
        "site/js/app.json",
        "site/js/main.0123456789ab.js",
        "clips/ab/ab12.json.bak",
        "clips/ab/.part-of-mine",
        "photos/ab/notes.json",
    ]
    for name in strange:
        path = cache.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('{"file": "app.js", "size": 1, "sha256": "0"}')
        os.utime(path, (1000, 1000))
    cache.put("clips", "ab12", ".mp4", write(b"film"))
    assert cache.clear() == (1, 4)
    Cache(cache.folder, limit_bytes=0).trim()
    assert sorted(p.relative_to(cache.folder).as_posix() for p in cache.folder.rglob("*") if p.is_file()) == sorted(strange)


def test_entries_are_found_and_removed_by_their_marks(cache):
    for key, marks in (("ab12", ["ada", "letter"]), ("ab13", ["eve"]), ("ab14", [])):
        cache.put("clips", key, ".mp4", write(b"film"), marks=marks)
    cache.get_or_put("films", "cd12", ".mp4", write(b"films"), marks=iter(["ada"]))
    assert {entry.key: entry.marks for entry in cache.entries()}["ab12"] == {"ada", "letter"}
    assert cache.clear(marks=[]) == (0, 0)
    assert cache.clear(marks=["ada", "nobody"]) == (2, 9)
    assert sorted(entry.key for entry in cache.entries()) == ["ab13", "ab14"]
    assert not cache.get("clips", "ab12") and cache.get("clips", "ab13")
