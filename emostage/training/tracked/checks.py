"""What is wrong with footage of a person, and what to do about it: an error when nothing can be learnt from it, else warnings.

E117 too little film · W140 little film · W141 more film than is used · W142 dark · W143 burnt · W144 light from the side ·
W145 small · W146 blurred · W147 turned away · W148 cuts · W149 other people · W150 no sound · W151 others left out · W152 a file
passed over · W153 few pictures a second · W154 hidden. Thresholds of light and exposure are those of `studio.verdict` for a poor
or usable picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from emostage.core.errors import AssetError, Diagnostic
from emostage.training.tracked.measure import Seen, on_the_whole
from emostage.training.tracked.people import ALIKE_HINT, Track
from emostage.training.tracked.store import FPS, Take
from emostage.training.tracked.tracking import Tracked

LEAST_FRAMES, SHORT_S = 25, 10.0
"""Films that show the face in fewer frames teach nothing; in fewer seconds, hardly how a person moves."""
SMALL_PX = 100
_DARK, _BURNT, _SIDE_STOPS = 0.13, 0.15, 2.0
_BLURRED = 0.5
_TURNED, _HIDDEN = 0.5, 0.2
_FEW_FPS = 14.0
_SILENT = 64
"""Peak of silence, of 32768."""


def findings(tracked: Tracked) -> tuple[Diagnostic, ...]:
    """Warnings about footage that was tracked. Raises AssetError E117 when it shows too little of the person."""
    frames = sum(int(take.seen_T.sum()) for take in tracked.takes if not take.is_photo)
    photos = sum(take.is_photo for take in tracked.takes)
    if frames < LEAST_FRAMES and not photos:
        message = f"the footage shows the face for {frames / FPS:.1f} s only"
        raise AssetError.of("E117", message, f"give a film that shows it for {SHORT_S:.0f} s or more, or a photo")
    told = [*_of_length(tracked, frames, photos), *_of_people(tracked), *_of_looks(tracked), *_of_sound(tracked)]
    return (*tracked.passed, *(Diagnostic(code=code, message=message, hint=hint) for code, message, hint in told))


def _of_length(tracked: Tracked, frames: int, photos: int) -> Iterator[tuple[str, str, str]]:
    seconds = frames / FPS
    if not tracked.films:
        many = "one photo teaches" if photos == 1 else f"{photos} photos teach"
        yield "W140", f"{many} the look but not the manner", f"give a film of {SHORT_S:.0f} s or more to learn how they move"
    elif seconds < SHORT_S:
        hint = f"give {SHORT_S:.0f} s or more, better a minute"
        yield "W140", f"{seconds:.1f} s of film teach the look but not the manner", hint
    if tracked.whole_s > 1.05 * tracked.cap_s and tracked.used_s > 0.8 * tracked.cap_s:
        message = f"of {_minutes(tracked.whole_s)} of film the best {_minutes(tracked.used_s)} are used, spread over it"
        yield "W141", message, "use more with a longer limit; it takes longer and seldom teaches more"
    for name, film in tracked.films.items():
        if film.rate < _FEW_FPS:
            yield "W153", f"'{name}' has {film.rate:.0f} pictures a second: lips move in jerks", "use a film of 25 a second or more"
    if tracked.cuts:
        times = "once" if tracked.cuts == 1 else f"{tracked.cuts} times"
        yield "W148", f"the footage cuts to another picture {times}; every shot is a take of its own", "nothing has to be done"


def _of_people(tracked: Tracked) -> Iterator[tuple[str, str, str]]:
    people = tracked.people
    if people.others:
        others = "somebody else is" if people.others == 1 else f"{people.others} others are"
        message = f"{others} in the footage too; the one who is seen largest and longest is followed"
        yield "W149", message, "choose another with their number, 2 being the next"
    if filmed := [track for track in people.strangers if track.source in tracked.films]:
        message = f"left out, for the face seems to be somebody else's: {_places(filmed)}"
        yield "W151", message, f"give films of one person, in light that is alike; {ALIKE_HINT}"
    if people.animals:
        yield "W151", "left out: a face that does not seem to be a human one", "nothing has to be done"


def _places(tracks: Sequence[Track]) -> str:
    """The first few of the places where tracks are."""
    told = [f"'{t.source}' at {t.first / FPS:.1f} s" for t in tracks[:3]]
    return ", ".join(told) + (f" and {len(tracks) - 3} more" if len(tracks) > 3 else "")


def _of_looks(tracked: Tracked) -> Iterator[tuple[str, str, str]]:
    if not tracked.measures:
        return
    seen = on_the_whole(_by_frames(tracked))
    if seen.lightness < _DARK:
        yield "W142", f"the face is dark ({seen.lightness:.0%} of white)", "film it towards a window or a lamp"
    if seen.burnt > _BURNT:
        yield "W143", f"{seen.burnt:.0%} of the face are burnt out", "use a softer light, or expose less"
    if abs(seen.side_light) > _SIDE_STOPS:
        side = "left" if seen.side_light > 0 else "right"
        message = f"the light comes from one side: the {side} of the face is {abs(seen.side_light):.1f} stops darker"
        yield "W144", message, "even light from the front teaches more"
    if seen.face_px < SMALL_PX:
        yield "W145", f"the face is small: {seen.face_px:.0f} pixels high", "film it from nearer, so that it is 200 or more"
    if seen.sharp <= _BLURRED:
        message = f"the face is blurred: it is as sharp as one of {seen.sharp * seen.face_px:.0f} pixels"
        yield "W146", message, "clean the lens, hold the camera still, and use more light"
    if tracked.turned > _TURNED:
        yield "W147", f"the face is turned away in {tracked.turned:.0%} of the footage", "film it from the front"
    if tracked.hidden > _HIDDEN:
        yield "W154", f"the face cannot be read in {tracked.hidden:.0%} of the footage", "keep hands, hair and the border off it"


def _by_frames(tracked: Tracked) -> list[Seen]:
    """The measures of the takes, those of longer ones more often."""
    return [m for take, m in zip(tracked.takes, tracked.measures, strict=True) for _ in range(1 + len(take) // FPS)]


def _of_sound(tracked: Tracked) -> Iterator[tuple[str, str, str]]:
    filmed = [take for take in tracked.takes if not take.is_photo]
    if filmed and all(_is_silent(take) for take in filmed):
        why = "is silent" if any(film.has_sound for film in tracked.films.values()) else "has no sound"
        yield "W150", f"the footage {why}: how they move as they speak cannot be learnt", "give a film in which they are heard"


def _is_silent(take: Take) -> bool:
    return take.samples_S is None or int(np.abs(take.samples_S.astype(np.int32)).max(initial=0)) < _SILENT


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
