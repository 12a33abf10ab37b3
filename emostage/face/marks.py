"""Where the marks of the linear head are (`core.marks`): irises, and rows of teeth behind the lips.

Eyes are spheres; teeth are bent rows of which the upper one is fixed to the skull and the lower one to the jaw. Head axes: x to the
person's left, y down, z away from the camera; metres. B frames, M marks, P marks of a ring, N marks of both rows, E = 2 eyes (the
right one first).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from emostage.core.arkit import ARKIT_INDEX, LOOK_RAD
from emostage.core.marks import ALONG, IRISES, ROUND, TEETH
from emostage.core.tracks import F64, Frozen
from emostage.face.head import Head
from emostage.face.topology import CHIN, EYES, LIPS

IRIS_RAD = 0.375
"""Half the angle of an iris seen from the centre of the head's eyeball."""
_TURN = 0.75
"""Eyeballs of the head are larger than human ones: they turn less for the same shift of the iris."""

DEPTH_M = {True: 0.0795, False: 0.0775}
"""How far in front of the origin the middle of the upper and the lower row lies in the neutral head."""
SEAM_M = 0.0961
"""Height of the seam of the neutral lips."""
BELOW_M = {True: 0.0026, False: 0.0008}
"""How far below the seam the biting edges lie."""
BEND = 19.0
"""Curvature of the rows, 1/m."""
_SHIFT_RANGE_M = 0.012
"""Teeth follow lips that identity moves as far as this."""
_HALF_M, _CROWN_M = 0.024, {True: 0.0095, False: 0.0085}
"""Half the width of a row as far as mouths show it, and the height of its crowns."""

HINGE_ZY = (-0.0117, 0.0733)
"""Depth and height of the axis about which the head's jaw turns: least squares over chin and tongue."""
JAW_RAD = 0.45
"""Turn of the jaw at jawOpen 1, of the same fit."""
_SLIDES = ("jawForward", "jawLeft", "jawRight")

