"""What a photo moved as the linear head moves cannot show, sketched over it: the inside of the mouth, lids where eyes were, eyes
that open or look elsewhere.

Shapes are those of the masks (`maps`). Colours are the photo's own where it shows them, as those of teeth and irises that only
move; else they are guessed from its skin. A painter starts from the sketch and paints what is wrong with it. B takes, N frames of
all takes, H pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import max_pool2d

from emostage.core.marks import IRISES, TEETH
from emostage.nets.painting.copying import Painted, fetched, overpainted
from emostage.nets.painting.given import Given
from emostage.nets.painting.maps import OVAL, Masks, inside, masks

_TONES = {
    "mouth": ((0.22, 0.08, 0.06), (0.33, 0.27, 0.26)),
    "upper teeth": ((0.44, 0.37, 0.32), (0.26, 0.19, 0.19)),
    "lower teeth": ((0.51, 0.41, 0.36), (0.18, 0.19, 0.18)),
    "white": ((0.59, 0.54, 0.50), (0.17, 0.16, 0.15)),
    "iris": ((0.21, 0.12, 0.08), (0.21, 0.28, 0.26)),
}
"""Colours in [0, 1] in the dark, and what of the skin's brightness is added: about those of drawn people. Nets paint the rest."""
_LEAST_PX = 3.0
"""A colour of which the photo shows fewer pixels is guessed."""
_LID = 1 / 32
"""How far above an eye its lid is looked at, in sides of the picture."""
_EDGE_PX = 2
"""So near to where lids or lips have shut the photo's fine detail, which is that of an open eye or mouth, is not kept."""
CARRIED = {"lower teeth": TEETH[1], "upper teeth": TEETH[0], "right iris": IRISES[0], "left iris": IRISES[1]}
"""What only moves, by the marks it moves with."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sketch:
    """`masks` of the face; `colour_N3HH` of what is sketched, times `cover_N1HH` in [0, 1], how far it covers the moved photo;
    `gone_N1HH` where the photo shows an open eye or mouth that has shut."""

    masks: Masks
    colour_N3HH: Tensor
    cover_N1HH: Tensor
    gone_N1HH: Tensor

    def over(self, moved_N3HH: Tensor) -> Tensor:
        """The moved photo with the sketch."""
        return moved_N3HH * (1.0 - self.cover_N1HH) + self.colour_N3HH

    def painted(self, reference_N3HH: Tensor, flow_N2KK: Tensor, change_N3HH: Tensor) -> Painted:
        """Frames fetched along a flow with the sketch, and a change painted over both."""
        plain = overpainted(reference_N3HH, flow_N2KK, change_N3HH)
        moved_N3HH = plain.clean_N3HH - change_N3HH
        hidden_N1HH = torch.maximum(self.cover_N1HH, max_pool2d(self.gone_N1HH, 2 * _EDGE_PX + 1, 1, _EDGE_PX))
        keep_N1HH = plain.keep_N1HH * (1.0 - hidden_N1HH)
        return Painted(clean_N3HH=self.over(moved_N3HH) + change_N3HH, flow_N2KK=flow_N2KK, keep_N1HH=keep_N1HH)


def sketch(given: Given) -> Sketch:
    """The sketch of what is given."""
    face = masks(given, given.flat("moved_BF3KK")[:, :2])
    layers, colours = _Layers(face.now_NMHH), _Colours(given, face)
    _mouth(layers, face, colours)
    for side in ("right", "left"):
        _eye(layers, face, colours, side)
    gone_N1HH = torch.stack([_shut(face, name) for name in ("mouth", "right eye", "left eye")]).amax(0)
    return Sketch(masks=face, colour_N3HH=layers.colour_N3HH, cover_N1HH=layers.cover_N1HH, gone_N1HH=gone_N1HH)


def _shut(face: Masks, name: str) -> Tensor:
    """Where the photo shows something between lips or lids that have shut over it."""
    return (face.was(name) - face.now(name)).clamp_min(0.0)


class _Layers:
    """Colours laid one over the other."""

    def __init__(self, like_NMHH: Tensor) -> None:
        self.cover_N1HH = torch.zeros_like(like_NMHH[:, :1])
        self.colour_N3HH = self.cover_N1HH.repeat(1, 3, 1, 1)

    def lay(self, mask_N1HH: Tensor, colour: Tensor) -> None:
        """Lay a colour where a mask says so."""
        self.colour_N3HH = torch.lerp(self.colour_N3HH, colour.expand_as(self.colour_N3HH), mask_N1HH)
        self.cover_N1HH = self.cover_N1HH + (1.0 - self.cover_N1HH) * mask_N1HH


class _Colours:
    """The photo's own colours, and those that its light lets us guess: (N, 3, 1, 1) or (N, 3, H, H)."""

    def __init__(self, given: Given, face: Masks) -> None:
        self._picture_B3HH, self._frames = given.reference_B3HH, given.frames
        oval_B1HH = inside(given.own_landmarks_BL2[:, list(OVAL)], self._picture_B3HH.shape[-1])
        self._skin_B311, _ = self._mean(oval_B1HH)
        self._bright_B111 = 0.5 + 0.5 * self._skin_B311.mean(1, keepdim=True)
        self._seen_N7HH = _carried(given, face)

    def guess(self, name: str) -> Tensor:
        """A tone under the photo's light."""
        return self._each(self._guess(name))

    def within(self, own_B1HH: Tensor, otherwise: str) -> Tensor:
        """The mean colour within a mask of the photo, or a guess where the mask is empty."""
        mean_B311, area_B111 = self._mean(own_B1HH)
        return self._each(torch.where(area_B111 >= _LEAST_PX, mean_B311, self._guess(otherwise)))

    def moved(self, name: str, otherwise: Tensor) -> Tensor:
        """What the photo shows of something that only moves; another colour where the photo does not show it."""
        number = 3 + list(CARRIED).index(name)
        seen_N1HH = self._seen_N7HH[:, number : number + 1]
        return torch.lerp(otherwise.expand_as(self._seen_N7HH[:, :3]), self._seen_N7HH[:, :3], seen_N1HH)

    def _guess(self, name: str) -> Tensor:
        if name == "skin":
            return self._skin_B311
        dark_3, more_3 = (self._picture_B3HH.new_tensor(tone).view(1, 3, 1, 1) for tone in _TONES[name])
        return 2.0 * (dark_3 + more_3 * self._bright_B111) - 1.0

    def _mean(self, mask_B1HH: Tensor) -> tuple[Tensor, Tensor]:
        """Mean colour inside a mask, and how many pixels it has: (B, 3, 1, 1) and (B, 1, 1, 1)."""
        area_B111 = mask_B1HH.sum((2, 3), keepdim=True)
        return (self._picture_B3HH * mask_B1HH).sum((2, 3), keepdim=True) / area_B111.clamp_min(1e-3), area_B111

    def _each(self, colour_B311: Tensor) -> Tensor:
        return colour_B311.repeat_interleave(self._frames, 0)


