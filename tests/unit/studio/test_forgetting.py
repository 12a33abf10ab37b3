import os

import pytest

from emostage.core.errors import AssetError
from emostage.studio.forgetting import forget, require_identity
from emostage.studio.identities import folder_mark


@pytest.fixture
def ada(tmp_path, tune):
    """An identity with all that goes with one."""
    folder = tune(tmp_path / "ada", "face", "manner")
    (folder / "work" / "takes" / "one").mkdir(parents=True)
    (folder / "work" / "takes" / "one" / "take.npz").write_bytes(b"x" * 1000)
    (folder / "preview.png").write_bytes(b"png")
    (folder / "before_after.mp4").write_bytes(b"mp4")
    (folder / "face.safetensors.123456789-0badcafe.part").write_bytes(b"half")
    return folder


def write(content):
    return lambda path: path.write_bytes(content)


def test_all_of_an_identity_is_removed(ada, cache):
    done = forget(ada, cache)
    assert not ada.exists()
    assert (done.files, done.stuck, done.left) == (7, (), ())
    assert done.size > 1000


def test_what_is_not_the_identitys_stays_and_is_told(ada, cache):
    (ada / "ada.png").write_bytes(b"portrait")
    (ada / "notes").mkdir()
    (ada / "notes" / "a.txt").write_text("mine")
    (ada / "odd.safetensors").mkdir()
    done = forget(ada, cache)
    assert sorted(path.name for path in ada.iterdir()) == ["ada.png", "notes", "odd.safetensors"]
    assert done.left == (ada / "ada.png", ada / "notes", ada / "odd.safetensors")
    assert (ada / "notes" / "a.txt").read_text() == "mine"


def test_links_are_removed_and_not_followed(ada, cache, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.txt").write_text("mine")
    (ada / "emotalker.safetensors").symlink_to(other / "mine.txt")
    (ada / "work" / "footage").symlink_to(other)
    (ada / "work" / "takes" / "film.mp4").symlink_to(other / "mine.txt")
    forget(ada, cache)
    assert not ada.exists() and (other / "mine.txt").read_text() == "mine"


def test_a_work_folder_that_is_a_link_is_not_followed(ada, cache, tmp_path, tune):
    eve = tune(tmp_path / "eve", "face")
    (eve / "work").symlink_to(ada / "work")
    forget(eve, cache)
    assert not eve.exists() and (ada / "work" / "takes" / "one" / "take.npz").exists()


def test_what_was_drawn_with_it_leaves_the_cache(ada, cache, tune, tmp_path):
    from emostage.core.identity import read_identity

    now = read_identity(ada).parts["face"].sha256
    cache.put("clips", "ab11", ".mp4", write(b"of the folder"), marks=[folder_mark(ada)])
    cache.put("clips", "ab12", ".mp4", write(b"of its bytes, wherever it lay"), marks=[now])
    cache.put("films", "ab13", ".mp4", write(b"of others"), marks=["0" * 64])
    cache.put("takes", "ab14", ".npz", write(b"of a voice"))
    done = forget(ada, cache)
    assert done.entries == 2 and sorted(entry.key for entry in cache.entries()) == ["ab13", "ab14"]


@pytest.mark.parametrize("damage", ["cut", "bytes", "consent"])
def test_a_damaged_identity_can_be_deleted(ada, cache, damage):
    card = (ada / "card.json").read_bytes()
    if damage == "cut":
        (ada / "card.json").write_bytes(card[:60])
    elif damage == "bytes":
        (ada / "face.safetensors").write_bytes(b"other")
    else:
        (ada / "card.json").write_bytes(card.replace(b"consent", b"cnosent"))
    cache.put("clips", "ab11", ".mp4", write(b"film"), marks=[folder_mark(ada)])
    assert forget(ada, cache).entries == 1 and not ada.exists()


@pytest.mark.parametrize("card", [None, b"", b"{}", b'{"format": "other"}', b'{"what": "emostage.identity.v1"}', "link", "folder"])
def test_what_is_no_identity_is_refused_and_untouched(ada, cache, card, tmp_path):
    whole = (ada / "card.json").read_bytes()
    (ada / "card.json").unlink()
    if card == "link":
        (tmp_path / "card.json").write_bytes(whole)
        (ada / "card.json").symlink_to(tmp_path / "card.json")
    elif card == "folder":
        (ada / "card.json").mkdir()
    elif card is not None:
        (ada / "card.json").write_bytes(card)
    before = sorted(ada.rglob("*"))
    with pytest.raises(AssetError) as raised:
        forget(ada, cache)
    assert raised.value.diagnostics[0].code == "E136" and sorted(ada.rglob("*")) == before


def test_a_link_to_an_identity_and_no_folder_are_refused(ada, cache, tmp_path):
    (tmp_path / "link").symlink_to(ada)
    for path in (tmp_path / "link", tmp_path / "none", ada / "card.json"):
        with pytest.raises(AssetError, match="E136"):
            require_identity(path)
    assert ada.exists()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may remove everything")
def test_what_cannot_be_removed_is_told_and_the_folder_is_still_known(ada, cache):
    (ada / "work" / "takes").chmod(0o500)
    try:
        done = forget(ada, cache)
        assert done.stuck == (ada / "work", ada / "card.json")
    finally:
        (ada / "work" / "takes").chmod(0o700)
    assert forget(ada, cache).stuck == () and not ada.exists()


def test_what_seems_stuck_is_told_and_the_folder_is_still_known(ada, cache, monkeypatch):
    with monkeypatch.context() as stuck:
        stuck.setattr("shutil.rmtree", lambda *given, **more: None)
        done = forget(ada, cache)
    assert done.stuck == (ada / "work", ada / "card.json") and done.files == 5
    assert forget(ada, cache).stuck == () and not ada.exists()


def test_what_was_never_finished_can_be_deleted(cache, tmp_path):
    work = tmp_path / "eve" / "work"
    (work / "takes-1").mkdir(parents=True)
    (work / "takes-1" / "take.safetensors").write_bytes(b"a face")
    (work / "plan.json").write_text('{"format": "emostage.tracked.v1"}')
    assert forget(tmp_path / "eve", cache).files == 2
    assert not (tmp_path / "eve").exists()