BESIDE: tuple[tuple[range, tuple[int, ...]], ...] = (
    (IRISES[0], tuple(dict.fromkeys(EYES[0].upper + EYES[0].lower))),
    (IRISES[1], tuple(dict.fromkeys(EYES[1].upper + EYES[1].lower))),
    (range(TEETH[0].start, TEETH[1].stop), LIPS),
)
"""Which landmarks lie around which marks."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Marks(Frozen):
    """A person's marks at rest: `eyes_E3` and `radii_E` of the eyeballs, `rows_N3` the marks of both rows, the upper one first, and
    `slides_J3` how far the chin goes with jawForward, jawLeft and jawRight."""

    eyes_E3: Tensor
    radii_E: Tensor
    rows_N3: Tensor
    slides_J3: Tensor

    def posed(self, expression_B52: Tensor) -> Tensor:
        """Where the marks are (B, M, 3) in the head that does not turn."""
        look_BE3 = gaze(expression_B52)
        down_BE3 = look_BE3.new_tensor([0.0, 1.0, 0.0]).expand_as(look_BE3)
        side_BE3 = torch.nn.functional.normalize(torch.linalg.cross(look_BE3, down_BE3), dim=-1)
        up_BE3 = torch.linalg.cross(side_BE3, look_BE3)
        turn_P1 = torch.arange(ROUND, device=look_BE3.device)[:, None] * (2 * np.pi / ROUND)
        around_BEP3 = turn_P1.cos() * side_BE3[:, :, None] + turn_P1.sin() * up_BE3[:, :, None]
        rim_BEP3 = np.cos(IRIS_RAD) * look_BE3[:, :, None] + np.sin(IRIS_RAD) * around_BEP3
        irises_BM3 = (self.eyes_E3[:, None] + self.radii_E[:, None, None] * rim_BEP3).flatten(1, 2)
        upper_N3, lower_N3 = self.rows_N3.chunk(2)
        lower_BN3 = lower_N3 + jaw_shift(lower_N3, expression_B52, self.slides_J3)
        return torch.cat([irises_BM3, upper_N3.expand(len(look_BE3), -1, -1), lower_BN3], 1)


def marks(head: Head, rest_V3: Tensor) -> Marks:
    """The marks of a person whose head at rest is `rest_V3`."""

    def tensor(array: F64) -> Tensor:
        return torch.as_tensor(np.array(array, np.float32), device=rest_V3.device)

    own_V3 = rest_V3.detach().cpu().numpy().astype(np.float64)
    neutral_V3 = np.asarray(head.vertices_V3, np.float64)
    middles_E3, sizes_E = zip(*(_ball(own_V3[eye_V]) for eye_V in head.eyes_2V), strict=True)
    neutral_E3, usual_E = zip(*(_ball(neutral_V3[eye_V]) for eye_V in head.eyes_2V), strict=True)
    shift_3 = (head.at_landmarks(own_V3) - head.at_landmarks(neutral_V3))[list(LIPS)].mean(0)
    return Marks(
        eyes_E3=tensor(head.eye_centres_23 + np.array(middles_E3) - np.array(neutral_E3)),
        radii_E=tensor(head.eye_radius_m * np.array(sizes_E) / np.array(usual_E)),
        rows_N3=tensor(np.concatenate([_crowns(upper=upper) for upper in (True, False)]) + teeth_shift(shift_3)),
        slides_J3=tensor(slides(head)),
    )


def slides(head: Head) -> F64:
    """How far the chin goes (J, 3) with jawForward, jawLeft and jawRight."""
    chin_52C = head.at_landmarks(np.asarray(head.actions_52V3, np.float64))[:, CHIN]
    slides_J3: F64 = chin_52C[[ARKIT_INDEX[name] for name in _SLIDES]]
    return slides_J3


def teeth_shift(lips_3: F64) -> F64:
    """How far teeth lie (3,) from the neutral head's in a person whose lips lie `lips_3` from the neutral head's."""
    shift_3: F64 = np.clip(lips_3, -_SHIFT_RANGE_M, _SHIFT_RANGE_M)
    return shift_3


def middle(*, upper: bool) -> F64:
    """The middle (3,) of the biting edge of a row in the neutral head."""
    return np.array([0.0, SEAM_M + BELOW_M[upper], -DEPTH_M[upper]])


def gaze(expression_B52: Tensor) -> Tensor:
    """Unit directions (B, 2, 3) in which the right and the left eye look, from the eyeLook weights."""
    eyes = []
    for side, inwards in (("Right", 1.0), ("Left", -1.0)):
        inner, outer, up, down = (expression_B52[:, ARKIT_INDEX[f"eyeLook{way}{side}"]] for way in ("In", "Out", "Up", "Down"))
        yaw, pitch = (_TURN * angle for angle in (inwards * (inner - outer) * LOOK_RAD[0], (up - down) * LOOK_RAD[1]))
        eyes.append(torch.stack([yaw.sin() * pitch.cos(), -pitch.sin(), -yaw.cos() * pitch.cos()], -1))
    return torch.stack(eyes, 1)


def jaw_shift(points_N3: Tensor, expression_B52: Tensor, slides_J3: Tensor) -> Tensor:
    """Where points fixed to the jaw go (B, N, 3): they turn about the hinge and follow the chin sideways and forwards, as far as it
    goes with each of the actions jawForward, jawLeft and jawRight."""
    turn_B1 = JAW_RAD * expression_B52[:, ARKIT_INDEX["jawOpen"], None]
    z_N, y_N = points_N3[:, 2] - HINGE_ZY[0], points_N3[:, 1] - HINGE_ZY[1]
    opening_BN3 = torch.stack([torch.zeros_like(turn_B1 * z_N), -turn_B1 * z_N, turn_B1 * y_N], -1)
    which_J = [ARKIT_INDEX[name] for name in _SLIDES]
    return opening_BN3 + (expression_B52[:, which_J] @ slides_J3)[:, None]


def _ball(points_N3: F64) -> tuple[F64, float]:
    """Middle of an eyeball's points and how far they lie from it."""
    middle_3 = points_N3.mean(0)
    return middle_3, float(np.linalg.norm(points_N3 - middle_3, axis=1).mean())


def _crowns(*, upper: bool) -> F64:
    """A ring (P, 3) around the crowns of a row: along the biting edge, and back along the gum."""
    x_A = np.linspace(-_HALF_M, _HALF_M, ALONG)
    edge_A3 = middle(upper=upper) + np.stack([x_A, np.zeros(ALONG), BEND * x_A**2], 1)
    gum_A3 = edge_A3 + np.array([0.0, -_CROWN_M[True] if upper else _CROWN_M[False], 0.0])
    return np.concatenate([edge_A3, gum_A3[::-1]])
