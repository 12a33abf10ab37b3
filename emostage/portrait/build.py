"""Builds the sheet of a photo from its landmarks and the fitted head.

Letters: L the 468 landmarks, V vertices, F triangles, R ring vertices at the border of the face, G grid vertices outside it.
"""

from __future__ import annotations

import numpy as np

from emostage.core.arkit import ARKIT_COUNT, ARKIT_INDEX
from emostage.core.tracks import F64
from emostage.face.actions import millimetre, photo_actions
from emostage.face.contour import lid_weights, lip_weights, smooth
from emostage.face.head import Head, neck
from emostage.face.personal import Own
from emostage.face.topology import EYES, LIP_L, LIP_U
from emostage.portrait import neutral
from emostage.portrait.facemesh import FaceMesh, face_mesh
from emostage.portrait.glasses import under_rims, worn
from emostage.portrait.plate import Plate
from emostage.portrait.relief import STEEPEST, STEEPEST_FAR, beside_chin, depth, free, gentle, skin
from emostage.portrait.sheet import SKIN, Sheet, displaced
from emostage.portrait.surround import Surround, surround

_PITCH_PX, _MOST_LINES = 13.0, 48
_REACH_PX = (46.0, 30.0)
"""How far actions reach beyond the face: below the chin, elsewhere."""
_SHUT_PX = 1.3
"""Lips closer than this (at face height 220 px) are shut in the photo."""
_TOOTH_DEPTH_MM = 8.5
_RIMS_STIFFNESS = 0.85
"""Share of the face's motion that the rims of glasses do not follow."""
_BREATH_MM = (2.4, 0.6)
"""How far a full breath lifts shoulders and head."""


def build_sheet(plate: Plate, head: Head, tooth_edge: float | None = None, own: Own | None = None) -> Sheet:
    """The sheet of the face on a plate, and of a person who is known where `own` tells of them.

    `tooth_edge` in [0, 1] is where between inner upper and lower lip the photo's upper teeth end.
    """
    landmarks_L2 = _with_shut_lips(plate.landmarks_L2[:468], plate.unit_px)
    head_L3 = np.asarray(head.at_landmarks(plate.fit.vertices_V3), np.float64)
    mm, deltas_52L3 = millimetre(head_L3), photo_actions(head, head_L3)
    trust = 0.0 if own is None else own.trust
    learnt_52L3 = np.zeros_like(deltas_52L3) if own is None else own.actions_52N3
    seen_52 = np.ones(ARKIT_COUNT) if own is None else own.seen_52
    deltas_52L3 += learnt_52L3
    deltas_52L3[[ARKIT_INDEX[f"eyeBlink{eye.side}"] for eye in EYES]] = 0.0  # lids are closed on the picture, see `lidmotion`
    loose_L1 = (1 - _RIMS_STIFFNESS * worn(plate) * under_rims(head_L3, mm))[:, None]
    deltas_52L3, learnt_52L3 = deltas_52L3 * loose_L1, learnt_52L3 * loose_L1
    gap_px = float(landmarks_L2[14, 1] - landmarks_L2[13, 1])
    mouth_depth = float(head_L3[13] @ plate.fit.rotation_33[2] + plate.fit.translation_3[2])
    source_52 = neutral.understood(plate.fit.expression_52, deltas_52L3, gap_px * mouth_depth / plate.focal_px)
    source_52 = source_52 if own is None else own.understood(source_52)
    posed_L3 = head_L3 + displaced(source_52, deltas_52L3, learnt_52L3, seen_52)
    depth_L = (posed_L3 @ plate.fit.rotation_33.T + plate.fit.translation_3)[:, 2]
    source_L3 = plate.unproject(landmarks_L2, depth_L)
    edge_y = _tooth_edge_y(plate, landmarks_L2, depth_L, mm, tooth_edge)
    open_L3 = source_L3 - displaced(source_52, deltas_52L3, learnt_52L3, seen_52)
    sealed_L3 = open_L3 + neutral.seal(open_L3, landmarks_L2, mm, edge_y)
    source_52 += (1 - trust) * (neutral.completed(source_52, deltas_52L3, sealed_L3, mm) - source_52)
    open_L3 = source_L3 - displaced(source_52, deltas_52L3, learnt_52L3, seen_52)
    closing_L3 = neutral.seal(open_L3, landmarks_L2, mm, edge_y)
    closing_L3 += (1 - trust) * neutral.level(open_L3 + closing_L3, source_52, mm)
    face = face_mesh(plate, (landmarks_L2, open_L3 + closing_L3, deltas_52L3, -closing_L3, learnt_52L3), source_52, seen_52)
    return _joined(plate, head, face, source_52, seen_52, mm=mm, edge_y=edge_y, gap_px=max(gap_px, 0.0))


def _with_shut_lips(landmarks_L2: F64, unit_px: float) -> F64:
    """Landmarks with the inner lips made to meet exactly where they are shut or overlap in the photo."""
    upper, lower = list(LIP_U), list(LIP_L)
    shut_L2 = landmarks_L2.copy()
    gap_P = landmarks_L2[lower, 1] - landmarks_L2[upper, 1]
    close_P1 = (gap_P < (_SHUT_PX * unit_px if np.median(gap_P[3:8]) < _SHUT_PX * unit_px else 0.0))[:, None]
    middle_P2 = (landmarks_L2[upper] + landmarks_L2[lower]) / 2
    shut_L2[upper] = np.where(close_P1, middle_P2, landmarks_L2[upper])
    shut_L2[lower] = np.where(close_P1, middle_P2, landmarks_L2[lower])
    return shut_L2


