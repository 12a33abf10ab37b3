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
SHIFT_RANGE_M = 0.012
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


class HeadMarks:
    """What is the same for everybody: the marks of the neutral head, on a device."""

    def __init__(self, head: Head, device: torch.device | str = "cpu") -> None:
        def tensor(array: F64) -> Tensor:
            return torch.as_tensor(np.array(array, np.float32), device=device)

        neutral_V3 = np.asarray(head.vertices_V3, np.float64)
        corners_P3 = head.triangles_F3[head.landmark_triangle_L[list(LIPS)]].astype(np.int64)
        self._corners_P3 = torch.as_tensor(corners_P3, device=device)
        self._bary_P31 = tensor(head.landmark_bary_L3[list(LIPS)].astype(np.float64))[..., None]
        self._eyes = [torch.as_tensor(np.flatnonzero(eye_V), device=device) for eye_V in head.eyes_2V]
        self._neutral_V3, self._centres_E3 = tensor(neutral_V3), tensor(head.eye_centres_23.astype(np.float64))
        self._radius_m = head.eye_radius_m
        self._rows_N3 = tensor(np.concatenate([_crowns(upper=upper) for upper in (True, False)]))
        self._slides_J3 = tensor(slides(head))

    def of(self, rest_V3: Tensor) -> Marks:
        """The marks of a person whose head at rest is `rest_V3`."""
        balls, usual = ([_ball(head_V3[eye_N]) for eye_N in self._eyes] for head_V3 in (rest_V3, self._neutral_V3))
        lips_3 = ((rest_V3 - self._neutral_V3)[self._corners_P3] * self._bary_P31).sum(1).mean(0)
        middles_E3, usual_E3 = (torch.stack([middle_3 for middle_3, _ in each]) for each in (balls, usual))
        sizes_E, usual_E = (torch.stack([size for _, size in each]) for each in (balls, usual))
        return Marks(
            eyes_E3=self._centres_E3 + middles_E3 - usual_E3,
            radii_E=self._radius_m * sizes_E / usual_E,
            rows_N3=self._rows_N3 + lips_3.clamp(-SHIFT_RANGE_M, SHIFT_RANGE_M),
            slides_J3=self._slides_J3,
        )


def slides(head: Head) -> F64:
    """How far the chin goes (J, 3) with jawForward, jawLeft and jawRight."""
    chin_52C = head.at_landmarks(np.asarray(head.actions_52V3, np.float64))[:, CHIN]
    slides_J3: F64 = chin_52C[[ARKIT_INDEX[name] for name in _SLIDES]]
    return slides_J3


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


def _ball(points_N3: Tensor) -> tuple[Tensor, Tensor]:
    """Middle of an eyeball's points and how far they lie from it."""
    middle_3 = points_N3.mean(0)
    return middle_3, (points_N3 - middle_3).norm(dim=1).mean()


def _crowns(*, upper: bool) -> F64:
    """A ring (P, 3) around the crowns of a row: along the biting edge, and back along the gum."""
    x_A = np.linspace(-_HALF_M, _HALF_M, ALONG)
    edge_A3 = middle(upper=upper) + np.stack([x_A, np.zeros(ALONG), BEND * x_A**2], 1)
    gum_A3 = edge_A3 + np.array([0.0, -_CROWN_M[True] if upper else _CROWN_M[False], 0.0])
    return np.concatenate([edge_A3, gum_A3[::-1]])
