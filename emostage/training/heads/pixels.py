"""What is known at the pixels of a drawn body, read part by part. B frames, H, W pixels, N pixels of a part, C channels."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from emostage.training.heads.camera import View
from emostage.training.heads.light import LIGHTS


@dataclass(frozen=True, kw_only=True, eq=False)
class Spot:
    """N pixels: where (`frame_N`, `y_N`, `x_N`), texture places, points of the neutral head, how open to the sky, unit
    normals, reach of the lights, depth in m, the camera's place and rays, and unit vectors to the camera."""

    frame_N: Tensor
    y_N: Tensor
    x_N: Tensor
    place_N2: Tensor
    rest_N3: Tensor
    open_N: Tensor
    normal_N3: Tensor
    reach_NK: Tensor
    depth_N: Tensor
    origin_3: Tensor
    ray_N3: Tensor
    view_N3: Tensor

    def put(self, values_N: Tensor, picture_BCHW: Tensor) -> None:
        """Write values (N, C) into a picture."""
        picture_BCHW[self.frame_N, :, self.y_N, self.x_N] = values_N


@dataclass(frozen=True, kw_only=True, eq=False)
class Pixels:
    """The drawn body: `part_BHW` (-1 where there is none) and its carried fields: texture place (2), point (3), openness (1),
    normal (3), reach (K), depth (1)."""

    part_BHW: Tensor
    carried_BCHW: Tensor
    view: View
    expression_B52: Tensor
    rotation_B33: Tensor

    def where(self, *parts: int) -> Spot:
        """The pixels of some parts."""
        chosen_BHW = self._any(parts)
        frame_N, y_N, x_N = torch.nonzero(chosen_BHW, as_tuple=True)
        at_NC = self.carried_BCHW[frame_N, :, y_N, x_N]
        origin_3, ray_N3 = self.view.rays(x_N + 0.5, y_N + 0.5)
        unit = torch.nn.functional.normalize
        return Spot(
            frame_N=frame_N, y_N=y_N, x_N=x_N,
            place_N2=at_NC[:, :2], rest_N3=at_NC[:, 2:5], open_N=at_NC[:, 5], normal_N3=unit(at_NC[:, 6:9], dim=-1),
            reach_NK=at_NC[:, 9 : 9 + LIGHTS], depth_N=at_NC[:, -1],
            origin_3=origin_3, ray_N3=ray_N3, view_N3=-unit(ray_N3, dim=-1),
        )  # fmt: skip

    def opening(self, spot: Spot, reach_m: float, up: float, *parts: int) -> Tensor:
        """Share (N,) of a square around each pixel, `reach_m` from its middle to its sides and moved up by `up` of that, that
        belongs to the parts: small under the edges of lids and lips."""
        chosen_B1HW = self._any(parts).float()[:, None]
        reach_px = max(1, round(reach_m * self.view.focal_px / self.view.camera.distance_m))
        side = 2 * reach_px + 1
        wide_B1HW = torch.nn.functional.avg_pool2d(chosen_B1HW, (1, side), 1, (0, reach_px))
        pooled = torch.nn.functional.avg_pool2d(wide_B1HW, (side, 1), 1, (reach_px, 0))[:, 0]
        above_N = (spot.y_N - round(up * reach_px)).clamp_min(0)
        return pooled[spot.frame_N, above_N, spot.x_N]

    def _any(self, parts: tuple[int, ...]) -> Tensor:
        chosen_BHW = self.part_BHW == parts[0]
        for part in parts[1:]:
            chosen_BHW = chosen_BHW | (self.part_BHW == part)
        return chosen_BHW

    def in_head(self, vectors_N3: Tensor, frame_N: Tensor) -> Tensor:
        """Directions (N, 3) in the axes of the turned head."""
        return (vectors_N3[:, None] @ self.rotation_B33[frame_N])[:, 0]

    def out_of_head(self, vectors_N3: Tensor, frame_N: Tensor) -> Tensor:
        """Directions of the turned head in the camera's axes."""
        return (vectors_N3[:, None] @ self.rotation_B33[frame_N].mT)[:, 0]
