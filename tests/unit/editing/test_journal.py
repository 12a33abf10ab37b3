"""Recovery files: whatever happens to the editor or the file, what is read back is a state that was there."""

import errno
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.core.errors import EmostageError
from emostage.editing import journal as module
from emostage.editing.journal import Journal
from emostage.editing.recovery import forget, recoverable, recovery_path


@dataclass(frozen=True)
class Patch:
    at: int
    old: str
    new: str


@pytest.fixture
def scene(tmp_path):
    path = tmp_path / "film.yaml"
    path.write_text("emostage: 1\n", encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "state"


def crashed(journal):
    """As if the process were gone: the file stays and nobody holds it."""
    os.close(journal._descriptor)
    journal._descriptor = -1


def begun(scene, folder, **given):
    return Journal.begin(scene, scene.read_text(encoding="utf-8"), folder=folder, **given)


def test_edits_undos_and_redos_are_read_back(scene, folder):
    journal = begun(scene, folder)
    journal.did("say", [Patch(12, "", "a\n"), Patch(14, "", "b\n")])
    journal.undid("say", [Patch(14, "b\n", ""), Patch(12, "a\n", "")])
    journal.redid("say", [Patch(12, "", "a\n"), Patch(14, "", "b\n")])
    crashed(journal)
    left = recoverable(scene, folder)
    assert left.text == "emostage: 1\na\nb\n"
    assert left.base == "emostage: 1\n"
    assert [step.kind for step in left.done] == ["do", "undo", "redo"]
    assert left.differs and not left.moved_on and left.open_by is None
    assert abs(left.at_s - time.time()) < 60


def test_line_ends_marks_and_halves_of_pairs_come_back_as_they_were(scene, folder):
    odd = "\ufeffa: 1\r\nb: \u2028\x00\U0001f600\ud800\n"
    journal = Journal.begin(scene, odd, folder=folder)
    journal.did("odd", [Patch(0, "\ufeff", "\udfff\r")])
    crashed(journal)
    assert recoverable(scene, folder).text == "\udfff\r" + odd[1:]


def test_nothing_is_left_after_a_clean_end(scene, folder):
    journal = begun(scene, folder)
    journal.did("x", [Patch(0, "", "# ")])
    journal.close()
    assert recoverable(scene, folder) is None
    assert list(folder.iterdir()) == []
    journal.did("y", [Patch(0, "# ", "")])  # too late, and harmless


def test_parts_of_killed_editors_go(scene, folder):
    journal = begun(scene, folder)
    crashed(journal)
    journal.path.with_name(f"{journal.path.name}.1-00000000.part").write_bytes(b"x")
    crashed(begun(scene, folder))
    assert list(folder.iterdir()) == [journal.path]


def test_a_scene_that_was_saved_before_the_crash_does_not_differ(scene, folder):
    journal = begun(scene, folder)
    journal.did("x", [Patch(0, "", "# ")])
    scene.write_text("# emostage: 1\n", encoding="utf-8")
    journal.saved(scene.read_bytes())
    crashed(journal)
    left = recoverable(scene, folder)
    assert not left.differs and not left.moved_on
    scene.write_text("other\n", encoding="utf-8")
    left = recoverable(scene, folder)
    assert left.differs and left.moved_on


def test_a_scene_that_is_open_is_not_opened_twice(scene, folder):
    journal = begun(scene, folder)
    assert recoverable(scene, folder).open_by == os.getpid()
    with pytest.raises(EmostageError) as refused:
        begun(scene, folder)
    assert refused.value.diagnostics[0].code == "E140"
    forget(recoverable(scene, folder))
    assert journal.path.exists()
    crashed(journal)
    forget(recoverable(scene, folder))
    assert not journal.path.exists()


def test_links_to_a_scene_share_its_recovery(scene, folder, tmp_path):
    link = tmp_path / "link.yaml"
    link.symlink_to(scene)
    assert recovery_path(folder, link) == recovery_path(folder, scene)


def test_what_was_recovered_is_safe_from_the_first_moment(scene, folder):
    journal = begun(scene, folder)
    journal.did("x", [Patch(0, "", "# ")])
    crashed(journal)
    left = recoverable(scene, folder)
    again = begun(scene, folder, text=left.text)
    crashed(again)
    assert recoverable(scene, folder).text == "# emostage: 1\n"
    again = begun(scene, folder, text=left.text)
    again.did("y", [Patch(2, "emostage", "film")])
    crashed(again)
    assert recoverable(scene, folder).text == "# film: 1\n"


@pytest.mark.parametrize("limit", ["LARGEST", "MOST_RECORDS"])
def test_a_long_session_stays_small_and_readable(scene, folder, monkeypatch, limit):
    monkeypatch.setattr(module, limit, 4)
    monkeypatch.setattr(module, "SYNC_S", 0.0)
    journal = begun(scene, folder)
    text = scene.read_text(encoding="utf-8")
    for number in range(60):
        journal.did("count", [Patch(0, text, f"{number}\n")])
        text = f"{number}\n"
    crashed(journal)
    assert journal.path.stat().st_size < 4000
    left = recoverable(scene, folder)
    assert left.text == "59\n"
    assert left.differs and not left.moved_on


def test_an_edit_that_did_not_fit_on_the_disk_comes_with_the_next(scene, folder, monkeypatch):
    journal = begun(scene, folder)
    journal.did("one", [Patch(0, "", "1")])
    write = os.write

    def full_at_once(descriptor, data):
        write(descriptor, data[:5])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full_at_once)
    with pytest.raises(EmostageError) as told:
        journal.did("two", [Patch(0, "", "2")])
    assert told.value.diagnostics[0].code == "E100"
    monkeypatch.setattr(os, "write", write)
    assert recoverable(scene, folder).text == "1emostage: 1\n"
    journal.did("three", [Patch(0, "", "3")])
    crashed(journal)
    assert recoverable(scene, folder).text == "321emostage: 1\n"


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\n",
        b"not json\n",
        b"[" * 100_000 + b"\n",
        b'{"format": "other"}\n',
        b'{"format": "emostage-recovery/1", "base": 3}\n',
        os.urandom(4000),
    ],
)
def test_damaged_files_are_nothing(scene, folder, damage):
    journal = begun(scene, folder)
    journal.did("x", [Patch(0, "", "# ")])
    crashed(journal)
    journal.path.write_bytes(damage)
    assert recoverable(scene, folder) is None
    begun(scene, folder).close()


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b'{"do": "x"}',
        b'{"do": "x", "patches": [[0, "zzz", ""]]}',
        b'{"do": "x", "patches": [[-1, "", "a"]]}',
        b'{"do": "x", "patches": [[true, "", "a"]]}',
        b'{"do": "x", "patches": [[1e999, "", "a"]]}',
        b'{"do": "x", "patches": [[99999999999999999999, "", "a"]]}',
        b'{"do": 3, "patches": []}',
        b"\x00\x00\x00",
    ],
)
def test_a_line_that_makes_no_sense_ends_the_reading(scene, folder, line):
    journal = begun(scene, folder)
    journal.did("x", [Patch(0, "", "# ")])
    crashed(journal)
    good = b'{"do": "later", "patches": [[0, "", "never"]]}'
    journal.path.write_bytes(journal.path.read_bytes() + line + b"\n" + good + b"\n")
    assert recoverable(scene, folder).text == "# emostage: 1\n"


