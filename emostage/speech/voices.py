"""Voices by name: the built-in languages and variants, and the Piper voices in the voices folder or at a path.

Names: `espeak/LANGUAGE`, `espeak/LANGUAGE+VARIANT`, `piper/NAME`, `piper/PATH.onnx`, the last two with `#SPEAKER` for a voice of
several. No network, no numpy.
"""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import platformdirs

from emostage.core.errors import AssetError
from emostage.speech import catalogue
from emostage.speech.licences import Licence, licence_of

_CONFIG_LIMIT = 4 << 20
_BUILT_IN = Licence(text="GPL-3.0-or-later (eSpeak NG; the sound it makes is free to use)", commercial=True)


@dataclass(frozen=True, kw_only=True)
class Voice:
    """A voice that can speak. `file` is the language file of eSpeak NG or the path of the .onnx; `speakers` maps the speakers of
    a Piper voice to their numbers and `speaker` is the one asked for."""

    name: str
    kind: Literal["espeak", "piper"]
    language: str
    title: str
    licence: str
    commercial: bool | None
    """Whether the licence allows commercial use; None when it is not known."""
    file: str
    variant: str = ""
    config: str = ""
    speakers: Mapping[str, int] = field(default_factory=dict)
    speaker: int | None = None


def voices_folder() -> Path:
    """Where Piper voices live: `$EMOSTAGE_VOICES`, else `voices` in the user's data folder for emostage."""
    override = os.environ.get("EMOSTAGE_VOICES")
    return Path(override).expanduser() if override else platformdirs.user_data_path("emostage", appauthor=False) / "voices"


def list_voices() -> tuple[Voice, ...]:
    """All voices that can speak now: each built-in language plain and with the curated variants, then the installed Piper voices.

    Piper voices whose files cannot be read are left out.
    """
    plain = sorted({language.code for language in catalogue.languages().values()})
    names = [f"espeak/{code}{suffix}" for code in plain for suffix in ("", *(f"+{v}" for v in catalogue.VARIANTS))]
    found = [_espeak(name) for name in names]
    folder = voices_folder()
    for path in sorted(folder.glob("*.onnx")) if folder.is_dir() else ():
        try:
            found.append(_piper(f"piper/{path.stem}"))
        except AssetError:
            continue
    return tuple(found)


def find(name: str) -> Voice:
    """The voice of that name. Raises AssetError E062 when there is none and E063 when its files are broken."""
    kind, _, rest = name.partition("/")
    if kind == "espeak" and rest:
        return _espeak(name)
    if kind == "piper" and rest:
        return _piper(name)
    raise AssetError.of(
        "E062", f"no voice '{name}'", "voices are called espeak/LANGUAGE+VARIANT or piper/NAME; see 'emostage voices list'"
    )


def _espeak(name: str) -> Voice:
    code, _, variant = name.removeprefix("espeak/").partition("+")
    languages = catalogue.languages()
    language = languages.get(code.casefold().replace("_", "-"))
    if language is None:
        raise AssetError.of(
            "E062", f"no voice '{name}': eSpeak NG has no language '{code}'", _close(code.casefold(), languages, "espeak/")
        )
    if variant and variant not in catalogue.variants():
        hint = _close(variant, catalogue.variants(), f"espeak/{code}+") or f"try {', '.join(catalogue.VARIANTS[:8])}"
        raise AssetError.of("E062", f"no voice '{name}': eSpeak NG has no variant '{variant}'", hint)
    return Voice(
        name=name,
        kind="espeak",
        language=language.code,
        title=f"{language.title}{', ' + variant if variant else ''}",
        licence=_BUILT_IN.text,
        commercial=_BUILT_IN.commercial,
        file=language.file,
        variant=variant,
    )


def _close(word: str, names: Any, prefix: str) -> str:
    close = difflib.get_close_matches(word, list(names), 1)
    return f"did you mean '{prefix}{close[0]}'?" if close else "see 'emostage voices list'"


def _piper(name: str) -> Voice:
    rest, _, speaker = name.removeprefix("piper/").partition("#")
    model = Path(rest).expanduser() if rest.endswith(".onnx") else voices_folder() / f"{rest}.onnx"
    if not rest.endswith(".onnx") and (Path(rest).name != rest or rest.startswith(".")):
        raise AssetError.of("E062", f"no voice '{name}'", "a voice of your own is named by the path of its .onnx file")
    if not model.is_file():
        names = [path.stem for path in voices_folder().glob("*.onnx")] if voices_folder().is_dir() else []
        close = difflib.get_close_matches(rest, names, 1, cutoff=0.85)
        hint = f"did you mean 'piper/{close[0]}'?" if close else f"fetch it with 'emostage voices get {rest}'"
        if rest.endswith(".onnx"):
            hint = "give the path of a Piper .onnx file, with its .onnx.json beside it"
        raise AssetError.of("E062", f"no voice '{name}': there is no {model}", hint)
    config = Path(f"{model}.json")
    settings = _settings(name, config)
    speakers = {str(key): int(value) for key, value in settings.get("speaker_id_map", {}).items()}
    if speaker and speaker not in speakers and not (speaker.isdigit() and int(speaker) < settings["num_speakers"]):
        hint = _close(speaker, speakers, f"piper/{rest}#") if speakers else "this voice has one speaker only"
        raise AssetError.of("E062", f"voice 'piper/{rest}' has no speaker '{speaker}'", hint)
    licence = licence_of(model)
    return Voice(
        name=name,
        kind="piper",
        language=str(settings["espeak"]["voice"]),
        title=model.stem,
        licence=licence.text,
        commercial=licence.commercial,
        file=str(model),
        config=str(config),
        speakers=speakers,
        speaker=speakers.get(speaker, int(speaker) if speaker.isdigit() else None) if speaker else None,
    )


def _settings(name: str, config: Path) -> dict[str, Any]:
    """The voice's .onnx.json. Raises AssetError E063 when it is missing, huge or not what Piper writes."""
    hint = "fetch the voice again, or put Piper's .onnx.json beside the .onnx"
    try:
        if config.stat().st_size > _CONFIG_LIMIT:
            raise ValueError("too large")
        settings = json.loads(config.read_text(encoding="utf-8"))
        if not isinstance(settings, dict):
            raise TypeError("no object")
        _ = (
            settings["espeak"]["voice"],
            int(settings["audio"]["sample_rate"]),
            settings["phoneme_id_map"],
            int(settings["num_speakers"]),
        )
        settings.setdefault("speaker_id_map", {}).items()
    except FileNotFoundError as error:
        raise AssetError.of("E063", f"voice '{name}' has no {config.name}", hint) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise AssetError.of("E063", f"voice '{name}': {config.name} is no Piper configuration ({error})", hint) from error
    return settings
