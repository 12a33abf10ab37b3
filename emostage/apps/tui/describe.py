"""The words beside the timeline: the line and the key that are picked, what is felt now, and what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.style import Style
from rich.text import Text

from emostage.apps.tui.board import CURVE_RATE, Board, LineStrip
from emostage.apps.tui.colours import LETTERS, QUIET, STRONG, WRONG, of_emotion
from emostage.apps.tui.picked import Picked
from emostage.core.emotion import EMOTIONS
from emostage.core.errors import Diagnostic
from emostage.core.time import frame_at
from emostage.editing.contents import easing_text
from emostage.editing.refs import KeyRef
from emostage.scene.model import EmotionKey, GazeKey, HeadKey, Script
from emostage.scene.words import tokens

_BAR = "▏▎▍▌▋▊▉█"
_BAR_CELLS = 12
_MOST_SAID = 160
"""Characters of a text that are shown at once: what is felt has to be seen below it in 80 columns and 24 rows."""
_LONG_WORD = 30


NOTHING = Text("Nothing can be shown before what is wrong is mended: E opens the file in your editor, and it is read when saved.")
"""What stands in the place of a scene that was never without errors."""


def line_words(board: Board, script: Script | None, picked: Picked) -> Text:
    """The picked line: who speaks with which voice, and its words, that under the playhead bright."""
    if picked.line >= len(board.lines):
        return Text.assemble("no lines yet: ", ("n makes one", _pressing("n")), style=QUIET)
    line = board.lines[picked.line]
    head = Text.assemble((f"line {line.index + 1}  ", QUIET), (line.speaker, STRONG))
    if script is not None and line.index < len(script.lines):
        head.append(f"  {script.lines[line.index].voice}", QUIET)
    if line.on_screen != line.speaker:
        head.append(f"  seen: {line.on_screen}", QUIET)
    if line.guessed and line.words:
        head.append("  length guessed", QUIET)
    text = script.lines[line.index].text if script is not None and line.index < len(script.lines) else None
    return Text("\n").join([head, _said(line, text, picked.at_s)])


def keys(board: Board, script: Script | None, picked: Picked) -> Text:
    """The picked keys."""
    marks = [mark for ref in sorted(picked.keys) if (mark := board.key(ref)) is not None]
    if not marks:
        return Text.assemble(
            "no key picked: ", ("[", _pressing("left_square_bracket")), " and ", ("]", _pressing("right_square_bracket")),
            " pick one, ", ("i puts one here", _pressing("i")), style=QUIET,
        )  # fmt: skip
    if len(marks) > 1:
        return Text(f"{len(marks)} keys picked", style=STRONG)
    mark = marks[0]
    kind = {"emotion": "cue" if mark.inline else "key", "gaze": "look", "head": "head"}[mark.ref.track]
    text = Text.assemble((f"{kind} at {clock(mark.at_s)}  ", QUIET), (mark.label, of_emotion(mark.dominant, bold=True)))
    if (how := _how(script, mark.ref)) and not mark.inline:
        text.append(f"  {how}", QUIET)
    return text


def mix(board: Board, picked: Picked, *, cells: int = _BAR_CELLS) -> Text:
    """What is felt under the playhead, as bars."""
    felt = felt_at(board, picked.at_s)
    out = Text()
    for name, weight in sorted(felt.items(), key=lambda part: -part[1]):
        if weight < 0.005:
            continue
        bar = "█" * int(weight * cells) + _BAR[min(int(weight * cells % 1 * 8), 7)]
        out.append(f"{LETTERS[name]} {name:<10}{weight:4.2f} ", of_emotion(name)).append(bar + "\n", of_emotion(name))
    out.rstrip()
    return out if out.plain else Text("neutral", style=QUIET)


def felt_at(board: Board, at_s: float) -> dict[str, float]:
    """Weights of the emotions but neutral at a film time."""
    line = board.line_at(at_s)
    if line is None or not len(line.weights_T8):
        return {}
    row = int(np.clip((at_s - line.start_s) * CURVE_RATE, 0, len(line.weights_T8) - 1))
    return dict(zip(EMOTIONS[1:], line.weights_T8[row, 1:].tolist(), strict=True))


def problems(diagnostics: Sequence[Diagnostic], most: int) -> Text:
    """What is wrong, errors first."""
    ordered = sorted(diagnostics, key=lambda d: d.severity != "error")
    out = Text()
    for found in ordered[:most]:
        where = f"{found.place.line}:{found.place.column} " if found.place else ""
        style = WRONG if found.severity == "error" else QUIET
        out.append(f"{where}{found.code} ", style).append(f"{found.message}", style)
        out.append(f"; {found.hint}\n" if found.hint else "\n", QUIET)
    if len(ordered) > most:
        out.append(f"and {len(ordered) - most} more", QUIET)
    return out


def status(board: Board, picked: Picked, snap: str, spoken: int, note: str) -> Text:
    """Where the playhead is, and how far the film is."""
    line = board.line_at(picked.at_s)
    now = f"{clock(picked.at_s)} / {clock(board.duration_s)}"
    parts = [f"frame {frame_at(picked.at_s, board.fps)}", f"snap {snap}"]
    shot = next((shot.name for shot in board.shots if line is not None and line.index in shot.lines), "")
    parts += [shot] if shot else []
    if spoken < len(board.lines):
        parts.append(f"spoken {spoken} of {len(board.lines)}")
    felt = [(weight, name) for name, weight in felt_at(board, picked.at_s).items() if weight >= 0.05]
    out = Text(f"{now}  ", style=QUIET).append(f"{note}  " if note else "", STRONG).append("  ".join(parts))
    for weight, name in sorted(felt, reverse=True)[:3]:
        out.append(f"  {LETTERS[name]} {name} {weight:.2f}".replace("0.", "."), of_emotion(name))
    return out


def clock(at_s: float) -> str:
    """A film time as `m:ss.hh`."""
    hundredths = round(max(at_s, 0.0) * 100)
    return f"{hundredths // 6000}:{hundredths % 6000 // 100:02}.{hundredths % 100:02}"


def _said(line: LineStrip, text: str | None, at_s: float) -> Text:
    """A line's text, the word that is said now bright; of a long one the part around that."""
    if not line.words:
        return Text(line.caption, style=QUIET)
    if text is None or len(places := tokens(text)) != len(line.words):
        return _part(Text(line.caption), 0)
    out, said = Text(text), 0
    for place, word in zip(places, line.words, strict=True):
        if word.start_s <= at_s:
            said = place.start
        if word.start_s <= at_s < word.end_s:
            out.stylize("bold reverse", place.start, place.end)
    return _part(out, said)


def _part(text: Text, at: int) -> Text:
    """The part of a text that a character is in; parts end between words, where there is a space not far away."""
    if len(text) <= _MOST_SAID:
        return text

    def between(end: int) -> int:
        space = text.plain.rfind(" ", max(end - _LONG_WORD, 0), end)
        return 0 if end <= 0 else len(text) if end >= len(text) else space + 1 if space >= 0 else end

    first = at // _MOST_SAID * _MOST_SAID
    if at >= between(first + _MOST_SAID):
        first += _MOST_SAID
    start, end = between(first), between(first + _MOST_SAID)
    return Text.assemble("… " if start else "", text[start:end], "…" if end < len(text) else "")


def _pressing(key: str) -> Style:
    """A click presses a key."""
    return Style(meta={"@click": f"app.simulate_key('{key}')"})


def _how(script: Script | None, ref: KeyRef) -> str:
    """How a key is reached."""
    if script is None or ref.line >= len(script.lines):
        return ""
    line = script.lines[ref.line]
    keys: Sequence[EmotionKey | GazeKey | HeadKey] = (
        line.emotion if ref.track == "emotion" else line.gaze if ref.track == "gaze" else line.head
    )
    return easing_text(keys[ref.number].ease) if ref.number < len(keys) else ""
