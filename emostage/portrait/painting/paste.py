"""Painted squares put back into the film without a seam.

At the open sides of the square what is fetched comes to rest, so that it meets the photo that goes on there, and what is painted
fades out. Nothing outside of the square changes, and nothing inside where the painter changes nothing.
N frames, H rows and columns of the painter's pictures, S of the square, h, w of what it shows of the picture, K cells of the flow.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, max_pool2d

from emostage.core.tracks import U8
from emostage.nets.painting.copying import Painted, enlarged, fetched, sized
from emostage.nets.painting.given import CELLS, face_mask
from emostage.portrait.painting.square import Square

_REST_4 = (0.10, 0.10, 0.10, 0.06)
"""How far from the open sides what is fetched comes to rest, in sides of the square; the chin is near the lower one."""
_FADE_4 = (0.06, 0.06, 0.06, 0.04)
"""How far from them what is painted fades out."""
_NEAR = 0.07
"""Beside the face nothing is painted lighter or darker than the photo is within this share of the side."""
_FAINT, _PLAIN = 3.0 / 255, 10.0 / 255
"""Beside the face what is painted over the photo counts from here on, and as a whole from there on (colours in [-1, 1], means over
`_AROUND` pixels squared): what is fainter is the grid of the net's cells, which shows in plain backgrounds."""
_AROUND = 7


class Paste:
    """A square of a film, ready to take what a painter of `size_px` paints in it."""

    def __init__(self, square: Square, size_px: int, device: torch.device) -> None:
        self._square = square
        photo_13SS = torch.as_tensor(square.picture().transpose(2, 0, 1)[None].copy(), dtype=torch.float32, device=device)
        self._photo_13SS = photo_13SS / 127.5 - 1
        self.reference_13HH = sized(self._photo_13SS, size_px)
        face_1L2 = torch.as_tensor(square.landmarks_L2[None].copy(), dtype=torch.float32, device=device)
        self._face_11HH = sized(face_mask(face_1L2, CELLS), size_px).clamp(0, 1)
        reach = 2 * round(_NEAR * size_px) + 1
        self._lightest_13HH = max_pool2d(self.reference_13HH, reach, 1, reach // 2)
        self._darkest_13HH = -max_pool2d(-self.reference_13HH, reach, 1, reach // 2)
        left, top, right, bottom = square.shown_4
        self._shown = (slice(top, bottom), slice(left, right))
        self._fade_hw = torch.as_tensor(square.fading(square.side_px, _FADE_4)[self._shown], device=device)
        self._still_3hw = photo_13SS[0][(slice(None), *self._shown)]

    def frames(self, painted: Painted) -> list[U8]:
        """Whole film frames."""
        change_N3SS = enlarged(self._rested(self._bounded(painted)), self._photo_13SS) - self._photo_13SS
        change_N3hw = 127.5 * self._fade_hw * change_N3SS[(..., *self._shown)]
        drawn_N3hw = (self._still_3hw + change_N3hw + 0.5).clamp_(0, 255).to(torch.uint8)
        out = []
        for drawn_hw3 in drawn_N3hw.permute(0, 2, 3, 1).cpu().numpy():
            frame_HW3 = self._square.still_HW3.copy()
            frame_HW3[self._square.part] = drawn_hw3
            out.append(frame_HW3)
        return out

    def _bounded(self, painted: Painted) -> Painted:
        """The same without rims beside the face that are lighter or darker than all that is there in the photo, and without what is
        painted only faintly there."""
        seen_N3HH = fetched(self.reference_13HH.expand(len(painted.clean_N3HH), -1, -1, -1), painted.flow_N2KK)
        calm_N3HH = torch.minimum(torch.maximum(painted.clean_N3HH, self._darkest_13HH), self._lightest_13HH)
        calm_N3HH = seen_N3HH + _told(calm_N3HH - seen_N3HH)
        return replace(painted, clean_N3HH=torch.lerp(calm_N3HH, painted.clean_N3HH, self._face_11HH))

    def _rested(self, painted: Painted) -> Painted:
        """The same with a flow that comes to rest at the open sides."""
        rest_KK = self._square.fading(painted.flow_N2KK.shape[-1], _REST_4)
        flow_N2KK = painted.flow_N2KK * torch.as_tensor(rest_KK, device=painted.flow_N2KK.device)
        reference_N3HH = self.reference_13HH.expand(len(flow_N2KK), -1, -1, -1)
        moved_N3HH = fetched(reference_N3HH, flow_N2KK) - fetched(reference_N3HH, painted.flow_N2KK)
        return replace(painted, flow_N2KK=flow_N2KK, clean_N3HH=painted.clean_N3HH + painted.keep_N1HH * moved_N3HH)


def _told(change_N3HH: Tensor) -> Tensor:
    """A change without its faint parts."""
    much_N1HH = avg_pool2d(change_N3HH.abs().mean(1, keepdim=True), _AROUND, 1, _AROUND // 2, count_include_pad=False)
    share_N1HH = ((much_N1HH - _FAINT) / (_PLAIN - _FAINT)).clamp(0, 1)
    return change_N3HH * (share_N1HH * share_N1HH * (3 - 2 * share_N1HH))
