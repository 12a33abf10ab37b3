"""What a feeling does to the face: FACS prototypes of the core emotions as ARKit-52 actions, posture and arousal.

Action units (AU) per emotion after Ekman & Friesen, *Facial Action Coding System* (1978; Investigator's Guide 2002) and EMFACS
(Friesen & Ekman 1983). That emotions have an arousal is Russell's ("A circumplex model of affect", 1980), that they have postures
Wallbott's ("Bodily expression of emotion", 1998). All numbers are choices of ours, tried on renderings of photographs.
AU to the nearest ARKit actions: 1 browInnerUp, 2 browOuterUp, 4 browDown, 5 eyeWide, 6 cheekSquint, 7 eyeSquint, 9 noseSneer,
10 mouthUpperUp, 12 mouthSmile, 14 mouthDimple, 15 mouthFrown, 16 mouthLowerDown, 17 mouthShrugLower, 20 mouthStretch,
23 mouthRoll*, 26 jawOpen, 29 jawForward.

Letters: E emotions (8, the order of `core.emotion.EMOTIONS`), T frames, 52 actions (the order of `core.arkit.ARKIT_NAMES`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from emostage.core.arkit import ARKIT_INDEX, expression, indices
from emostage.core.emotion import EMOTIONS
from emostage.core.tracks import F64

Form = Literal["silent", "speaking"]


@dataclass(frozen=True, kw_only=True)
class Prototype:
    """One emotion at full intensity. `face` holds brows, eyes, nose and cheeks; `mouth` is added on a silent face and
    `talk` while the lips are busy; `posture_deg` is (pitch down, yaw, roll) of the head; `arousal` lies in [-1, 1]."""

    units: str
    face: Mapping[str, float]
    mouth: Mapping[str, float]
    talk: Mapping[str, float]
    posture_deg: tuple[float, float, float]
    arousal: float


NEUTRAL = Prototype(units="0", face={}, mouth={}, talk={}, posture_deg=(0.0, 0.0, 0.0), arousal=0.0)

PROTOTYPES: Mapping[str, Prototype] = MappingProxyType({
    "neutral": NEUTRAL,
    "happy": Prototype(
        units="6+12+25",
        face={"cheekSquint": 0.7, "eyeSquint": 0.25, "browOuterUp": 0.15},
        mouth={"mouthSmile": 0.78, "mouthDimple": 0.2, "mouthUpperUp": 0.45, "mouthLowerDown": 0.3, "jawOpen": 0.12},
        talk={"mouthSmile": 0.72, "mouthDimple": 0.2, "mouthUpperUp": 0.3, "mouthLowerDown": 0.3},
        posture_deg=(-2.0, 0.0, 2.0),
        arousal=0.45,
    ),
    "sad": Prototype(
        units="1+4+15+17",
        face={"browInnerUp": 1.0, "browDown": 0.3, "cheekSquint": 0.25, "eyeSquint": 0.2, "eyeBlink": 0.16},
        mouth={"mouthFrown": 0.72, "mouthShrugLower": 0.35, "mouthRollLower": 0.1},
        talk={"mouthFrown": 0.68, "mouthShrugLower": 0.08},
        posture_deg=(6.0, 2.0, 3.0),
        arousal=-0.5,
    ),
    "angry": Prototype(
        units="4+5+7+17+23",
        face={"browDown": 1.0, "eyeSquint": 0.62, "eyeWide": 0.12, "noseSneer": 0.45, "cheekSquint": 0.15},
        mouth={"mouthFrown": 0.65, "mouthShrugLower": 0.35, "mouthRollUpper": 0.5, "mouthRollLower": 0.45, "jawForward": 0.3},
        talk={"mouthFrown": 0.5, "mouthUpperUp": 0.22, "mouthLowerDown": 0.22, "mouthShrugLower": 0.1, "jawForward": 0.25},
        posture_deg=(6.0, 0.0, 0.0),
        arousal=0.75,
    ),
    "afraid": Prototype(
        units="1+2+4+5+20+26",
        face={"browInnerUp": 1.0, "browOuterUp": 0.35, "browDown": 0.4, "eyeWide": 0.8, "eyeSquint": 0.25},
        mouth={"mouthStretch": 0.7, "mouthLowerDown": 0.6, "mouthFrown": 0.3, "mouthUpperUp": 0.1, "jawOpen": 0.15},
        talk={"mouthStretch": 0.45, "mouthFrown": 0.15, "mouthLowerDown": 0.2},
        posture_deg=(-3.0, 3.0, 0.0),
        arousal=0.65,
    ),
    "disgusted": Prototype(
        units="9+10+15+17",
        face={"noseSneer": 1.0, "browDown": 0.5, "eyeSquint": 0.5, "cheekSquint": 0.45},
        mouth={"mouthUpperUp": 0.78, "mouthFrown": 0.55, "mouthShrugLower": 0.2, "mouthLowerDown": 0.15},
        talk={"mouthUpperUp": 0.5, "mouthFrown": 0.4},
        posture_deg=(-2.0, -5.0, -3.0),
        arousal=0.3,
    ),
    "surprised": Prototype(
        units="1+2+5+26",
        face={"browInnerUp": 0.85, "browOuterUp": 1.0, "eyeWide": 0.85},
        mouth={"jawOpen": 0.4, "mouthFunnel": 0.35, "mouthPucker": 0.2, "mouthFrown": 0.1},
        talk={"mouthFunnel": 0.05},
        posture_deg=(-3.0, 0.0, 0.0),
        arousal=0.7,
    ),
    "contempt": Prototype(
        units="L12+L14",
        face={"cheekSquintLeft": 0.3, "eyeSquint": 0.35, "eyeBlink": 0.2, "browOuterUpRight": 0.5, "browDownLeft": 0.45},
        mouth={"mouthSmileLeft": 0.45, "mouthDimpleLeft": 0.8, "mouthPressLeft": 0.3, "mouthFrownRight": 0.45, "mouthLeft": 0.25},
        talk={"mouthSmileLeft": 0.42, "mouthDimpleLeft": 0.6, "mouthFrownRight": 0.25},
        posture_deg=(-4.0, 5.0, 4.0),
        arousal=-0.05,
    ),
})  # fmt: skip
"""The frozen table. Weights are full human actions (1 = as far as the muscle goes). Above 0.85 eyeWide, above 0.7 mouthStretch
and above 0.46 jawOpen stop looking natural; mouthPress makes an angry face look pleased: anger narrows the lips (AU 23) instead."""


def _table(form: Form) -> F64:
    rows = [expression(**{**p.face, **(p.mouth if form == "silent" else p.talk)}) for p in map(PROTOTYPES.__getitem__, EMOTIONS)]
    table_E52 = np.array(rows, np.float64)
    table_E52.setflags(write=False)
    return table_E52


SILENT_E52 = _table("silent")
"""Full-intensity expressions of a silent face."""

SPEAKING_E52 = _table("speaking")
"""Full-intensity expressions that leave jaw and lip opening to speech."""

POSTURE_E3: F64 = np.radians([PROTOTYPES[name].posture_deg for name in EMOTIONS])
AROUSAL_E: F64 = np.array([PROTOTYPES[name].arousal for name in EMOTIONS])

_PARTING_52 = np.isin(np.arange(52), [i for n in ("mouthUpperUp", "mouthLowerDown", "jawOpen") for i in indices(n)])
_ANTAGONISTS = tuple(
    (ARKIT_INDEX[a + side], ARKIT_INDEX[b + side]) for a, b in (("mouthSmile", "mouthFrown"),) for side in ("Left", "Right")
)
_SHARPNESS = 3.0


def response(intensity: ArrayLike) -> F64:
    """How far the muscles go for an asked intensity in [0, 1]: `1 - (1 - x)^1.35`; monotone, 0 to 0 and 1 to 1.

    Readers of rendered faces respond convexly: on 16 portraits almost no emotion was named below half intensity. The curve is
    the concave counterpart: 0.5 gives 61 % of the way. The exponent was chosen by eye, so that 0.5 looks like half.
    """
    x = np.clip(np.asarray(intensity, np.float64), 0.0, 1.0)
    return np.asarray(1.0 - (1.0 - x) ** 1.35)


def express(weights_T8: ArrayLike, form: Form = "silent") -> F64:
    """Emotion weights (T, 8) in [0, 1] to ARKit weights (T, 52) in [0, 1].

    Actions of several emotions join by a 3-norm, between their maximum and their sum, and are clipped; smile and frown pull
    against each other, so each gives way by the product of both. The actions that part the lips (AU 25 and 26) come late, by
    choice, so that weak feelings keep the mouth closed: they follow the square of the response.
    """
    level_T8 = response(np.atleast_2d(np.asarray(weights_T8, np.float64)))
    table_E52 = SILENT_E52 if form == "silent" else SPEAKING_E52
    out_T52 = np.zeros((len(level_T8), 52))
    for level_T, row_52 in zip(level_T8.T, table_E52, strict=True):
        reached_T52 = np.where(_PARTING_52, (level_T**2)[:, None], level_T[:, None]) * row_52
        out_T52 += reached_T52**_SHARPNESS
    out_T52 = np.clip(np.cbrt(out_T52), 0.0, 1.0)
    for a, b in _ANTAGONISTS:
        both_T = out_T52[:, a] * out_T52[:, b]
        out_T52[:, a], out_T52[:, b] = out_T52[:, a] - both_T, out_T52[:, b] - both_T
    return out_T52


def posture(weights_T8: ArrayLike) -> F64:
    """Head posture (T, 3) in rad (pitch down, yaw, roll) that goes with emotion weights (T, 8)."""
    return np.asarray(response(np.atleast_2d(np.asarray(weights_T8, np.float64))) @ POSTURE_E3)


def arousal(weights_T8: ArrayLike) -> F64:
    """Arousal (T,) in [-1, 1] of emotion weights (T, 8); neutral is 0."""
    return np.clip(np.atleast_2d(np.asarray(weights_T8, np.float64)) @ AROUSAL_E, -1.0, 1.0)
