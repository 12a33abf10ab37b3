"""Light on the parts of a body, written into pictures: skin and clothes, eyes, the inside of the mouth.

N pixels of a part, B frames, M = 4 masks (face, mouth, eyes, hair). Linear light.
"""

from __future__ import annotations

import torch
from torch import Tensor

from emostage.face.marks import gaze, jaw_shift
from emostage.training.heads import mouth
from emostage.training.heads.anatomy import MOUTH, SKIN, SOCKET_LEFT, SOCKET_RIGHT, TONGUE, anatomy
from emostage.training.heads.canvas import Canvas, neutral_landmarks, ramp
from emostage.training.heads.eyes import meet_sphere, paint_eyes
from emostage.training.heads.folds import fold_depths
from emostage.training.heads.person import Shot
from emostage.training.heads.pixels import Pixels, Spot
from emostage.training.heads.sitter import Sitter

_FACE, _MOUTH, _EYES = range(3)
_FACE_DEG, _JAW_M, _BROW_M = 66.0, 0.137, -0.030
"""The face as a mask: azimuths up to this, and heights of the neutral head between these."""
_GLOSS_SHARPNESS = (12.0, 60.0)
_WET_SHARPNESS = 130.0
_FOLD_DARKNESS = (0.30, 0.42, 0.48)
"""How much of each channel a deep fold takes."""


def shade_skin(pixels: Pixels, sitter: Sitter, shot: Shot, light_B3HW: Tensor, masks_BMHW: Tensor) -> None:
    """Skin and clothes."""
    spot = pixels.where(SKIN)
    grid = spot.place_N2[None, None]
    texture_NC = torch.nn.functional.grid_sample(sitter.skin_1CHW, grid, align_corners=False, padding_mode="border")[0, :, 0].T
    albedo_N3, gloss_N1, red_N, folds_NG = texture_NC[:, :3], texture_NC[:, 3:4], texture_NC[:, 4], texture_NC[:, 5:]
    depths_BG = fold_depths(pixels.expression_B52, sitter.person.nature.age)
    fold_N1 = (folds_NG * depths_BG[spot.frame_N]).sum(1, keepdim=True).clamp(0, 1)
    albedo_N3 = albedo_N3 * (1 - fold_N1 * albedo_N3.new_tensor(_FOLD_DARKNESS))
    canvas = Canvas(points_M3=spot.rest_N3, landmarks_L3=neutral_landmarks(anatomy()))
    below_N = shot.clothes.height_mm(canvas)
    cloth_N1 = ramp(-0.6, 0.6, below_N)[:, None]
    which_P = torch.nonzero(cloth_N1[:, 0])[:, 0]
    cloth_P3 = shot.clothes.paint(spot.rest_N3[which_P], below_N[which_P])
    albedo_N3[which_P] += cloth_N1[which_P] * (cloth_P3 - albedo_N3[which_P])
    dark_N1 = 1 - 0.35 * torch.exp(-((below_N.clamp_max(0) / 5.0) ** 2))[:, None] * (1 - cloth_N1)
    total = shot.light.diffuse(spot.normal_N3, spot.reach_NK, spot.open_N, 1.0) * albedo_N3 * dark_N1
    broad, narrow = (shot.light.specular(spot.normal_N3, spot.view_N3, spot.reach_NK, s) for s in _GLOSS_SHARPNESS)
    total = total + (0.55 * broad + 0.35 * narrow) * gloss_N1 * (1 - cloth_N1) * (1 - 0.5 * fold_N1)
    spot.put(total, light_B3HW)
    own_N = (1 - cloth_N1[:, 0]) * canvas.front * (canvas.azimuth_deg.abs() < _FACE_DEG)
    face_N = own_N * (spot.rest_N3[:, 1] < _JAW_M) * (spot.rest_N3[:, 1] > _BROW_M)
    spot.put(torch.stack([face_N * (1 - red_N), red_N, 0 * red_N, 0 * red_N], -1), masks_BMHW)