def test_a_huge_file_is_not_read(scene, folder):
    crashed(begun(scene, folder))
    with recovery_path(folder, scene).open("r+b") as file:
        file.truncate(2**40)
    assert recoverable(scene, folder) is None


def edits(text, draw):
    """Random edits of a text: patches, and the texts after each."""
    for _ in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, len(text)))
        end = draw(st.integers(at, len(text)))
        new = draw(st.text(max_size=6))
        patch = Patch(at, text[at:end], new)
        text = text[:at] + new + text[end:]
        yield patch, text


@given(st.data())
def test_any_cut_of_the_file_is_a_state_that_was_there(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("cut")
    scene = folder / "film.yaml"
    base = data.draw(st.text(max_size=30))
    journal = Journal.begin(scene, base, folder=folder)
    states, ends = [base], [journal.path.stat().st_size]
    for patch, text in edits(base, data.draw):
        journal.did("edit", [patch])
        states.append(text)
        ends.append(journal.path.stat().st_size)
    crashed(journal)
    cut = round(data.draw(st.floats(0, 1)) * ends[-1])
    with journal.path.open("r+b") as file:
        file.truncate(cut)
    left = recoverable(scene, folder)
    whole = sum(end <= cut for end in ends)
    assert (left.text if left else None) == (states[whole - 1] if whole else None)


WRITER = """
import sys
from pathlib import Path
from typing import NamedTuple
from emostage.editing import journal
journal.LARGEST = 20_000
class Patch(NamedTuple):
    at: int
    old: str
    new: str
scene, folder = map(Path, sys.argv[1:])
text = "0"
made = journal.Journal.begin(scene, text, folder=folder)
print("ready", flush=True)
for number in range(1, 10**9):
    made.did("count", [Patch(0, text, str(number))])
    text = str(number)
    sys.stdout.write(text + chr(10))
    sys.stdout.flush()
"""


def test_an_editor_that_is_killed_loses_nothing(scene, folder):
    for seed in range(4):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, scene, folder], stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]
        )
        assert writer.stdout.readline() == b"ready\n"
        time.sleep(random.Random(seed).uniform(0.0, 0.06))
        assert recoverable(scene, folder).open_by == writer.pid
        writer.send_signal(signal.SIGKILL)
        said = writer.stdout.read().split(b"\n")[:-1]
        writer.stdout.close()
        writer.wait()
        left = recoverable(scene, folder)
        assert left.open_by is None
        assert int(left.text) - int(said[-1] if said else b"0") in (0, 1)
