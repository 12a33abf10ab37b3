"""How collections of films of people lie in folders, and what their names tell.

    mead      M003/video/front/happy/level_2/001.mp4, sound in M003/audio/happy/level_2/001.m4a
    crema-d   1001_DFA_ANG_XX.flv or .mp4 anywhere below the folder, sound in AudioWAV/1001_DFA_ANG_XX.wav
    hdtf      RD_Radio10_000.mp4, WDA_JoeBiden1_003.mp4, WRA_JohnKasich_000.mp4 anywhere below the folder
    videos    any films; those in one sub-folder show one person, the others one person each

Sources: MEAD (Wang et al., ECCV 2020), CREMA-D (Cao et al., IEEE Transactions on Affective Computing 2014), HDTF (Zhang et al.,
CVPR 2021).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from emostage.core.emotion import EMOTION_INDEX, EMOTIONS
from emostage.core.errors import AssetError, UsageError
from emostage.film.watch import OTHER_SUFFIXES, SUFFIXES

_FILMS = frozenset({*SUFFIXES, *OTHER_SUFFIXES, ".flv"})

_MEAD = {
    "angry": "angry", "contempt": "contempt", "disgusted": "disgusted", "fear": "afraid", "happy": "happy", "neutral": "neutral",
    "sad": "sad", "surprised": "surprised",
}  # fmt: skip
_MEAD_LEVELS = {"level_1": 0.4, "level_2": 0.7, "level_3": 1.0}
_CREMA = {"ANG": "angry", "DIS": "disgusted", "FEA": "afraid", "HAP": "happy", "NEU": "neutral", "SAD": "sad"}
_CREMA_LEVELS = {"LO": 0.4, "MD": 0.7, "HI": 1.0, "XX": 0.7, "X": 0.7}
"""Strength of a feeling by the name of its level; most sentences of CREMA-D were said at a level that is not told."""
_CREMA_NAME = re.compile(r"(\d{4})_[A-Z]{3}_([A-Z]{3})_([A-Z]{1,2})")
_HDTF_NAME = re.compile(r"(RD_Radio\d+|W[DR]A_.+?)\d*(?:_\d+)?")


@dataclass(frozen=True, kw_only=True)
class Film:
    """A film of one person: `name` is its place in its collection, `person` is the same for all films of a person, `weights_8` are
    the emotion weights that it is labelled with, if it is, and `sound` where its sound is."""

    path: Path
    name: str
    person: str
    sound: Path
    weights_8: tuple[float, ...] | None = None


def films(collection: str) -> tuple[tuple[Film, ...], tuple[str, ...]]:
    """The films of a collection `KIND:FOLDER` in order, and the names of those that do not say what they should.

    Raises UsageError E014 for an unknown kind, and AssetError E106 when there is no such folder or nothing in it.
    """
    kind, _, place = collection.partition(":")
    if kind not in LAYOUTS or not place:
        raise UsageError.of(
            "E014", f"'{collection}' is no collection of films", f"write one of {', '.join(LAYOUTS)}, as in mead:DIR"
        )
    folder = Path(place)
    if not folder.is_dir():
        raise AssetError.of("E106", f"there is no folder '{folder}'", "give the folder of a collection of films")
    named, unnamed = [], []
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in _FILMS and path.is_file()):
        film = LAYOUTS[kind](folder, path)
        if film is None:
            unnamed.append(f"{kind}/{path.relative_to(folder).as_posix()}")
        else:
            named.append(film)
    if not named:
        raise AssetError.of("E106", f"no film in '{folder}' lies as those of '{kind}' do", "see 'emostage train corpus --help'")
    return tuple(named), tuple(unnamed)


def feeling(emotion: str, strength: float) -> tuple[float, ...]:
    """The weights of a single emotion at a strength."""
    weights_8 = [0.0] * len(EMOTIONS)
    weights_8[EMOTION_INDEX[emotion]] = strength
    weights_8[0] = 1.0 if emotion == "neutral" else 1.0 - strength
    return tuple(weights_8)


def _mead(folder: Path, path: Path) -> Film | None:
    """A film seen from the front; those seen from elsewhere are of the same moments."""
    parts = path.relative_to(folder).parts
    if len(parts) != 6 or parts[1:3] != ("video", "front") or parts[3] not in _MEAD or parts[4] not in _MEAD_LEVELS:
        return None
    sound = folder.joinpath(parts[0], "audio", *parts[3:5], f"{path.stem}.m4a")
    weights_8 = feeling(_MEAD[parts[3]], _MEAD_LEVELS[parts[4]])
    return _film("mead", folder, path, person=parts[0], sound=sound, weights_8=weights_8)


def _crema(folder: Path, path: Path) -> Film | None:
    found = _CREMA_NAME.fullmatch(path.stem)
    if found is None or found[2] not in _CREMA or found[3] not in _CREMA_LEVELS:
        return None
    sound = folder / "AudioWAV" / f"{path.stem}.wav"
    weights_8 = feeling(_CREMA[found[2]], _CREMA_LEVELS[found[3]])
    return _film("crema-d", folder, path, person=found[1], sound=sound, weights_8=weights_8)


def _hdtf(folder: Path, path: Path) -> Film | None:
    found = _HDTF_NAME.fullmatch(path.stem)
    return found and _film("hdtf", folder, path, person=found[1])


def _videos(folder: Path, path: Path) -> Film | None:
    parts = path.relative_to(folder).parts
    return _film("videos", folder, path, person=parts[0] if len(parts) > 1 else path.stem)


def _film(
    kind: str, folder: Path, path: Path, *, person: str, sound: Path | None = None, weights_8: tuple[float, ...] | None = None
) -> Film:
    return Film(
        path=path,
        name=f"{kind}/{path.relative_to(folder).as_posix()}",
        person=f"{kind}/{person}",
        sound=sound if sound is not None and sound.is_file() else path,
        weights_8=weights_8,
    )


LAYOUTS: Mapping[str, Callable[[Path, Path], Film | None]] = {"mead": _mead, "crema-d": _crema, "hdtf": _hdtf, "videos": _videos}
"""Kinds of collections, and what of each tells a film by its place."""
