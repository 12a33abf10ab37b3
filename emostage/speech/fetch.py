"""Fetch a published Piper voice: the only place of the package that uses the network, and only when a person asks for it by name.

Voices come from the repository `rhasspy/piper-voices`, whose `voices.json` names the files of each with size and MD5.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, BinaryIO
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from emostage.core.errors import AssetError
from emostage.speech.licences import Licence, of_card, of_name
from emostage.speech.voices import Voice, find, voices_folder

BASE_URL = "https://huggingface.co/rhasspy/piper-voices/resolve/main"
_NAME = re.compile(r"^[a-z]{2,3}_[A-Z]{2}-[\w]+-(x_low|low|medium|high)$")
_TIMEOUT_S = 30.0
_INDEX_LIMIT, _CARD_LIMIT, _MODEL_LIMIT = 8 << 20, 256 << 10, 512 << 20
_CHUNK = 1 << 18

Opener = Callable[[str], BinaryIO]
Progress = Callable[[int, int], None]
"""Called with the bytes so far and the bytes in all."""


@dataclass(frozen=True, kw_only=True)
class _File:
    path: str
    size: int
    md5: str


def _open(url: str) -> BinaryIO:
    if not url.startswith("https://"):
        raise ValueError("only https")
    stream: BinaryIO = urlopen(Request(quote(url, safe=":/"), headers={"User-Agent": "emostage"}), timeout=_TIMEOUT_S)  # noqa: S310 - https only
    return stream


def licence_online(name: str, *, opener: Opener = _open) -> Licence:
    """The licence on the published voice's card. Raises AssetError E062 for a name that cannot be, E067 when the network fails."""
    language, speaker, quality = _parts(name)
    url = f"{BASE_URL}/{language.split('_')[0]}/{language}/{speaker}/{quality}/MODEL_CARD"
    return of_card(_small(url, _CARD_LIMIT, opener).decode("utf-8", "replace"), name)


def get(name: str, *, accept_licence: bool = False, opener: Opener = _open, progress: Progress | None = None) -> Voice:
    """Fetch `piper/NAME` (or NAME) into the voices folder and return it.

    Files are written as `.part`, checked against their size and MD5, and renamed when whole, so a broken download leaves nothing
    behind. Raises AssetError E062 (no such voice), E067 (network, size or checksum) and E068 (the licence forbids commercial use,
    or is not known, and `accept_licence` is not given).
    """
    name = name.removeprefix("piper/")
    language, _, _ = _parts(name)
    licence = of_name(name)
    if licence.commercial is None:
        licence = licence_online(name, opener=opener)
    if not licence.commercial and not accept_licence:
        what = "does not allow commercial use" if licence.commercial is False else "does not say what is allowed"
        hint = "read the licence; then give --accept-licence to fetch the voice for the uses it allows"
        raise AssetError.of("E068", f"the licence of '{name}' {what}: {licence.text}", hint)
    files = _files(name, language, _small(f"{BASE_URL}/voices.json", _INDEX_LIMIT, opener))
    folder = voices_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        total, done = sum(file.size for file in files), 0
        for file in files:
            _fetch(file, folder / _local_name(file.path, name), opener, _counter(progress, done, total))
            done += file.size
    except OSError as error:
        raise AssetError.of(
            "E067", f"'{name}' could not be stored in {folder}: {error}", "set EMOSTAGE_VOICES to another folder"
        ) from error
    return find(f"piper/{name}")


def _counter(progress: Progress | None, before: int, total: int) -> Callable[[int], None]:
    def count(size: int) -> None:
        if progress:
            progress(before + size, total)

    return count


def _parts(name: str) -> tuple[str, str, str]:
    if not _NAME.match(name):
        raise AssetError.of("E062", f"'{name}' is no name of a Piper voice", "names look like en_US-ljspeech-high")
    language, speaker, quality = name.split("-")
    return language, speaker, quality


def _local_name(path: str, name: str) -> str:
    return f"{name}.MODEL_CARD" if path.endswith("MODEL_CARD") else path.rpartition("/")[2]


def _small(url: str, limit: int, opener: Opener) -> bytes:
    try:
        with opener(url) as stream:
            data = stream.read(limit + 1)
    except (URLError, HTTPException, OSError, ValueError) as error:
        raise _unreachable(url, error) from error
    if len(data) > limit:
        raise AssetError.of("E067", f"{url} is larger than {limit} bytes", "this is not the voice repository; check your network")
    return data


def _unreachable(url: str, error: Exception) -> AssetError:
    if getattr(error, "code", None) == 404:
        return AssetError.of("E062", f"there is no {url}", "look up the name at https://huggingface.co/rhasspy/piper-voices")
    host = url.split("/")[2] if url.count("/") > 1 else url
    hint = "check the network and try again, or copy the .onnx and .onnx.json into the voices folder by hand"
    return AssetError.of("E067", f"{host} cannot be reached: {getattr(error, 'reason', error)}", hint)


def _files(name: str, language: str, index: bytes) -> tuple[_File, ...]:
    """The files of a voice out of voices.json. Raises AssetError E062 when it is not there and E067 for a broken index."""
    try:
        voices: dict[str, Any] = json.loads(index)
        if name not in voices:
            near = ", ".join(sorted(key for key in voices if key.startswith(language))[:6])
            raise AssetError.of("E062", f"no Piper voice '{name}' is published", f"of {language}: {near}" if near else "")
        files = [_File(path=p, size=int(f["size_bytes"]), md5=f["md5_digest"]) for p, f in voices[name]["files"].items()]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AssetError.of("E067", f"the list of voices cannot be read: {error}", "try again later") from error
    wanted = (f"{name}.onnx", f"{name}.onnx.json", "MODEL_CARD")
    kept = [file for file in files if file.path.rpartition("/")[2] in wanted and re.fullmatch(r"[\w./-]+", file.path)]
    if len(kept) < 2 or any(file.size > _MODEL_LIMIT for file in kept):
        raise AssetError.of("E067", f"the files of '{name}' are not as expected", "try again later")
    return tuple(sorted(kept, key=lambda file: file.path.endswith(".onnx")))


def _fetch(file: _File, target: Path, opener: Opener, told: Callable[[int], None]) -> None:
    """Download one file beside its target, check it, rename it; `told` hears the bytes so far."""
    part = target.with_name(f"{target.name}.part")
    digest = hashlib.md5(usedforsecurity=False)
    size = 0
    try:
        with _opened(opener, f"{BASE_URL}/{file.path}") as stream, part.open("wb") as out:
            while size <= file.size and (chunk := _read(stream, file.path)):
                out.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                told(size)
        if size != file.size or digest.hexdigest() != file.md5:
            raise AssetError.of("E067", f"{target.name} arrived damaged ({size} of {file.size} bytes)", "try again")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _opened(opener: Opener, url: str) -> BinaryIO:
    try:
        return opener(url)
    except (URLError, HTTPException, OSError, ValueError) as error:
        raise _unreachable(url, error) from error


def _read(stream: BinaryIO, path: str) -> bytes:
    try:
        return stream.read(_CHUNK)
    except (HTTPException, OSError) as error:
        raise AssetError.of("E067", f"the download of {path} broke off: {error}", "try again") from error