def shade_eyes(pixels: Pixels, sitter: Sitter, shot: Shot, light_B3HW: Tensor, masks_BMHW: Tensor) -> None:
    """Eyeballs where the opening of the lids shows the sockets."""
    look_B23 = gaze(pixels.expression_B52)
    for eye, part in enumerate((SOCKET_RIGHT, SOCKET_LEFT)):
        spot = pixels.where(part)
        centre_BN3 = sitter.body.eyes_23[eye].expand(len(look_B23), 1, 3)
        one = torch.ones(1, device=centre_BN3.device)
        centre_N3 = sitter.body.turned(centre_BN3, one, pixels.rotation_B33)[:, 0][spot.frame_N]
        radius_N = sitter.body.radii_2[eye].expand(len(centre_N3))
        out_N3, missed_N = meet_sphere(spot.origin_3, spot.ray_N3, centre_N3, radius_N)
        own_N3 = pixels.in_head(out_N3, spot.frame_N)
        look_N3 = look_B23[spot.frame_N, eye]
        albedo_N3, cornea_N = paint_eyes(own_N3, look_N3, missed_N, sitter.person.irises)
        open_N = ramp(0.05, 0.85, pixels.opening(spot, 0.0032, 0.75, part))
        open_N = 0.30 + 0.70 * open_N
        reach_NK = open_N[:, None].expand(-1, spot.reach_NK.shape[1])
        soft_N3 = torch.nn.functional.normalize(out_N3 + 0.9 * spot.view_N3, dim=-1)
        total = shot.light.diffuse(soft_N3, reach_NK, open_N, 0.5) * albedo_N3
        bulge_N3 = out_N3 + 0.5 * cornea_N[:, None] * (out_N3 - pixels.out_of_head(look_N3, spot.frame_N))
        wet_N3 = torch.nn.functional.normalize(bulge_N3, dim=-1)
        shine = shot.light.specular(wet_N3, spot.view_N3, reach_NK, _WET_SHARPNESS)
        total = total + (4.0 * shine).clamp_max(1.6) + 0.02 * shot.light.sky(wet_N3) * open_N[:, None]
        spot.put(total, light_B3HW)
        _mark(spot, _EYES, masks_BMHW)


def shade_mouth(pixels: Pixels, sitter: Sitter, shot: Shot, light_B3HW: Tensor, masks_BMHW: Tensor, *, lips_B: Tensor) -> None:
    """The inside of the mouth, with `lips_B` the depth of the lips."""
    spot = pixels.where(MOUTH, TONGUE)
    tongue_N = (pixels.part_BHW[spot.frame_N, spot.y_N, spot.x_N] == TONGUE).float()
    lips_N = lips_B[spot.frame_N]
    shadow_N = 0.15 + 0.85 * ramp(0.15, 0.9, pixels.opening(spot, 0.0045, 0.6, MOUTH, TONGUE))
    albedo_N3 = mouth.walls(tongue_N, spot.rest_N3)
    dark_N = shadow_N * mouth.fading(spot.depth_N, lips_N, teeth=False)
    total = _lit(shot, spot.normal_N3, dark_N, albedo_N3)
    total = total + 0.5 * shot.light.specular(spot.normal_N3, spot.view_N3, dark_N[:, None].expand_as(spot.reach_NK), 40.0)
    teeth_N4, at_N = _teeth(pixels, sitter, spot, tongue_N)
    front_N3 = torch.nn.functional.normalize(spot.view_N3 + 0.35 * spot.normal_N3, dim=-1)
    bright_N = shadow_N * mouth.fading(at_N, lips_N, teeth=True)
    enamel = _lit(shot, front_N3, bright_N, teeth_N4[:, :3] / teeth_N4[:, 3:].clamp_min(1e-3))
    total = total + teeth_N4[:, 3:] * (enamel - total)
    spot.put(total, light_B3HW)
    _mark(spot, _MOUTH, masks_BMHW)


def _lit(shot: Shot, normal_N3: Tensor, bright_N: Tensor, albedo_N3: Tensor) -> Tensor:
    reach_NK = bright_N[:, None].expand(-1, len(shot.light.colours))
    return shot.light.diffuse(normal_N3, reach_NK, bright_N, 0.8) * albedo_N3


def _teeth(pixels: Pixels, sitter: Sitter, spot: Spot, tongue_N: Tensor) -> tuple[Tensor, Tensor]:
    """Teeth (N, 4) seen at pixels, and their depth."""
    pivot_3 = sitter.body.pivot_3
    origin_N3 = pixels.in_head((spot.origin_3 - pivot_3).expand_as(spot.ray_N3), spot.frame_N) + pivot_3
    ray_N3 = pixels.in_head(spot.ray_N3, spot.frame_N)
    lower_13 = sitter.teeth[1].middle_3[None]
    shift_B3 = jaw_shift(lower_13, pixels.expression_B52, sitter.body.slides_J3)[:, 0]
    places = {"lower_shift_N3": shift_B3[spot.frame_N], "depth_N": spot.depth_N, "tongue_N": tongue_N}
    return mouth.teeth_seen(sitter.teeth, origin_N3, ray_N3, **places)


def _mark(spot: Spot, mask: int, masks_BMHW: Tensor) -> None:
    marks_N4 = torch.zeros(len(spot.x_N), masks_BMHW.shape[1], device=masks_BMHW.device)
    marks_N4[:, mask] = 1.0
    spot.put(marks_N4, masks_BMHW)
