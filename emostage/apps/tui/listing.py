"""A film as a list of plain lines for ears and pipes: its shots, lines, words and keys in the order of time, one a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from emostage.apps.tui.board import Board, KeyMark, LineStrip, ShotStrip
from emostage.core.keyframes import Easing
from emostage.editing.contents import easing_text
from emostage.editing.refs import KeyRef
from emostage.scene.model import EmotionKey, GazeKey, HeadKey, Script

_KINDS = {"emotion": "key", "gaze": "look", "head": "head"}


class Told(Protocol):
    """What more there is to say about a key, such as its mix and easing."""

    def __call__(self, ref: KeyRef) -> str:
        """The words; empty for none."""


def listing(board: Board, *, told: Told | None = None, words: bool = False) -> Iterator[str]:
    """The lines of a film's list. `told` says of a key what it asks for instead of the label of its mark; with `words` every word
    has a line of its own."""
    yield f"film {_quoted(board.title)}, {clock(board.duration_s)} long, {_count(len(board.lines), 'line')}"
    shot_of = {number: shot for shot in board.shots for number in shot.lines[:1]}
    for line in board.lines:
        if shot := shot_of.get(line.index):
            yield _shot(shot)
        yield from _line(line, told, words)
    for music in board.music:
        yield f"music {_quoted(music.label)}, {_span(music.start_s, music.end_s)}"


def teller(board: Board, script: Script) -> Told:
    """Says of a key what it asks for, and how it is reached where that is not as usual."""

    def told(ref: KeyRef) -> str:
        mark, line = board.key(ref), script.lines[ref.line]
        tracks: Mapping[str, Sequence[EmotionKey | GazeKey | HeadKey]]
        tracks = {"emotion": line.emotion, "gaze": line.gaze, "head": line.head}
        key = tracks[ref.track][ref.number]
        over = f"over {key.over_s:g} s" if isinstance(key, EmotionKey) and key.over_s is not None else ""
        ease = "" if key.ease == Easing() else f"easing {easing_text(key.ease)}"
        return ", ".join(filter(None, (mark.label if mark else "", over, ease)))

    return told


def clock(at_s: float) -> str:
    """Film seconds as `M:SS.hh`, or `H:MM:SS.hh` from an hour on."""
    hundredths = round(max(at_s, 0.0) * 100)
    minutes, rest = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{rest // 100:02}.{rest % 100:02}"
    return f"{hours}:{minutes:02}:{seconds}" if hours else f"{minutes}:{seconds}"


def _shot(shot: ShotStrip) -> str:
    name = f" {_quoted(shot.name)}" if shot.name else ""
    begins = f", begins with a {shot.transition} of {shot.transition_s:g} s" if shot.transition_s > 0 else ""
    return f"shot {shot.index + 1}{name}, {_span(shot.start_s, shot.end_s)}{begins}"


def _line(line: LineStrip, told: Told | None, words: bool) -> Iterator[str]:
    who = line.speaker or "nobody"
    if line.on_screen and line.on_screen != line.speaker:
        who += f" (seen: {line.on_screen})"
    guessed = " (estimated)" if line.guessed else ""
    yield f"line {line.index + 1}, {who}, {_span(line.start_s, line.end_s)}{guessed}{_heard(line)}"
    if line.problem:
        yield f"  {line.problem.severity} {line.problem.code}: {_plain(line.problem.message)}"
    if words:
        for number, word in enumerate(line.words, 1):
            yield f"  word {number} of {len(line.words)}, {_span(word.start_s, word.end_s)}: {_plain(word.text)}"
    yield from _keys(line, told)


def _heard(line: LineStrip) -> str:
    """What is said in a line, or else what it is: a beat, a recording."""
    if line.words or not line.caption.startswith("("):
        return f": {_quoted(line.caption)}" if line.caption else ", silent"
    return f", {_plain(line.caption.strip('()'))}"


def _keys(line: LineStrip, told: Told | None) -> Iterator[str]:
    """The keys of a line in time, each numbered among those of its kind."""
    total, number = Counter(mark.ref.track for mark in line.keys), Counter[str]()
    for mark in sorted(line.keys, key=lambda mark: (mark.at_s, mark.ref)):
        track, word = mark.ref.track, _word_at(line, mark.at_s)
        number[track] += 1
        at_word = f" (word: {_plain(word)})" if word else ""
        cue = ", written in the text" if mark.inline else ""
        kind = f"{_KINDS[track]} {number[track]} of {total[track]}"
        yield f"  {kind} at {clock(mark.at_s)}{at_word}: {_says(mark, told)}{cue}"


def _says(mark: KeyMark, told: Told | None) -> str:
    said = told(mark.ref) if told else ""
    return _plain(said or mark.label or f"{mark.dominant} {mark.strength:g}".strip())


def _word_at(line: LineStrip, at_s: float) -> str:
    """The word that is spoken at a time, or the next to be spoken within a frame's breadth; empty for none."""
    near = 0.02
    return next((word.text for word in line.words if word.start_s - near <= at_s < word.end_s), "")


def _span(start_s: float, end_s: float) -> str:
    return f"{clock(start_s)} to {clock(end_s)}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")


def _quoted(text: str) -> str:
    return f'"{_plain(text)}"'


def _plain(text: str) -> str:
    """A text on one line, without what terminals obey."""
    return "".join(_printable(" ".join(text.split())))


def _printable(text: str) -> Iterable[str]:
    return (char if char.isprintable() else "\ufffd" for char in text)
