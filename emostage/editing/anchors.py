"""Keys of a list when the words of their line become another line's: their times said anew, as near to how they were written as can
be."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from emostage.core.errors import Place
from emostage.editing.edit import EditError
from emostage.editing.moments import Moment, said
from emostage.editing.refs import TrackName
from emostage.editing.saying import flow_of
from emostage.editing.scalars import written
from emostage.scene.issues import Misread
from emostage.scene.nodes import ListNode, MapNode, Node, ScalarNode
from emostage.scene.sources import SUFFIXES
from emostage.scene.times import WrittenTime, bind, parse_time
from emostage.scene.words import normal

_ANY = Fraction(25)


def time_node(key: Node, track: str) -> ScalarNode | None:
    """The value that says when a key is; None where it is for the whole line, or at its start because nothing is said."""
    if not isinstance(key, MapNode):
        return None
    pairs = {name.text: value for name, value in key.pairs}
    at = pairs.get("at")
    whole = track == "gaze" and "look" not in pairs
    return at if isinstance(at, ScalarNode) and not whole else None


def lasting(track: TrackName, value: Node) -> bool:
    """Whether a value is for all of its line, so that it is for both of its halves."""
    if isinstance(value, ListNode):
        return track != "emotion" and bool(value.items) and isinstance(value.items[0], ScalarNode)
    if isinstance(value, ScalarNode):
        return track != "head" and bool(value.text.strip())
    if track == "head":
        return False
    source = next((node for key, node in value.pairs if key.text == "from"), None)
    if isinstance(source, ScalarNode):
        return SUFFIXES.get("." + source.text.rpartition(".")[2].lower()) == "picture"
    return time_node(value, track) is None


def time_of(node: ScalarNode | None) -> WrittenTime | None:
    """A time as written; None where there is none, or none that can be read."""
    if node is None:
        return None
    try:
        return parse_time(node.text)
    except Misread:
        return None


def word_of(time: WrittenTime | None, words: Sequence[str]) -> int | None:
    """The number of the word that a time names."""
    if time is None or time.kind != "word":
        return None
    try:
        return int(bind(time, words=words, fps=_ANY, place=None).value)
    except Misread:
        return None


def from_the_end(time: WrittenTime | None) -> bool:
    """Whether a time is counted from the end of its line."""
    if time is None:
        return False
    return time.kind == "end" or (time.kind in ("seconds", "frames") and str(time.value).startswith("-"))


def at_word(text: str, time: WrittenTime, word: int, words: Sequence[str]) -> str:
    """A time that names a word, as text, naming `word` of other words instead, which sounds the same."""
    if time.by_number:
        new = str(word + 1)
    else:
        like = normal(words[word])
        before = sum(normal(other) == like for other in words[:word])
        name = (time.word or "") + (f"#{before + 1}" if before else "")
        new = name if before + 1 != time.occurrence else text[time.word_start : time.word_end]
    return text[: time.word_start] + new + text[time.word_end :]


def from_word(text: str, time: WrittenTime | None, word: int, words: Sequence[str], place: Place | None) -> str:
    """A time of a line whose start or end becomes the start of a word. Raises EditError E146 for a share of the line."""
    anchor = said(Moment(word=word), words)
    if time is None or (time.kind == "start" and not text.strip()):
        return anchor
    if time.kind in ("start", "end"):
        return anchor + text.strip()[len(time.kind) :]
    if time.kind in ("seconds", "frames"):
        body = text.strip()
        back = body[0] in "-\u2212"
        return f"{anchor} - {body[1:].strip()}" if back else f"{anchor} + {body}"
    if time.kind == "previous":
        return f"{anchor} {text.strip()}"
    if time.kind == "percent" and time.value in (0, 100) and not time.offset.seconds and not time.offset.frames:
        return anchor
    raise EditError.of(
        "E146", f"a key at {text} of a line that gets longer", "give the key a word or a time in seconds first", place
    )


def key_text(key: Node, at: str | None) -> str:
    """A key in brackets, with another time where one is given."""
    if not isinstance(key, MapNode) or at is None:
        return flow_of(key)
    rest = [f"{written(name.text, flow=True)}: {flow_of(value)}" for name, value in key.pairs if name.text != "at"]
    return "{" + ", ".join([f"at: {written(at, flow=True)}", *rest]) + "}"
