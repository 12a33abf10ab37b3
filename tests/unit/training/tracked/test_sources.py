"""What is given, and what of it is taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from emostage.core.errors import AssetError
from emostage.training.tracked.sources import sources_of


def photo(path: Path, grey: int = 90) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (64, 64), (grey, grey, grey)).save(path)
    return path


def film(path: Path, data: bytes = b"film") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_films_photos_and_folders_are_taken_in_order_and_once(tmp_path: Path) -> None:
    one, two = film(tmp_path / "z.MP4", b"1"), photo(tmp_path / "me.jpg")
    folder = tmp_path / "folder"
    film(folder / "b.webm", b"2")
    film(folder / "a.mov", b"3")
    photo(folder / "deep" / "me.jpg", 20)
    photo(folder / "deep" / "same.png", 20)
    film(folder / "again.mp4", b"1")
    film(folder / "notes.txt")
    film(folder / ".hidden.mp4", b"4")
    (folder / "link.mp4").symlink_to(one)
    found, told = sources_of([one, two, folder, str(two)])
    assert [(s.name, s.kind) for s in found][:4] == [("z.MP4", "film"), ("me.jpg", "photo"), ("a.mov", "film"), ("b.webm", "film")]
    assert [s.name for s in found][4:] == ["me (2).jpg", "same.png"]
    assert len({s.digest for s in found}) == len(found)
    assert told == ()


def test_what_cannot_be_opened_in_a_folder_is_passed_over_and_told(tmp_path: Path) -> None:
    photo(tmp_path / "good.png")
    film(tmp_path / "bad.png")
    film(tmp_path / "empty.mp4", b"")
    found, told = sources_of([tmp_path])
    assert [s.name for s in found] == ["good.png"]
    assert [problem.code for problem in told] == ["W152", "W152"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("https://example.org/me.mp4", "E025"),
        ("none.mp4", "E106"),
        ("notes.txt", "E106"),
        ("me.HEIC", "E106"),
        ("empty.mp4", "E106"),
        ("nothing", "E106"),
        ("broken-link.mp4", "E106"),
        ("bad.png", "E072"),
        ("tiny.png", "E076"),
    ],
)
def test_what_cannot_be_used_is_told(tmp_path: Path, name: str, code: str) -> None:
    for made in ("notes.txt", "me.HEIC", "bad.png"):
        film(tmp_path / made)
    film(tmp_path / "empty.mp4", b"")
    (tmp_path / "nothing").mkdir()
    (tmp_path / "broken-link.mp4").symlink_to(tmp_path / "gone.mp4")
    Image.new("RGB", (8, 8)).save(tmp_path / "tiny.png")
    with pytest.raises(AssetError, match=code) as refused:
        sources_of([name if "://" in name else tmp_path / name])
    assert refused.value.diagnostics[0].hint


def test_nothing_is_told() -> None:
    with pytest.raises(AssetError, match="E106"):
        sources_of([])
