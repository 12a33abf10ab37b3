"""The person against the background: a matte of a portrait crop. S = side of the crop in pixels.

MediaPipe's selfie network gives the person, grab-cut (Rother et al., SIGGRAPH 2004) adds what it misses beside the head, and a
guided filter (He et al., ECCV 2010) draws the edge along the picture's own. The matte errs on the generous side: the halo it
leaves is the picture's own background and falls on nearly the same colour.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emostage.core.keyframes import smoothstep
from emostage.core.tracks import F32, F64, U8
from emostage.face import topology
from emostage.face.solutions import Graph

_CUT_PX = 256
"""Grab-cut works at this size; distances below are in these pixels."""
_REACH_PX = 15
_SEED = 7
_PEELS, _GROWS = 6, 8
"""How often the edge is set anew, band by band: what was taken for the person by mistake is peeled off, what was missed grows."""
_BAND, _LOCAL = (5.0, 4.0), 7.0
"""The band about the edge (inwards, outwards) and the neighbourhood whose colours are compared, at face height 220."""
_SCATTER, _TRUST = 5.0, (0.55, 0.85)
"""Weight of the colours' scatter against their difference, and between which shares of the difference it is trusted."""
_MIXTURE = (0.45, 0.8)
"""A colour is a mixture of two others, or not, by its distance from the line between them against their scatter."""
_LOBE_PX, _THIN_PX = 36.0, 13.0
"""Earrings are looked for this near to the line from the ear's lobe halfway down to the chin; wider things are none."""
_HANGING_LOCAL, _HANGING_SCATTER = 28.0, 3.0
"""As above, for earrings: they must be unlike all the background about them."""
_HOLE_PX = 9.0
_SURE = (0.06, 0.94)
"""A matte below the first is 0, above the second 1."""


def matte(face_SS3: U8, landmarks_L2: F64) -> F32:
    """The matte (S, S) in [0, 1] of the person whose landmarks (468 or 478, 2; crop pixels) lie in the crop."""
    import cv2

    side = len(face_SS3)
    unit = float(np.linalg.norm(landmarks_L2[topology.FOREHEAD] - landmarks_L2[topology.CHIN])) / 220
    person_SS = _network(face_SS3)
    cut = _grab_cut(face_SS3, person_SS, landmarks_L2[1] * _CUT_PX / side)
    cut_SS = cv2.resize(cut.astype(np.float32), (side, side), interpolation=cv2.INTER_LINEAR)
    near_SS = cv2.GaussianBlur(cv2.dilate(cut_SS, _disc(int(6 * unit) + 2)), (0, 0), 2.0 * unit)
    rough_SS = np.maximum(np.minimum(person_SS, near_SS), 0.9 * cut_SS)
    guide = face_SS3.astype(np.float32) / 255
    fine_SS = cv2.ximgproc.guidedFilter(guide, rough_SS, int(7 * unit) + 2, 2e-4)
    oval_SS = _oval(landmarks_L2, side)
    kept_SS = np.maximum(oval_SS, cv2.erode((person_SS > 0.95).astype(np.float32), _disc(int(_BAND[0] * unit) + 2)))
    alpha_SS = np.maximum(smoothstep(fine_SS, 0.35, 0.75), oval_SS)
    small_QQ3, peeled_QQ, kept_QQ = (
        cv2.resize(p, (_CUT_PX, _CUT_PX), interpolation=cv2.INTER_AREA) for p in (guide, alpha_SS.astype(np.float32), kept_SS)
    )
    per_px = _CUT_PX / side
    for _ in range(_PEELS):
        peeled_QQ = np.minimum(peeled_QQ, np.maximum(_by_colour(small_QQ3, peeled_QQ, kept_QQ, unit * per_px), kept_QQ))
    hanging_QQ = _hanging(small_QQ3, peeled_QQ, landmarks_L2 * per_px, unit * per_px)
    peeled_SS, hanging_SS = (cv2.resize(p, (side, side), interpolation=cv2.INTER_LINEAR) for p in (peeled_QQ, hanging_QQ))
    alpha_SS = np.maximum(_by_colour(guide, peeled_SS, kept_SS, unit), kept_SS)
    alpha_SS = np.maximum(cv2.ximgproc.guidedFilter(guide, alpha_SS, int(unit) + 1, 1e-4), kept_SS)
    return _without_holes(np.maximum(smoothstep(alpha_SS, *_SURE), hanging_SS).astype(np.float32), unit)


