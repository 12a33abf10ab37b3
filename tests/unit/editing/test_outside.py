"""A scene's file is saved whole, and changes by others are seen."""

import os

import pytest

from emostage.core.errors import EmostageError
from emostage.editing.outside import Stamp, look, save, stamp_of


@pytest.fixture
def scene(tmp_path):
    path = tmp_path / "film.yaml"
    path.write_bytes(b"one\n")
    return path


def test_what_nobody_changed_is_unchanged(scene):
    stamp = stamp_of(scene, b"one\n")
    assert look(scene, stamp).changed is False
    os.utime(scene, ns=(1, 1))
    seen = look(scene, stamp)
    assert not seen.changed and seen.data is None
    assert seen.stamp.modified_ns == 1  # not read a second time
    assert look(scene, seen.stamp).stamp is seen.stamp


def test_a_change_is_seen_once(scene):
    stamp = stamp_of(scene, b"one\n")
    scene.write_bytes(b"two\n")
    os.utime(scene, ns=(stamp.modified_ns + 1, stamp.modified_ns + 1))
    seen = look(scene, stamp)
    assert seen.changed and seen.data == b"two\n"
    assert not look(scene, seen.stamp).changed


def test_a_file_that_goes_and_comes(scene):
    stamp = stamp_of(scene, b"one\n")
    scene.unlink()
    gone = look(scene, stamp)
    assert gone.changed and gone.data is None
    assert not look(scene, gone.stamp).changed
    scene.write_bytes(b"one\n")
    back = look(scene, gone.stamp)
    assert back.changed and back.data == b"one\n"


def test_a_file_that_is_not_there_yet(tmp_path):
    assert not look(tmp_path / "new.yaml", Stamp()).changed


def test_a_folder_in_its_place_changes_nothing(scene):
    stamp = stamp_of(scene, b"one\n")
    scene.unlink()
    scene.mkdir()
    assert not look(scene, stamp).changed


def test_saving_keeps_mode_and_links(scene, tmp_path):
    scene.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(scene)
    stamp = save(link, b"two\n")
    assert link.is_symlink() and scene.read_bytes() == b"two\n"
    assert scene.stat().st_mode & 0o777 == 0o640
    assert not look(link, stamp).changed
    assert sorted(p.name for p in tmp_path.iterdir()) == ["film.yaml", "link.yaml"]


def test_a_new_file_gets_the_usual_mode(tmp_path):
    save(tmp_path / "new.yaml", b"x")
    (tmp_path / "other").write_bytes(b"")
    assert (tmp_path / "new.yaml").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_full_disk_leaves_the_old_file(scene, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EmostageError) as told:
        save(scene, b"two\n")
    assert told.value.diagnostics[0].code == "E100"
    assert scene.read_bytes() == b"one\n"
    assert [p.name for p in scene.parent.iterdir()] == ["film.yaml"]


def test_what_must_not_be_written_is_told(scene, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(EmostageError) as told:
        save(scene, b"two\n")
    assert told.value.diagnostics[0].code == "E101"
    assert "read-only" in told.value.diagnostics[0].message
    with pytest.raises(EmostageError) as told:
        save(tmp_path, b"two\n")
    assert told.value.diagnostics[0].code == "E102"
