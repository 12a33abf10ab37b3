"""A film as a list of plain lines for ears and pipes: its shots, lines, words and keys in the order of time, one a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from emostage.apps.tui.board import Board, KeyMark, LineStrip, ShotStrip
from emostage.editing.refs import KeyRef

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
    caption = f": {_quoted(line.caption)}" if line.caption else ", silent"
    yield f"line {line.index + 1}, {who}, {_span(line.start_s, line.end_s)}{guessed}{caption}"
    if line.problem:
        yield f"  {line.problem.severity} {line.problem.code}: {_plain(line.problem.message)}"
    if words:
        for number, word in enumerate(line.words, 1):
            yield f"  word {number} of {len(line.words)}, {_span(word.start_s, word.end_s)}: {_plain(word.text)}"
    for track in _KINDS:
        yield from _keys(line, track, told)


def _keys(line: LineStrip, track: str, told: Told | None) -> Iterator[str]:
    marks = sorted((mark for mark in line.keys if mark.ref.track == track), key=lambda mark: mark.at_s)
    for number, mark in enumerate(marks, 1):
        word = _word_at(line, mark.at_s)
        at_word = f" (word: {_plain(word)})" if word else ""
        cue = ", written in the text" if mark.inline else ""
        yield f"  {_KINDS[track]} {number} of {len(marks)} at {clock(mark.at_s)}{at_word}: {_says(mark, told)}{cue}"


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