def _by_colour(guide_SS3: F32, alpha_SS: F32, kept_SS: F32, unit: float) -> F32:
    """A matte whose edge is set anew by how much each pixel there looks like the person, and how much like the background.

    In the band about the edge alpha is the share of the way from the background's local mean colour to the mean of what is kept
    as the person; it counts as far as these differ by more than the colours about the edge scatter, and the pixel's colour is a
    mixture of the two at all.
    """
    person_SS = ((kept_SS > 0.9) & (alpha_SS > 0.9)).astype(np.float32)
    ground_SS = _ground(alpha_SS, unit)
    (f_SS3, f_spread_SS), (b_SS3, b_spread_SS) = (_locally(guide_SS3, mask, _LOCAL * unit) for mask in (person_SS, ground_SS))
    way_SS3 = f_SS3 - b_SS3
    apart_SS = (way_SS3**2).sum(-1)
    share_SS = (((guide_SS3 - b_SS3) * way_SS3).sum(-1) / (apart_SS + 1e-4)).clip(0, 1)
    trust_SS = smoothstep(apart_SS / (apart_SS + _SCATTER * (b_spread_SS + f_spread_SS) + 1e-3), *_TRUST)
    off_SS = ((guide_SS3 - b_SS3 - share_SS[..., None] * way_SS3) ** 2).sum(-1)
    trust_SS = trust_SS * smoothstep(1 / (1 + off_SS / (2 * (b_spread_SS + f_spread_SS) + 0.01)), *_MIXTURE)
    mixed_SS = alpha_SS + (share_SS - alpha_SS) * trust_SS
    return np.where(person_SS > 0, 1, np.where(ground_SS > 0, 0, mixed_SS)).astype(np.float32)


def _hanging(small_QQ3: F32, alpha_QQ: F32, landmarks_L2: F64, unit: float) -> F32:
    """What hangs from the ears: thin, touching the person and unlike the background about it."""
    import cv2

    zone_QQ, grown_QQ = _lobes(landmarks_L2, unit), alpha_QQ
    for _ in range(_GROWS):
        ground_QQ = _ground(grown_QQ, unit)
        b_QQ3, spread_QQ = _locally(small_QQ3, ground_QQ, _HANGING_LOCAL * unit)
        apart_QQ = ((small_QQ3 - b_QQ3) ** 2).sum(-1)
        unlike_QQ = smoothstep(apart_QQ / (apart_QQ + _HANGING_SCATTER * spread_QQ + 0.01), *_TRUST)
        grown_QQ = np.maximum(grown_QQ, (unlike_QQ * (ground_QQ == 0) * zone_QQ).astype(np.float32))
    wide_QQ = cv2.morphologyEx(grown_QQ - alpha_QQ, cv2.MORPH_OPEN, _disc(int(_THIN_PX * unit / 2) + 2))
    grown_QQ = np.where(cv2.dilate(wide_QQ, _disc(int(_THIN_PX * unit) + 2)) > 0.3, alpha_QQ, grown_QQ)
    closed_QQ = cv2.morphologyEx(grown_QQ, cv2.MORPH_CLOSE, _disc(int(3 * unit) + 2))
    return np.asarray(closed_QQ * zone_QQ, np.float32)


def _without_holes(alpha_SS: F32, unit: float) -> F32:
    """The matte with small holes in the person filled: glints and parting lines that look like the background."""
    import cv2

    open_SS = (alpha_SS < 0.97).astype(np.uint8)
    _, parts_SS, figures, _ = cv2.connectedComponentsWithStats(open_SS, connectivity=4)
    small = figures[:, cv2.CC_STAT_AREA] < (_HOLE_PX * unit) ** 2
    small[0] = False
    return np.where(small[parts_SS], np.float32(1), alpha_SS)


def _ground(alpha_SS: F32, unit: float) -> F32:
    """1 where the background is sure: some way from the person's edge."""
    import cv2

    return np.asarray(1 - cv2.dilate((alpha_SS > 0.1).astype(np.float32), _disc(int(_BAND[1] * unit) + 2)), np.float32)


