"""Which cues can be meant by what is typed after a bracket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emostage.apps.tui.screens.fuzzy import ranked
from emostage.core.emotion import EMOTIONS, EVERYDAY
from emostage.scene.cues import GESTURES, read_text

PROMPT = 'like "…"'
"""The offer of a feeling in one's own words; the words are typed after it is taken."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A cue to choose: its text without brackets, and what it does."""

    cue: str
    about: str


def unfinished(text: str, offset: int) -> tuple[int, str] | None:
    """The cue that is being written before an offset: where it begins behind its bracket, and what there is of it. None outside of
    one, in its quotation, and behind a bracket that is to be read."""
    start = text.rfind("[", 0, offset)
    inside = text[start + 1 : offset]
    if start < 0 or "]" in inside or '"' in inside or text[max(start - 1, 0) : start] in ("\\", "["):
        return None
    return start + 1, inside


def offers(names: Sequence[str] = ()) -> tuple[Offer, ...]:
    """Every cue to choose from; `names` are those of the people who can be looked at."""
    return (
        *(Offer(cue=f"{name} 0.7" if name != "neutral" else name, about="feeling") for name in EMOTIONS),
        *(Offer(cue=word, about=_mix(word)) for word in EVERYDAY),
        Offer(cue="pause 300ms", about="silence"),
        *(Offer(cue=gesture, about="with the head") for gesture in GESTURES),
        Offer(cue="look camera", about="gaze"),
        *(Offer(cue=f"look {name}", about="gaze") for name in names),
        Offer(cue=PROMPT, about="feeling in your own words"),
    )


def matching(typed: str, known: Sequence[Offer]) -> list[Offer]:
    """The offers for what is typed, the best first: after a comma another emotion of the mix; a whole cue that is not among them as
    it is."""
    head, comma, tail = typed.rpartition(",")
    if comma:
        mixed = [o for o in (Offer(cue=f"{name} 0.3", about="mixed in") for name in EMOTIONS[1:]) if o.cue.split()[0] not in head]
        found = [Offer(cue=f"{head}, {offer.cue}", about=offer.about) for offer in ranked(tail, mixed, lambda o: o.cue)]
    else:
        found = ranked(typed, known, lambda o: o.cue)
    if not found and typed.strip() and not read_text(f"[{typed}]").problems:
        return [Offer(cue=typed.strip(), about="as typed")]
    return found


def _mix(word: str) -> str:
    return ", ".join(f"{name} {share:g}" for name, share in EVERYDAY[word].items())
