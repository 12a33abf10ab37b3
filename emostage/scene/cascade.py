"""Settings handed down from film to cast to shot to line: engine, voice, mood and liveliness."""

from __future__ import annotations

from dataclasses import dataclass, replace

from emostage.core import plugins
from emostage.core.emotion import NEUTRAL_8
from emostage.scene.context import Context
from emostage.scene.emotions import Weights
from emostage.scene.feelings import mix_in
from emostage.scene.grammar.settings import ENGINES
from emostage.scene.issues import Misread
from emostage.scene.model import Prosody
from emostage.scene.names import DEFAULT_ENGINE, DEFAULT_VOICE
from emostage.scene.records import Fields
from emostage.scene.suggest import hint_for

_PROSODY = {"rate": "rate", "pitch": "pitch_st", "volume": "volume_db"}


@dataclass(frozen=True, kw_only=True)
class Inherited:
    """What is written at one level; None where nothing is."""

    engine: str | None = None
    voice: str | None = None
    prosody: tuple[tuple[str, float], ...] = ()
    mood_8: Weights | None = None
    liveliness: float | None = None


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings that hold for a line."""

    engine: str = DEFAULT_ENGINE
    voice: str = DEFAULT_VOICE
    prosody: Prosody = Prosody()
    mood_8: Weights = NEUTRAL_8
    liveliness: float = 1.0


def written(fields: Fields | None, context: Context) -> Inherited:
    """What one level writes. Noted are engines that are not there, mixes over 1 and voice files that are missing."""
    if fields is None:
        return Inherited()
    voice = fields.get("voice")
    bends: tuple[tuple[str, float], ...] = ()
    if isinstance(voice, Fields):
        bends = tuple((_PROSODY[key], value) for key, value in voice.values.items() if key in _PROSODY)
        voice = _voice(voice, "name", context)
    else:
        voice = _voice(fields, "voice", context)
    mood = fields.get("mood")
    mood_8 = mix_in(mood, context) if isinstance(mood, Fields) else mood
    engine = _engine(fields, context) if "engine" in fields else None
    return Inherited(engine=engine, voice=voice, prosody=bends, mood_8=mood_8, liveliness=fields.get("liveliness"))


def _engine(fields: Fields, context: Context) -> str | None:
    """The engine's name. Plug-ins are looked up only when the name is not one that comes with emostage."""
    name: str | None = fields.get("engine")
    if name is None or name in ENGINES:
        return name
    installed = (*plugins.names(plugins.MOTION_ENGINES), *plugins.names(plugins.PAINTERS))
    if name in installed:
        return name
    hint = hint_for(name, dict.fromkeys((*ENGINES, *installed)))
    context.issues.add("E014", f"there is no engine '{name}'", hint, at=fields.nodes["engine"])
    return None


def _voice(fields: Fields, key: str, context: Context) -> str | None:
    name = fields.get(key)
    if name is None:
        return None
    try:
        voice = context.files.voice(name)
        context.uses("voice", voice, fields.nodes[key])
        return voice
    except Misread as problem:
        context.misread(problem, fields.nodes[key])
        return None


def settle(*levels: Inherited) -> Settings:
    """The settings after `levels`, the most general first: each level replaces what it writes and hands on the rest."""
    default = Settings()
    engine, voice, prosody = default.engine, default.voice, default.prosody
    mood_8, liveliness = default.mood_8, default.liveliness
    for level in levels:
        engine, voice = level.engine or engine, level.voice or voice
        prosody = replace(prosody, **dict(level.prosody)) if level.prosody else prosody
        mood_8 = mood_8 if level.mood_8 is None else level.mood_8
        liveliness = liveliness if level.liveliness is None else level.liveliness
    return Settings(engine=engine, voice=voice, prosody=prosody, mood_8=mood_8, liveliness=liveliness)
