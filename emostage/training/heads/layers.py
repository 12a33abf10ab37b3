"""The two layers of a person in a frame: the body (skin, clothes, eyes, mouth) and the hair before it.

B frames, H, W pixels, V vertices, N pixels of a part, K lights, M = 4 masks (face, mouth, eyes, hair). Linear light.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from emostage.portrait.raster import carry, rasterise
from emostage.training.heads import occlusion, strands
from emostage.training.heads.anatomy import SKIN
from emostage.training.heads.camera import View
from emostage.training.heads.hairshell import Shell
from emostage.training.heads.hairstyle import Hair
from emostage.training.heads.light import LIGHTS
from emostage.training.heads.normals import vertex_normals
from emostage.training.heads.person import Shot
from emostage.training.heads.pixels import Pixels
from emostage.training.heads.shading import shade_eyes, shade_mouth, shade_skin
from emostage.training.heads.sitter import Sitter

_NOTHING_M = 1e3
_INNER = 0.45
"""Light on the inner side of hair, against the outer side."""
_BEFORE_M = 0.0005
"""Hair this much behind the skin still covers it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Layer:
    """`light_B3HW` where `alpha_BHW` is above zero, `masks_BMHW` (already times alpha), depth in m, pixels of vertices."""

    light_B3HW: Tensor
    alpha_BHW: Tensor
    masks_BMHW: Tensor
    depth_BHW: Tensor
    points_BV2: Tensor


def body_layer(sitter: Sitter, shot: Shot, view: View, expression_B52: Tensor, rotation_B33: Tensor) -> Layer:
    """Skin, clothes, eyes and mouth."""
    body, triangles_F3 = sitter.body, sitter.triangles_F3
    moved_BV3 = body.deformed(expression_B52)
    normal_BV3 = vertex_normals(moved_BV3, triangles_F3)
    normal_BV3 = normal_BV3 + body.skin_V[:, None] * (normal_BV3 @ rotation_B33.mT - normal_BV3)
    turned_BV3 = body.turned(moved_BV3, body.skin_V, rotation_B33)
    points_BV2, depth_BV = view.project(turned_BV3)
    size = (view.size_px, view.size_px)
    triangle_BHW = rasterise(points_BV2, depth_BV, triangles_F3, size)
    lights_K3 = rotation_B33.new_tensor(shot.light.directions)
    reach_BKV = occlusion.towards(sitter.visibility_VD, (lights_K3 @ rotation_B33).flatten(0, 1)).view(-1, LIGHTS, len(body.skin_V))
    still_V6 = torch.cat([sitter.place_V2, sitter.rest_V3, sitter.open_V[:, None]], 1).expand(len(moved_BV3), -1, -1)
    fields_BVC = torch.cat([still_V6, normal_BV3, reach_BKV.mT, depth_BV[..., None]], -1)
    carried = carry(fields_BVC, points_BV2, triangles_F3, triangle_BHW)
    part_BHW = torch.where(triangle_BHW < 0, -1, sitter.part_F[triangle_BHW.clamp_min(0)])
    pixels = Pixels(part_BHW=part_BHW, carried_BCHW=carried, view=view, expression_B52=expression_B52, rotation_B33=rotation_B33)
    light, masks = torch.zeros_like(carried[:, :3]), torch.zeros_like(carried[:, :4])
    lips_B = depth_BV[:, _front_lip(sitter)]
    shade_skin(pixels, sitter, shot, light, masks)
    shade_eyes(pixels, sitter, shot, light, masks)
    shade_mouth(pixels, sitter, shot, light, masks, lips_B=lips_B)
    covered = part_BHW >= SKIN
    return Layer(
        light_B3HW=light,
        alpha_BHW=covered.float(),
        masks_BMHW=masks,
        depth_BHW=torch.where(covered, carried[:, -1], _NOTHING_M),
        points_BV2=points_BV2,
    )


def _front_lip(sitter: Sitter) -> int:
    """The foremost vertex in the middle of the mouth."""
    x_V, y_V, z_V = sitter.rest_V3.unbind(-1)
    middle_V = (x_V.abs() < 0.006) & ((y_V - 0.0955).abs() < 0.006)
    return int(torch.where(middle_V, z_V, 1.0).argmin())


def hair_layers(shell: Shell, sitter: Sitter, shot: Shot, view: View, *, rotation_B33: Tensor, depth_BHW: Tensor) -> list[Layer]:
    """Hair where it is not behind what lies at `depth_BHW`: the dense part, then its border."""
    frames = len(rotation_B33)
    turned_BN3 = sitter.body.turned(shell.vertices_N3.expand(frames, -1, -1), shell.share_N, rotation_B33)
    points_BN2, depth_BN = view.project(turned_BN3)
    still_N4 = torch.cat([shell.places_N2, shell.edge_N[:, None], shell.open_N[:, None]], 1).expand(frames, -1, -1)
    turned = [(field_N3 @ rotation_B33.mT) for field_N3 in (shell.normals_N3, shell.tangents_N3)]
    fields_BNC = torch.cat([still_N4, *turned, depth_BN[..., None]], -1)
    layers: list[Layer] = []
    for triangles_F3 in (shell.core_F3, shell.rim_F3):
        layer = _sheet(triangles_F3, fields_BNC, points_BN2, depth_BHW, view=view, hair=sitter.person.hair, shot=shot)
        layers.append(layer)
        depth_BHW = torch.minimum(depth_BHW, layer.depth_BHW)
    return layers


def _sheet(
    triangles_F3: Tensor, fields_BNC: Tensor, points_BN2: Tensor, depth_BHW: Tensor, *, view: View, hair: Hair, shot: Shot
) -> Layer:
    """One part of the hair: fields are places (2), edge, openness, normal (3), tangent (3) and depth."""
    triangle_BHW = rasterise(points_BN2, fields_BNC[..., -1], triangles_F3, (view.size_px, view.size_px))
    carried = carry(fields_BNC, points_BN2, triangles_F3, triangle_BHW)
    seen_BHW = (triangle_BHW >= 0) & (carried[:, -1] < depth_BHW + _BEFORE_M)
    frame_N, y_N, x_N = torch.nonzero(seen_BHW, as_tuple=True)
    at_NC = carried[frame_N, :, y_N, x_N]
    _, ray_N3 = view.rays(x_N + 0.5, y_N + 0.5)
    unit = torch.nn.functional.normalize
    inner_N = triangle_BHW[seen_BHW] >= len(triangles_F3) // 2
    open_N = at_NC[:, 3] * torch.where(inner_N, _INNER, 1.0)
    axes = (unit(at_NC[:, 4:7], dim=-1), unit(at_NC[:, 7:10], dim=-1), -unit(ray_N3, dim=-1))
    light, alpha, masks = torch.zeros_like(carried[:, :3]), torch.zeros_like(depth_BHW), torch.zeros_like(carried[:, :4])
    light[frame_N, :, y_N, x_N] = strands.shade(*axes, at_NC[:, :2], open_N, hair=hair, light=shot.light)
    alpha[frame_N, y_N, x_N] = strands.cover(at_NC[:, 2], at_NC[:, :2], hair)
    masks[:, 3] = alpha
    depth = torch.where(seen_BHW, carried[:, -1], _NOTHING_M)
    return Layer(light_B3HW=light, alpha_BHW=alpha, masks_BMHW=masks, depth_BHW=depth, points_BV2=points_BN2)
