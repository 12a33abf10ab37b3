"""What the built-in voice can speak: the languages and variants in the folder of `espeakng-loader`, read without loading it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from emostage.core.errors import AssetError

VARIANTS: tuple[str, ...] = (
    "f1", "f2", "f3", "f4", "f5", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8",
    "klatt", "klatt4", "anika", "belinda", "max", "whisper",
)  # fmt: skip
"""Variants that sound like people; eSpeak NG has about eighty more, robots among them, which work by name."""
_PITCH_HZ = (82.0, 118.0)


@dataclass(frozen=True, kw_only=True)
class Language:
    """A language of eSpeak NG: its code (`en-us`), its English name, and the name of its file, by which the library finds it."""

    code: str
    title: str
    file: str


def data_folder() -> Path:
    """Folder of eSpeak NG's data. Raises AssetError E069 when the wheel is not installed."""
    spec = find_spec("espeakng_loader")
    if spec is None or spec.origin is None:
        raise AssetError.of("E069", "the built-in voice is not installed", "pip install espeakng-loader")
    return Path(spec.origin).parent / "espeak-ng-data"


@cache
def languages() -> dict[str, Language]:
    """Every language by each of its codes (lower case); where several files claim a code, the one of highest priority."""
    root = data_folder()
    claims: dict[str, tuple[int, Language]] = {}
    for path in sorted((root / "lang").rglob("*")):
        if not path.is_file():
            continue
        title, codes = _header(path)
        if not codes or not (root / f"{_dictionary(path, codes)}_dict").is_file():
            continue
        file = path.relative_to(root / "lang").as_posix()
        for code, priority in [*codes, (path.name.casefold(), 1)]:
            if code not in claims or priority < claims[code][0]:
                claims[code] = (priority, Language(code=codes[0][0], title=title, file=file))
    return {code: language for code, (_, language) in sorted(claims.items())}


def _header(path: Path) -> tuple[str, list[tuple[str, int]]]:
    title, codes = path.name, []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        parts = line.split("//")[0].split()
        if len(parts) > 1 and parts[0] == "name":
            title = " ".join(parts[1:])
        elif len(parts) > 1 and parts[0] == "language":
            codes.append((parts[1].casefold(), int(parts[2]) if len(parts) > 2 and parts[2].isdigit() else 5))
    return title, codes


def _dictionary(path: Path, codes: list[tuple[str, int]]) -> str:
    """Stem of the dictionary a language file uses: named in it, else the first part of its code."""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        parts = line.split()
        if len(parts) > 1 and parts[0] == "dictionary":
            return parts[1].removesuffix("_dict")
    return codes[0][0].split("-")[0]


@cache
def pitch_hz(file: str, variant: str) -> tuple[float, float]:
    """The low and high pitch that a voice is written with: the variant's, else the language's, else eSpeak NG's own."""
    root = data_folder()
    for path in ((root / "voices" / "!v" / variant,) if variant else ()) + (root / "lang" / file,):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            parts = line.split("//")[0].split()
            if len(parts) == 3 and parts[0] == "pitch" and parts[1].isdigit() and parts[2].isdigit():
                return float(parts[1]), float(parts[2])
    return _PITCH_HZ


@cache
def variants() -> frozenset[str]:
    """Names of all variants that are installed."""
    return frozenset(path.name for path in (data_folder() / "voices" / "!v").iterdir())
