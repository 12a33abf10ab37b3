"""The files and voices of a scene looked at before any work begins: headers only, no torch, nothing decoded.

What is told: E060-E063 voices and their texts, E071-E073 and E076 pictures, E080-E085 sounds, E136 identities.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from emostage.core.errors import AssetError, Diagnostic, in_file_order
from emostage.scene.assets import Asset, Kind
from emostage.scene.check import CheckResult

if TYPE_CHECKING:
    from emostage.speech.voices import Voice


def examined(result: CheckResult) -> CheckResult:
    """A checked scene with its assets looked at as well: their problems stand among the others, and the script is None when there
    are any."""
    found = examine(result.assets)
    if not found:
        return result
    return replace(result, script=None, diagnostics=in_file_order((*result.diagnostics, *found)))


def examine(assets: Iterable[Asset]) -> tuple[Diagnostic, ...]:
    """What is wrong with the assets of a scene, at their places. What is named twice is looked at once."""
    problems, voices = cache(_problems), cache(_voice)
    found: list[Diagnostic] = []
    for asset in assets:
        read = asset.kind == "text"
        told = _text_problems(asset.text, voices(str(asset.source))) if read else problems(asset.kind, asset.source)
        found += [problem.at(asset.place) for problem in told]
    return tuple(found)


def _problems(kind: Kind, source: Path | str) -> tuple[Diagnostic, ...]:
    from emostage.speech.voices import find

    try:
        if kind == "voice":
            find(str(source))
        elif kind == "sound":
            from emostage.speech.decode import look as look_at_sound

            look_at_sound(Path(source))
        elif kind == "motion":
            from emostage.motion.recording import look as look_at_motion

            look_at_motion(Path(source))
        elif kind == "identity":
            from emostage.core.identity import read_identity

            read_identity(Path(source))
        elif kind == "film":
            from emostage.film.watch import require_film

            require_film(Path(source))
        else:
            from emostage.face.header import look as look_at_picture

            look_at_picture(source, for_a_face=kind != "background")
    except AssetError as error:
        return error.diagnostics
    return ()


def _voice(name: str) -> Voice | None:
    """The voice of a name; None when it is not there, which is told where it is named."""
    from emostage.speech.voices import find

    try:
        return find(name)
    except AssetError:
        return None


def _text_problems(text: str, voice: Voice | None) -> tuple[Diagnostic, ...]:
    from emostage.speech.scripts import unspeakable

    problem = unspeakable(text, voice.language, voice.name) if voice else None
    return (problem,) if problem else ()
