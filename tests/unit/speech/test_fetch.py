from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import BinaryIO
from urllib.error import HTTPError, URLError

import pytest

from emostage.core.errors import AssetError
from emostage.speech.fetch import BASE_URL, get, licence_online

NAME = "en_US-ljspeech-high"


class Site:
    """A fake voice repository."""

    def __init__(self, folder: Path, name: str = NAME, card: str = "* License: CC0") -> None:
        language, speaker, quality = name.split("-")
        root = f"{language.split('_')[0]}/{language}/{speaker}/{quality}"
        config = (folder / "en_US-hum-low.onnx.json").read_bytes()
        model = (folder / "en_US-hum-low.onnx").read_bytes()
        self.files = {f"{root}/{name}.onnx": model, f"{root}/{name}.onnx.json": config, f"{root}/MODEL_CARD": card.encode()}
        index = {
            name: {
                "files": {p: {"size_bytes": len(d), "md5_digest": hashlib.md5(d).hexdigest()} for p, d in self.files.items()},
            }
        }
        self.files["voices.json"] = json.dumps(index).encode()
        self.asked: list[str] = []

    def __call__(self, url: str) -> BinaryIO:
        path = url.removeprefix(f"{BASE_URL}/")
        self.asked.append(path)
        if path not in self.files:
            raise HTTPError(url, 404, "Not Found", None, None)  # type: ignore[arg-type]
        return io.BytesIO(self.files[path])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "my voices"
    monkeypatch.setenv("EMOSTAGE_VOICES", str(folder))
    return folder


def test_a_voice_is_fetched_whole(home: Path, piper_folder: Path) -> None:
    heard: list[tuple[int, int]] = []
    voice = get(f"piper/{NAME}", opener=Site(piper_folder), progress=lambda done, total: heard.append((done, total)))
    assert voice.name == f"piper/{NAME}"
    assert sorted(path.name for path in home.iterdir()) == [f"{NAME}.MODEL_CARD", f"{NAME}.onnx", f"{NAME}.onnx.json"]
    assert heard[-1][0] == heard[-1][1] == sum(path.stat().st_size for path in home.iterdir())
    assert voice.commercial is True


def test_a_damaged_download_leaves_nothing_under_the_final_name(home: Path, piper_folder: Path) -> None:
    site = Site(piper_folder)
    model = next(path for path in site.files if path.endswith(".onnx"))
    site.files[model] = site.files[model][:-1] + b"?"
    with pytest.raises(AssetError, match=r"E067.*damaged"):
        get(NAME, opener=site)
    assert not list(home.glob("*.onnx"))
    assert not list(home.glob("*.part"))


def test_a_download_that_breaks_off_is_told(home: Path, piper_folder: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionResetError("reset by peer")

    site = Site(piper_folder)

    def opener(url: str) -> BinaryIO:
        return Broken() if url.endswith(".json") and "voices.json" not in url else site(url)

    with pytest.raises(AssetError, match=r"E067.*reset by peer"):
        get(NAME, opener=opener)
    assert not list(home.iterdir())


def test_an_endless_file_is_cut_off(home: Path, piper_folder: Path) -> None:
    site = Site(piper_folder)
    config = next(path for path in site.files if path.endswith(".onnx.json"))
    site.files[config] += b" " * (1 << 20)
    with pytest.raises(AssetError, match=r"E067"):
        get(NAME, opener=site)


def test_no_network_is_a_clear_error(home: Path) -> None:
    def opener(url: str) -> BinaryIO:
        raise URLError("Name or service not known")

    with pytest.raises(AssetError) as caught:
        get(NAME, opener=opener)
    problem = caught.value.diagnostics[0]
    assert problem.code == "E067"
    assert "huggingface.co cannot be reached" in problem.message
    assert "by hand" in problem.hint


@pytest.mark.parametrize("name", ["ljspeech", "../../etc/passwd", "en_US-a/b-low", "en_US-x-huge", ""])
def test_names_that_cannot_be_are_refused_without_network(name: str, home: Path) -> None:
    with pytest.raises(AssetError, match=r"E062"):
        get(name, opener=lambda url: pytest.fail("asked"))


def test_restricted_and_unknown_licences_need_consent(home: Path, piper_folder: Path) -> None:
    with pytest.raises(AssetError, match=r"E068.*Blizzard"):
        get("en_US-lessac-medium", opener=lambda url: pytest.fail("asked"))
    name = "xx_XX-new-low"
    with pytest.raises(AssetError, match=r"E068.*non-commercial"):
        get(name, opener=Site(piper_folder, name, "* License: non-commercial"))
    with pytest.raises(AssetError, match=r"E068"):
        get(name, opener=Site(piper_folder, name, "nothing said"))
    assert not home.exists()
    assert get(name, opener=Site(piper_folder, name, "* License: non-commercial"), accept_licence=True).commercial is False


def test_a_free_licence_on_the_card_is_enough(home: Path, piper_folder: Path) -> None:
    name = "xx_XX-new-low"
    assert licence_online(name, opener=Site(piper_folder, name)).commercial is True
    assert get(name, opener=Site(piper_folder, name)).commercial is True


def test_a_voice_that_is_not_published(home: Path, piper_folder: Path) -> None:
    with pytest.raises(AssetError, match=r"E062"):
        get("en_US-ljspeech-low", opener=Site(piper_folder))


@pytest.mark.parametrize(
    "index", [b"", b"[]", b"nonsense", b'{"en_US-ljspeech-high": {}}', b'{"en_US-ljspeech-high": {"files": {}}}']
)
def test_a_broken_index_is_told(index: bytes, home: Path, piper_folder: Path) -> None:
    site = Site(piper_folder)
    site.files["voices.json"] = index
    with pytest.raises(AssetError, match=r"E06[27]"):
        get(NAME, opener=site)