def _lobes(landmarks_L2: F64, unit: float) -> F32:
    """Where earrings hang (at `_CUT_PX`): about the lobes of the ears and below them."""
    import cv2

    zone_QQ = np.zeros((_CUT_PX, _CUT_PX), np.float32)
    down_2 = landmarks_L2[topology.CHIN] - landmarks_L2[topology.FOREHEAD]
    for ear in (234, 454):
        ends = (landmarks_L2[ear] + share * down_2 for share in (0.1, 0.4))
        (x0, y0), (x1, y1) = (np.round(end).astype(int).tolist() for end in ends)
        cv2.line(zone_QQ, (x0, y0), (x1, y1), 1.0, int(2 * _LOBE_PX * unit))
    return np.asarray(cv2.GaussianBlur(zone_QQ, (0, 0), 3 * unit), np.float32)


def _locally(guide_SS3: F32, mask_SS: F32, sigma_px: float) -> tuple[F32, F32]:
    """Mean colour and its variance, summed over the channels, of what lies near and in the mask."""
    import cv2

    weight_SS1 = cv2.GaussianBlur(mask_SS, (0, 0), sigma_px)[..., None] + 1e-6
    mean_SS3 = cv2.GaussianBlur(guide_SS3 * mask_SS[..., None], (0, 0), sigma_px) / weight_SS1
    square_SS3 = cv2.GaussianBlur(guide_SS3**2 * mask_SS[..., None], (0, 0), sigma_px) / weight_SS1
    return mean_SS3, (square_SS3 - mean_SS3**2).clip(0).sum(-1)


def _network(face_SS3: U8) -> F32:
    """The network's mask, averaged over the crop and its mirror image: what it takes for a person by mistake differs."""
    graph = Graph("selfie_segmentation", "segmentation_mask", model_selection=0)
    try:
        straight_SS = np.array(graph(face_SS3), np.float32)
        mirrored_SS = np.array(graph(np.ascontiguousarray(face_SS3[:, ::-1])), np.float32)
        return (straight_SS + mirrored_SS[:, ::-1]) / 2
    finally:
        graph.close()


def _grab_cut(face_SS3: U8, person_SS: F32, nose_2: F64) -> NDArray[np.bool_]:
    """The connected person (at `_CUT_PX`) that holds the nose, grown by grab-cut near the network's mask."""
    import cv2

    size = (_CUT_PX, _CUT_PX)
    small, sure = (cv2.resize(p, size, interpolation=cv2.INTER_AREA) for p in (face_SS3, person_SS))
    likely = (sure > 0.5).astype(np.uint8)
    labels = np.where(sure > 0.95, cv2.GC_FGD, np.where(sure > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD)).astype(np.uint8)
    labels[cv2.dilate(likely, _disc(_REACH_PX)) == 0] = cv2.GC_BGD
    grown = likely
    if (labels == cv2.GC_BGD).any() and (likely == 1).sum() > 100:
        cv2.setRNGSeed(_SEED)  # grab-cut's colour models start from k-means on OpenCV's own generator
        cv2.grabCut(small, labels, None, np.zeros((1, 65)), np.zeros((1, 65)), 2, cv2.GC_INIT_WITH_MASK)
        grown = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    grown = cv2.morphologyEx(grown, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)) | (sure > 0.6)
    _, parts = cv2.connectedComponents(grown)
    x, y = np.clip(nose_2, 0, _CUT_PX - 1).astype(int)
    connected: NDArray[np.bool_] = (grown > 0) & (parts == parts[y, x])
    return connected


def _disc(radius_px: int) -> U8:
    import cv2

    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius_px - 1, 2 * radius_px - 1)), np.uint8)


def _oval(landmarks_L2: F64, side: int) -> F32:
    """The hull of the face, softly: always the person."""
    import cv2

    hull = cv2.convexHull(landmarks_L2[:468].astype(np.float32)).astype(np.int32)
    oval_SS = np.zeros((side, side), np.float32)
    cv2.fillPoly(oval_SS, [hull], 1.0)
    return np.asarray(cv2.GaussianBlur(oval_SS, (0, 0), 2), np.float32)
