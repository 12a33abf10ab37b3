"""Painters examined on held-out people: likeness to the truth beside two baselines, intensity, what their own ideas are worth, and
a long take."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from emostage.core.errors import EmostageError
from emostage.evaluate.painted.artists import Artist, Finished, Painting, Photographed, Repeating
from emostage.evaluate.painted.cases import Case, clips, neutral, smiling
from emostage.evaluate.painted.finishing import Verdict, verdict
from emostage.evaluate.painted.gains import Gain, gains
from emostage.evaluate.painted.intensity import Intensity, intensity
from emostage.evaluate.painted.lasting import Lasting, lasting
from emostage.evaluate.painted.likeness import Likeness, Truth
from emostage.evaluate.painted.nets import Examined
from emostage.evaluate.painted.recognition import Recogniser
from emostage.evaluate.painted.showing import Shown, show, show_true
from emostage.face.track import FaceMeshTracker, Tracker
from emostage.nets.painting.painter import Painter
from emostage.training.footage.store import Footage

TRUTH, REPEATED, PHOTO, FINISHED = "true frames", "portrait repeated", "photo renderer", "photo renderer, finished"
CLIPS, SECONDS = 20, 60.0
SMILES = 40
_PORTRAITS, _LAST_CLIPS = 3, 6

Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Ablation:
    """A painter as it is, and with one of its ideas switched off, on the same cases; `gains` by the idea."""

    cases: int
    on: Likeness
    off: Likeness
    gains: Mapping[str, Gain]


@dataclass(frozen=True, kw_only=True)
class PaintExam:
    """What was found. `strangers`, the mean identity similarity of portraits of two people and its highest; `ablations` by what is
    switched off; `finish`, whether finishing is worth it, where a finish was examined."""

    clips: int
    frames: int
    strangers: tuple[float, float]
    shown: Mapping[str, Shown]
    intensity: Mapping[str, Intensity]
    ablations: Mapping[str, Ablation]
    lasting: Mapping[str, Lasting]
    finish: Verdict | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is looked at: clips, seconds of the long take (0 leaves it out), and smiling portraits."""

    clips: int = CLIPS
    seconds: float = SECONDS
    smiles: int = SMILES


def examine(
    footage: Footage, nets: Examined, recogniser: Recogniser, size: Size, *, tracker: Tracker | None = None, tell: Tell
) -> PaintExam:
    """Examine painters on held-out footage; `tell` hears what is being done. Raises ValueError for footage without clips."""
    if tracker is None:
        with FaceMeshTracker() as mesh:
            return examine(footage, nets, recogniser, size, tracker=mesh, tell=tell)
    truths = [Truth(case, tracker, recogniser) for case in clips(footage, size.clips)]
    if not truths:
        raise ValueError("the footage has no clips")
    painters: dict[str, Artist] = {name: Painting(painter) for name, painter in nets.painters.items()}
    shown = {TRUTH: show_true(truths)}
    finished: dict[str, Artist] = {FINISHED: Finished(nets.finisher)} if nets.finisher is not None else {}
    artists: dict[str, Artist] = {REPEATED: Repeating(), PHOTO: Photographed(), **finished, **painters}
    for name, artist in artists.items():
        tell(f"{len(truths)} clips: {name}")
        shown[name] = show(artist, truths)
    felt = {}
    for name, artist in list(artists.items())[1:]:
        tell(f"intensity: {name}")
        felt[name] = _felt(artist, footage, tracker)
    return PaintExam(
        clips=len(truths),
        frames=sum(len(truth.act) for truth in truths),
        strangers=_strangers(truths),
        shown=shown,
        intensity={name: found for name, found in felt.items() if found is not None},
        ablations=_ablations(footage, nets, truths, lambda case: Truth(case, tracker, recogniser), tell, smiles=size.smiles),
        lasting=_lasting(nets.painters, [truth.case for truth in truths[:_LAST_CLIPS]], recogniser, size.seconds, tell),
        finish=verdict(shown[PHOTO].clips, shown[FINISHED].clips, [t.case.sitter.filmed for t in truths]) if finished else None,
    )


def _strangers(truths: Sequence[Truth]) -> tuple[float, float]:
    """Mean and highest cosine of the portraits of two people; NaN for one person."""
    portraits = {truth.case.sitter.shot: truth.portrait_D for truth in truths}
    embedded_ND = np.stack(list(portraits.values()))
    alike_P = (embedded_ND @ embedded_ND.T)[np.triu_indices(len(embedded_ND), 1)]
    return (float(alike_P.mean()), float(alike_P.max())) if len(alike_P) else (float("nan"), float("nan"))


def _felt(artist: Artist, footage: Footage, tracker: Tracker) -> Intensity | None:
    """An artist's intensity; None where a portrait cannot be used."""
    try:
        return intensity(artist, neutral(footage, _PORTRAITS), tracker)
    except EmostageError:
        return None


def _ablations(
    footage: Footage, nets: Examined, truths: Sequence[Truth], known: Callable[[Case], Truth], tell: Tell, *, smiles: int
) -> dict[str, Ablation]:
    """EmotiveTalk without EDI on smiling portraits that are asked for something else, EmoTalker without its constraint."""
    found = {}
    if nets.undecoupled is not None:
        tell("EDI off, smiling portraits")
        smiling_truths = [known(case) for case in smiling(footage, smiles)]
        found["EDI"] = _ablation(nets.painters["emotivetalk"], nets.undecoupled, smiling_truths)
        if nets.unshown is not None:
            tell("EDI off, faces that are not moved beforehand")
            found["EDI alone"] = _ablation(*nets.unshown, smiling_truths)
    if nets.unconstrained is not None:
        tell("identity constraint off")
        found["identity constraint"] = _ablation(nets.painters["emotalker"], nets.unconstrained, truths)
    return found


def _ablation(painter: Painter, without: Painter, truths: Sequence[Truth]) -> Ablation:
    on, off = (show(Painting(each), truths) for each in (painter, without))
    return Ablation(cases=len(truths), on=on.likeness, off=off.likeness, gains=gains(off.clips, on.clips))


def _lasting(
    painters: Mapping[str, Painter], cases: Sequence[Case], recogniser: Recogniser, seconds: float, tell: Tell
) -> dict[str, Lasting]:
    found = {}
    for name, painter in painters.items() if seconds > 0 else ():
        tell(f"{seconds:g} seconds: {name}")
        found[name] = lasting(Painting(painter), cases, recogniser, seconds=seconds)
    return found