def _tooth_edge_y(plate: Plate, landmarks_L2: F64, depth_L: F64, mm: float, tooth_edge: float | None) -> float | None:
    """Head y of the biting edge that the photo shows between its lips."""
    if tooth_edge is None:
        return None
    seen_22 = np.stack([landmarks_L2[13] * (1 - tooth_edge) + landmarks_L2[14] * tooth_edge, landmarks_L2[13]])
    edge_y, top_y = plate.unproject(seen_22, float(depth_L[[13, 14]].mean()) + _TOOTH_DEPTH_MM * mm)[:, 1]
    return float(min(edge_y, top_y + 10 * mm))


def _joined(
    plate: Plate, head: Head, face: FaceMesh, source_52: F64, seen_52: F64, *, mm: float, edge_y: float | None, gap_px: float
) -> Sheet:
    """Face and surround as one sheet."""
    unit, ring, count = plate.unit_px, face.ring_R, len(face.photo_V2)
    pitch_px = max(_PITCH_PX * unit, max(plate.size_px) / _MOST_LINES)
    around = surround(face.photo_V2[ring], plate.size_px, pitch_px)
    photo_V2 = np.concatenate([face.photo_V2, around.grid_G2])
    free_V = free(plate, photo_V2, count)
    skin_V = np.concatenate([np.ones(count), skin(plate, around.grid_G2)]) * free_V
    deltas_52V3, own_V3, learnt_52V3 = _spread(plate, face, around, pitch_px, free_V)
    own_52 = neutral.projector(source_52)
    moved_V3 = displaced(source_52, deltas_52V3, learnt_52V3, seen_52) + own_V3 * bool(own_52.any())
    face_depth_V = (face.rest_V3 + moved_V3[:count]) @ plate.fit.rotation_33[2] + plate.fit.translation_3[2]
    depths = [gentle(plate, face.photo_V2, face_depth_V, ring, steepest) for steepest in (STEEPEST, STEEPEST_FAR)]
    seen_V3, gentle_V3 = (plate.unproject(photo_V2, np.concatenate([d, depth(plate, head, around, d[ring])])) for d in depths)
    rest_V3 = seen_V3 - moved_V3
    grid_F3 = np.concatenate([ring, count + np.arange(len(around.grid_G2))])[around.triangles_F3]
    lips = lip_weights(photo_V2, face.photo_V2)
    loose_V1 = 1 - _RIMS_STIFFNESS * worn(plate) * under_rims(rest_V3, mm)[:, None]
    lids = [lid_weights(photo_V2, face.photo_V2, eye) for eye in EYES]
    rise_3 = plate.fit.rotation_33.T @ np.array([0.0, -1.0, 0.0])
    return Sheet(
        photo_V2=photo_V2,
        rest_V3=rest_V3,
        deltas_52V3=deltas_52V3,
        own_V3=own_V3,
        own_52=own_52,
        learnt_52V3=learnt_52V3,
        seen_52=seen_52,
        skin_V=skin_V,
        free_V=free_V,
        gentle_V3=gentle_V3 - seen_V3,
        breath_V3=((_BREATH_MM[0] - (_BREATH_MM[0] - _BREATH_MM[1]) * skin_V) * mm * free_V)[:, None] * rise_3,
        triangles_F3=np.concatenate([face.triangles_F3, grid_F3]),
        hole_F=np.concatenate([face.hole_F, np.full(len(grid_F3), SKIN)]),
        face_count=count,
        upper_lip_VP=lips[0],
        lower_lip_VP=lips[1],
        upper_lid_EVP=np.stack([loose_V1 * upper for upper, _ in lids]),
        lower_lid_EVP=np.stack([loose_V1 * lower for _, lower in lids]),
        rotation_33=plate.fit.rotation_33,
        translation_3=plate.fit.translation_3,
        focal_px=plate.focal_px,
        centre_2=plate.centre_2,
        size_px=plate.size_px,
        pivot_3=neck(head, mm),
        source_52=source_52,
        unit_px=unit,
        mm=mm,
        mouth_3=rest_V3[[13, 14]].mean(0),
        tooth_edge_y=edge_y,
        lip_gap_px=gap_px,
    )


def _spread(plate: Plate, face: FaceMesh, around: Surround, pitch_px: float, free_V: F64) -> tuple[F64, F64, F64]:
    """Actions (52, V, 3), own mouth (V, 3) and what of the actions was learnt (52, V, 3) of the whole sheet: they fade out around
    the face, further down the neck."""
    rings, count = len(face.ring_R), ARKIT_COUNT
    known = [face.learnt_52V3] if face.learnt_52V3.any() else []
    fields_XV3 = np.concatenate([face.deltas_52V3, face.own_V3[None], *known])
    reach_G = np.where(beside_chin(plate, around.grid_G2)[:, 1] > -0.05, *_REACH_PX) * plate.unit_px
    ring_RX3 = fields_XV3[:, face.ring_R].transpose(1, 0, 2)
    spread_GX3 = around.spread(ring_RX3.reshape(rings, -1), (pitch_px / reach_G) ** 2).reshape(-1, len(fields_XV3), 3)
    spread_GX3 *= (1 - smooth(reach_G, 3 * reach_G, around.outside_px_G))[:, None, None]
    whole_XV3 = np.concatenate([fields_XV3, spread_GX3.transpose(1, 0, 2)], 1) * free_V[:, None]
    learnt_52V3 = whole_XV3[count + 1 :] if known else np.zeros_like(whole_XV3[:count])
    return whole_XV3[:count], whole_XV3[count], learnt_52V3
