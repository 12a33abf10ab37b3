"""Subtitle files beside the film: SubRip (.srt) and WebVTT (.vtt, with speakers and the time of every word).

Source: W3C WebVTT (voice spans, cue timestamps, escapes). How long a subtitle stays at least is a choice of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from emostage.core.timeline import Subtitle
from emostage.core.whole import whole_file, writing
from emostage.film.lines import LINE_COLUMNS, chop, columns, line_break, split

SHORTEST_MS = 1000
"""A subtitle stays this long where the next one leaves it the time."""
READING_COLUMNS_S = 20.0
BRIDGE_MS = 500
"""Pauses within one line of speech up to this length do not take the subtitle away."""
FORMATS = (".srt", ".vtt")
_JOINER = "\u2060"


@dataclass(frozen=True, kw_only=True)
class Cue:
    """One subtitle on the screen: one or two lines of (word, when it begins in ms)."""

    start_ms: int
    end_ms: int
    speaker: str
    label: str
    lines: tuple[tuple[tuple[str, int], ...], ...]


def write(subtitles: Iterable[Subtitle], path: Path) -> tuple[Path, ...]:
    """Write `path` if it ends in .srt or .vtt, else both files beside it (`film.mp4`: `film.srt`, `film.vtt`).

    Returns the paths written. SRT names the speaker ("Ada: ...") whenever it changes in a film of several; VTT always, as
    voice. Raises EmostageError E100, E101, E102.
    """
    paths = (path,) if path.suffix.lower() in FORMATS else tuple(path.with_suffix(suffix) for suffix in FORMATS)
    ordered = sorted(subtitles, key=lambda s: (s.start_s, s.end_s))
    for target in paths:
        kind = target.suffix.lower()[1:]
        text = _text(cues(ordered, labels=kind == "srt"), kind)
        with whole_file(target) as part, writing(target):
            part.write_text(text, encoding="utf-8", newline="\n")
    return paths


def cues(subtitles: Sequence[Subtitle], *, labels: bool) -> tuple[Cue, ...]:
    """The subtitles as they appear: split, at most two lines of 42 columns, in order, never overlapping."""
    several = labels and len({s.speaker for s in subtitles}) > 1
    out: list[Cue] = []
    last = None
    for subtitle in subtitles:
        label = f"{_clean(subtitle.speaker)}: " if several and subtitle.speaker != last else ""
        out += _cues_of(subtitle, label if columns(label) <= LINE_COLUMNS // 2 else "")
        last = subtitle.speaker
    return _timed(out)


def _clean(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _cues_of(subtitle: Subtitle, label: str) -> list[Cue]:
    words = [piece for token in _clean(subtitle.text).split() for piece in chop(token, LINE_COLUMNS - columns(label))]
    spans = _word_times(words, subtitle)
    out: list[Cue] = []
    begin = 0
    for count in split(words, columns(label)):
        end, lead = begin + count, label if not begin else ""
        at = begin + (line_break(words[begin:end], columns(lead)) or count)
        timed = [(word, start) for word, (start, _) in zip(words, spans, strict=True)]
        lines = tuple(tuple(timed[a:b]) for a, b in ((begin, at), (at, end)) if b > a)
        start_ms = _ms(subtitle.start_s) if not begin else spans[begin][0]
        end_ms = _ms(subtitle.end_s) if end == len(words) else spans[end - 1][1]
        out.append(Cue(start_ms=start_ms, end_ms=end_ms, speaker=subtitle.speaker, label=lead, lines=lines))
        begin = end
    for i, following in enumerate(out[1:]):
        if following.start_ms - out[i].end_ms <= BRIDGE_MS:
            out[i] = replace(out[i], end_ms=following.start_ms)
    return out


def _word_times(words: Sequence[str], subtitle: Subtitle) -> list[tuple[int, int]]:
    """(start, end) of each word of the text in ms: that of the spoken words found in it, else by its place in the text."""
    text = " ".join(words).casefold()
    begins = [0]
    for word in words:
        begins.append(begins[-1] + len(word.casefold()) + 1)
    start_s, length_s = subtitle.start_s, max(subtitle.end_s - subtitle.start_s, 0.0)
    times = [start_s + length_s * min(b / max(len(text), 1), 1.0) for b in begins]
    starts, ends = times[:-1], times[1:]
    cursor, index, seen = 0, 0, -1
    for spoken, from_s, to_s in subtitle.words:
        at = text.find(spoken.casefold(), cursor) if spoken else -1
        if at < 0:
            continue
        while begins[index + 1] <= at:
            index += 1
        starts[index], ends[index], seen = (starts[index] if index == seen else from_s), to_s, index
        cursor = at + len(spoken)
    spans, latest = [], start_s
    for begin_s, end_s in zip(starts, ends, strict=True):
        begin_s = min(max(begin_s, latest), max(subtitle.end_s, start_s))  # noqa: PLW2901 - kept in order
        spans.append((_ms(begin_s), _ms(max(end_s, begin_s))))
        latest = begin_s
    return spans


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))


def _timed(unordered: Iterable[Cue]) -> tuple[Cue, ...]:
    """Cues in order, held long enough to be read where there is room, and never two at once."""
    out: list[Cue] = []
    waiting = sorted(unordered, key=lambda c: c.start_ms)
    for i, cue in enumerate(waiting):
        start_ms = max(cue.start_ms, out[-1].end_ms if out else 0)
        width = sum(columns(word) + 1 for line in cue.lines for word, _ in line)
        wanted_ms = max(cue.end_ms, start_ms + max(SHORTEST_MS, round(1000 * width / READING_COLUMNS_S)))
        limit_ms = waiting[i + 1].start_ms if i + 1 < len(waiting) else wanted_ms
        out.append(replace(cue, start_ms=start_ms, end_ms=max(min(wanted_ms, limit_ms), start_ms + 1)))
    return tuple(out)


def _text(shown: Iterable[Cue], kind: str) -> str:
    from pysubs2 import SSAEvent, SSAFile

    file = SSAFile()
    for cue in shown:
        text = _vtt(cue) if kind == "vtt" else _srt(cue)
        file.append(SSAEvent(start=cue.start_ms, end=cue.end_ms, text=text.replace("\n", "\\N")))
    return str(file.to_string(kind, keep_ssa_tags=True))


def _srt(cue: Cue) -> str:
    """SubRip knows no escapes: what players would take for markup is parted by a word joiner, which is invisible."""
    text = cue.label + "\n".join(" ".join(word for word, _ in line) for line in cue.lines)
    return re.sub(r"\\|<(?=[A-Za-z/])|--(?=>)", lambda found: found[0] + _JOINER, text)


def _vtt(cue: Cue) -> str:
    latest, lines = cue.start_ms, []
    for line in cue.lines:
        words = []
        for word, start_ms in line:
            stamp = f"<{_stamp(start_ms)}>" if latest < start_ms < cue.end_ms else ""
            latest = max(latest, start_ms)
            words.append(stamp + _escape(word))
        lines.append(" ".join(words))
    return f"<v {_escape(_clean(cue.speaker))}>" + "\n".join(lines)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\\", "\\" + _JOINER)


def _stamp(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"
