"""How well a photograph will play, in one word, and why: what will be seen, and what would look better.

The thresholds are choices of ours, set by eye on the screen tests of eleven photographs, paintings and renderings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from emostage.core.errors import Diagnostic
from emostage.studio.quality import Quality


class Grade(IntEnum):
    """What one film of a photograph can be."""

    EXCELLENT = 0
    GOOD = 1
    USABLE = 2
    POOR = 3

    @property
    def word(self) -> str:
        """The grade in lower case."""
        return self.name.lower()


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One thing about a photograph: how far it lowers the grade, what it is and what will be seen of it, and what to do."""

    grade: Grade
    topic: str
    text: str
    advice: str

    @property
    def word(self) -> str:
        """The grade, or `note` for what does not lower it."""
        return self.grade.word if self.grade else "note"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The grade is that of the worst remark; remarks come the worst first."""

    grade: Grade
    remarks: tuple[Remark, ...]

    def facts(self) -> dict[str, Any]:
        """Ready for JSON."""
        remarks = [{"grade": r.word, "topic": r.topic, "text": r.text, "advice": r.advice} for r in self.remarks]
        return {"grade": self.grade.word, "remarks": remarks}


@dataclass(frozen=True, kw_only=True)
class _Rule:
    """`value` of a photograph in which more is worse (`rising`) or less is; from which value on it is only good, usable, poor."""

    topic: str
    value: Callable[[Quality], float]
    good: float
    usable: float
    poor: float
    text: Callable[[Quality], str]
    advice: str
    rising: bool = True

    def remark(self, quality: Quality) -> Remark | None:
        """What there is to say."""
        sign = 1 if self.rising else -1
        value = sign * self.value(quality)
        grade = Grade(sum(value >= sign * bound for bound in (self.good, self.usable, self.poor)))
        text, advice = self.text(quality), self.advice
        return None if grade == Grade.EXCELLENT else Remark(grade=grade, topic=self.topic, text=text, advice=advice)


_NEVER = float("inf")
_FILM_HEIGHTS = (240, 360, 480, 720, 1080, 1440, 2160)
_FACE_SHARE = 0.42
"""The height of a face in the height of a close film."""


def sharp_film(face_px: float) -> int:
    """The height of the tallest common film whose close shot is not softer than a face of so many pixels."""
    return max((height for height in _FILM_HEIGHTS if _FACE_SHARE * height <= 1.15 * face_px), default=0)


def _size(quality: Quality) -> str:
    film = sharp_film(quality.sharp_px)
    soft = f"a close film will be soft above {film}p" if film else "even a small film will be soft"
    blurred = f", but only as sharp as one of {quality.sharp_px:.0f} px" if quality.sharp_px < 0.8 * quality.face_px else ""
    return f"face is {quality.face_px:.0f} px high{blurred}: {soft}"


def _turn(quality: Quality) -> str:
    pitch, yaw = quality.pitch_deg, quality.yaw_deg
    if abs(pitch) > abs(yaw):
        way, part = ("lowered", "chin") if pitch > 0 else ("raised", "forehead")
        return f"head is {way} by {abs(pitch):.0f} degrees: its {part} is seen foreshortened"
    side = "right" if yaw > 0 else "left"
    return f"turned {abs(yaw):.0f} degrees to the {side} of the picture: expect a soft cheek on that side"


def _light(quality: Quality) -> str:
    side = "left" if quality.side_light > 0 else "right"
    return f"light from one side: the {side} of the face is {abs(quality.side_light):.1f} stops darker, and its shadows go along"


_RULES = (
    _Rule(
        topic="size", value=lambda q: q.sharp_px, good=300, usable=160, poor=90, rising=False, text=_size,
        advice="use a larger or sharper picture, or one taken from nearer",
    ),
    _Rule(
        topic="turn", value=lambda q: max(abs(q.yaw_deg), abs(q.pitch_deg)), good=9, usable=18, poor=28, text=_turn,
        advice="a frontal photo will look better",
    ),
    _Rule(
        topic="tilt", value=lambda q: abs(q.roll_deg), good=12, usable=25, poor=45,
        text=lambda q: f"tilted by {abs(q.roll_deg):.0f} degrees: it stays tilted in the film", advice="level the picture",
    ),
    _Rule(
        topic="mouth", value=lambda q: q.mouth_gap, good=0.04, usable=0.18, poor=0.4,
        text=lambda _: "mouth open: its closed lips are guessed", advice="a mouth at rest moves best",
    ),
    _Rule(
        topic="eyes", value=lambda q: q.lid_gap, good=0.2, usable=0.15, poor=0.09, rising=False,
        text=lambda _: "eyes nearly closed: what lies under the lids is guessed", advice="use a photo with open eyes",
    ),
    _Rule(
        topic="light", value=lambda q: abs(q.side_light), good=1.0, usable=2.0, poor=3.5, text=_light,
        advice="even light from the front moves best",
    ),
    _Rule(
        topic="exposure", value=lambda q: q.lightness, good=0.2, usable=0.13, poor=0.07, rising=False,
        text=lambda _: "face is dark: little of its skin can be seen to move", advice="use a lighter photo",
    ),
    _Rule(
        topic="exposure", value=lambda q: q.burnt, good=0.04, usable=0.15, poor=0.4,
        text=lambda q: f"{q.burnt:.0%} of the face is burnt out: white spots do not crease", advice="use a softer light",
    ),
    _Rule(
        topic="hair", value=lambda q: q.room_above, good=0.005, usable=-_NEVER, poor=-_NEVER, rising=False,
        text=lambda _: "hair is cut off at the top: the head can rise only a little", advice="leave some room above the hair",
    ),
    _Rule(
        topic="room", value=lambda q: q.room_beside, good=0.1, usable=0.0, poor=-0.12, rising=False,
        text=lambda _: "face reaches the border of the picture: it can turn only a little", advice="leave room around the head",
    ),
    _Rule(
        topic="background", value=lambda q: q.busy, good=7, usable=16, poor=_NEVER,
        text=lambda _: "busy background: what a turning head uncovers is made up",
        advice="a plain wall behind the head, or 'background: blur'",
    ),
    _Rule(
        topic="glasses", value=lambda q: q.glasses, good=0.5, usable=_NEVER, poor=_NEVER,
        text=lambda _: "glasses: they stay as they are, and so do the reflections in them",
        advice="without glasses the eyes play better",
    ),
    _Rule(
        topic="fit", value=lambda q: q.misfit, good=1.6, usable=2.4, poor=4.0,
        text=lambda q: f"head fits by {q.misfit:.1f} % of the face only: expressions may sit a little beside their place",
        advice="use a photo of the bare face, seen from the front",
    ),
)  # fmt: skip
_FOUND = {"W070": ("faces", Grade.EXCELLENT), "W076": ("reading", Grade.USABLE)}
"""Warnings of the portrait that no measure repeats, and how they count."""


def judge(quality: Quality, findings: Sequence[Diagnostic] = ()) -> Verdict:
    """The verdict on a photograph of which the portrait gave these warnings."""
    remarks = [remark for rule in _RULES if (remark := rule.remark(quality)) is not None]
    for finding in findings:
        if finding.code in _FOUND:
            topic, grade = _FOUND[finding.code]
            remarks.append(Remark(grade=grade, topic=topic, text=finding.message, advice=finding.hint))
    remarks.sort(key=lambda remark: -remark.grade)
    return Verdict(grade=max((r.grade for r in remarks), default=Grade.EXCELLENT), remarks=tuple(remarks))
