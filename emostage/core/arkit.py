"""The ARKit-52 expression space: names, order and sides. An expression is a vector of 52 weights in [0, 1].

Source: Apple, ARFaceAnchor.BlendShapeLocation; the order is the one of the Live Link Face header.
"""

from __future__ import annotations

from math import radians

import numpy as np
from numpy.typing import NDArray

ARKIT_NAMES: tuple[str, ...] = (
    "eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft", "eyeLookUpLeft", "eyeSquintLeft", "eyeWideLeft",
    "eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight", "eyeLookUpRight", "eyeSquintRight", "eyeWideRight",
    "jawForward", "jawLeft", "jawRight", "jawOpen",
    "mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight",
    "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight", "mouthDimpleLeft", "mouthDimpleRight",
    "mouthStretchLeft", "mouthStretchRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
    "mouthPressLeft", "mouthPressRight", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight",
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
    "cheekPuff", "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight", "tongueOut",
)  # fmt: skip

ARKIT_INDEX: dict[str, int] = {name: i for i, name in enumerate(ARKIT_NAMES)}
"""Position of each action in an expression vector."""

ARKIT_COUNT = len(ARKIT_NAMES)

MOUTH_MASK_52: NDArray[np.bool_] = np.array([n.startswith(("mouth", "jaw", "tongue")) for n in ARKIT_NAMES])
"""True for the actions that shape jaw, lips and tongue: the ones speech owns."""
MOUTH_MASK_52.setflags(write=False)


def indices(name: str) -> tuple[int, ...]:
    """Positions of an action: one for a full or unsided name, two (left, right) for the stem of a sided one.

    Raises KeyError for a name that is no ARKit action.
    """
    if name in ARKIT_INDEX:
        return (ARKIT_INDEX[name],)
    return (ARKIT_INDEX[f"{name}Left"], ARKIT_INDEX[f"{name}Right"])


def expression(**weights: float) -> NDArray[np.float32]:
    """A (52,) expression from named weights; a stem such as `mouthSmile` sets both sides. Weights are not clipped."""
    vector_52 = np.zeros(ARKIT_COUNT, np.float32)
    for name, weight in weights.items():
        vector_52[list(indices(name))] = weight
    return vector_52


MIRROR_52: NDArray[np.intp] = np.array([
    ARKIT_INDEX[
        n[:-4] + "Right" if n.endswith("Left") else n[:-5] + "Left" if n.endswith("Right") else n
    ]
    for n in ARKIT_NAMES
])  # fmt: skip
"""Index that swaps left and right: `expression_T52[:, MIRROR_52]` is the mirrored performance."""
MIRROR_52.setflags(write=False)

LOOK_RAD: tuple[float, float] = (radians(30.0), radians(25.0))
"""Yaw and pitch of the eye at weight 1 of an eyeLook action."""
