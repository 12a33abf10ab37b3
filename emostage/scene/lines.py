"""One line: text, recording or silent beat, with everything that it asks of voice, face, eyes and head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from emostage.scene.cascade import Settings
from emostage.scene.context import Context
from emostage.scene.cuekeys import CueKeys, keys_of
from emostage.scene.cues import Spoken, read_text
from emostage.scene.directions import gaze_of, head_of
from emostage.scene.feelings import emotion_of
from emostage.scene.issues import Misread
from emostage.scene.keytimes import check_inside
from emostage.scene.model import Line
from emostage.scene.nodes import ScalarNode
from emostage.scene.records import Fields
from emostage.scene.sources import take_of
from emostage.scene.speakers import Draft

MAX_WORDS = 2000
"""Most words of a line: about a quarter of an hour."""
MAX_CHARACTERS = 40_000
LONGEST_BEAT_S = 600.0


@dataclass(frozen=True, kw_only=True)
class _Content:
    """What a line says. `words` is None when its text could not be read."""

    text: str | None = None
    words: tuple[str, ...] | None = ()
    cues: CueKeys = CueKeys()
    audio: Path | None = None
    beat_s: float | None = None


def line_of(draft: Draft, *, index: int, on_screen: str, settings: Settings, context: Context) -> Line:
    """The line of a draft. When problems were noted, parts of it are left out."""
    fields = draft.fields
    content = _content(fields, context)
    if content.text is not None:
        context.uses("text", settings.voice, fields.nodes["text"], content.text)
    words: Sequence[str] | None = content.words
    emotion, source = emotion_of(fields, words=words, context=context)
    if source is not None and source.kind == "audio" and "audio" not in fields:
        hint = "give the line its recording under 'audio:', or name the feeling: emotion: happy 0.6"
        context.issues.add("E027", "this line has no recording to take its feeling from", hint, at=fields.nodes["emotion"])
    gaze = gaze_of(fields, words=words, context=context)
    head = head_of(fields, words=words, context=context)
    for keys in (emotion, gaze, head):
        check_inside((key.at for key in keys), beat_s=content.beat_s, context=context)
    return Line(
        index=index,
        speaker=draft.speaker or on_screen,
        on_screen=on_screen,
        text=content.text,
        words=content.words or (),
        pauses=content.cues.pauses,
        audio=content.audio,
        beat_s=content.beat_s,
        engine=settings.engine,
        voice=settings.voice,
        prosody=settings.prosody,
        mood_8=settings.mood_8,
        liveliness=settings.liveliness,
        emotion=(*emotion, *content.cues.emotion),
        emotion_from=source,
        motion=take_of(fields, context),
        gaze=(*gaze, *content.cues.gaze),
        head=(*head, *content.cues.head),
        place=fields.node.place,
    )


def _content(fields: Fields, context: Context) -> _Content:
    given = [key for key in ("text", "audio", "pause") if key in fields]
    if not given:
        return _Content() if "motion" in fields else _nothing(fields, context)
    if "pause" in given and len(given) > 1:
        context.issues.add(
            "E018",
            f"'{given[0]}' and 'pause' in one line",
            "make the pause a line of its own: - pause: 600ms",
            at=fields.keys["pause"],
        )
    if given == ["pause"]:
        return _beat(fields, context)
    audio = _recording(fields, context)
    if "text" not in given:
        return _Content(audio=audio)
    node = fields.nodes["text"]
    if "text" not in fields.values or not isinstance(node, ScalarNode):
        return _Content(words=None, audio=audio)
    spoken = _spoken(node, context)
    if spoken is None:
        return _Content(words=None, audio=audio)
    cues = keys_of(spoken, node, recorded="audio" in given, context=context)
    return _Content(text=spoken.text, words=spoken.words, cues=cues, audio=audio)


def _nothing(fields: Fields, context: Context) -> _Content:
    if all(key.text in fields or key.text.startswith("x-") or key.text in context.names for key, _ in fields.node.pairs):
        context.issues.add("E057", "this line says nothing", "give it a text, 'audio:', 'motion:' or 'pause:'", at=fields.node)
    return _Content(words=None)


def _beat(fields: Fields, context: Context) -> _Content:
    amount = fields.get("pause")
    if amount is None:
        return _Content(words=None)
    beat_s = context.seconds(amount, fields.nodes["pause"], longest_s=LONGEST_BEAT_S, what="a pause")
    return _Content(words=() if beat_s else None, beat_s=beat_s)


def _recording(fields: Fields, context: Context) -> Path | None:
    if fields.get("audio") is None:
        return None
    try:
        path = context.files.find(fields.get("audio"), code="E080", what="the recording")
        context.uses("sound", path, fields.nodes["audio"])
        return path
    except Misread as problem:
        context.misread(problem, fields.nodes["audio"])
        return None


def _spoken(node: ScalarNode, context: Context) -> Spoken | None:
    """The text taken apart; None when it is empty, without words, or too long."""
    if not node.text.strip():
        context.issues.add("E050", "this text is empty", "give a text, or make it a beat with 'pause: 1s'", at=node)
        return None
    if len(node.text) > MAX_CHARACTERS:
        context.issues.add(
            "E055",
            f"this text has {len(node.text):,} characters; a line has at most {MAX_CHARACTERS:,}",
            "split it into several lines",
            at=node,
        )
        return None
    spoken = read_text(node.text)
    for problem in spoken.problems:
        context.misread(problem, node)
    if not spoken.words:
        if not spoken.problems:
            hint = (
                "a silent beat is 'pause: 1s' with 'emotion:'" if spoken.cues else "write words, or make it a beat with 'pause: 1s'"
            )
            context.issues.add("E051", "this text has no words to speak", hint, at=node)
        return None
    if len(spoken.words) > MAX_WORDS:
        context.issues.add(
            "E055",
            f"this text has {len(spoken.words):,} words; a line has at most {MAX_WORDS:,}",
            "split it into several lines",
            at=node,
        )
        return None
    return spoken