def _carried(given: Given, face: Masks) -> Tensor:
    """The photo and its masks of what only moves, each seen where it has gone by the middle of its marks: (N, 7, H, H)."""
    back_N2HH = face.now_NMHH.new_zeros(len(face.now_NMHH), 2, *face.now_NMHH.shape[2:])
    for name, marks in CARRIED.items():
        now_NM2, own_BM2 = given.flat("marks_BFM2")[:, list(marks)], given.own_marks_BM2[:, list(marks)]
        gone_N2 = (own_BM2.repeat_interleave(given.frames, 0) - now_NM2).mean(1)
        back_N2HH = torch.where(face.now(name) > 0, gone_N2[..., None, None], back_N2HH)
    own_B7HH = torch.cat([given.reference_B3HH, *(face.own(name) for name in CARRIED)], 1)
    return fetched(own_B7HH.repeat_interleave(given.frames, 0), back_N2HH)


def _mouth(layers: _Layers, face: Masks, colours: _Colours) -> None:
    """Lips where a mouth was open, the dark between the lips, and the teeth in it."""
    lips_N311 = colours.within(face.own("lips") * (1.0 - face.own("mouth")), "mouth")
    layers.lay(_shut(face, "mouth"), lips_N311)
    layers.lay(face.now("mouth"), colours.guess("mouth"))
    for name in ("lower teeth", "upper teeth"):
        layers.lay(face.now(name), colours.moved(name, colours.guess(name)))


def _eye(layers: _Layers, face: Masks, colours: _Colours, side: str) -> None:
    """A lid where the eye was, white where it was not, and the iris where it is."""
    eye, iris = f"{side} eye", f"{side} iris"
    own_B1HH = face.own(eye)
    above_B1HH = torch.roll(own_B1HH, -round(_LID * own_B1HH.shape[-1]), 2)
    white_N311 = colours.within(own_B1HH * (1.0 - face.own(iris)), "white")
    lid_N311 = colours.within(above_B1HH * (1.0 - own_B1HH) * (1.0 - face.own(f"{side} brow")), "skin")
    layers.lay(_shut(face, eye), lid_N311)
    bared_N1HH = torch.maximum(face.now(eye) - face.was(eye), face.was(iris) - face.now(iris)).clamp_min(0.0)
    layers.lay(bared_N1HH * face.now(eye), white_N311)
    layers.lay(face.now(iris), colours.moved(iris, colours.within(face.own(iris), "iris")))
