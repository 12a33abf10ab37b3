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
    alpha_SS = np.maximum(smoothstep(fine_SS, 0.12, 0.62), _oval(landmarks_L2, side))
    alpha_SS = cv2.GaussianBlur(cv2.dilate(alpha_SS, np.ones((3, 3), np.uint8)), (0, 0), 1.0)
    return np.where(alpha_SS > 0.985, 1.0, alpha_SS).astype(np.float32)


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
