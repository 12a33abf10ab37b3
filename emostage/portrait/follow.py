"""A tracked performance as the motion of a sheet: the inverse of how `deform` moves the head. T frames."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from emostage.core.arkit import MOUTH_MASK_52
from emostage.core.tracks import F64, MotionTrack
from emostage.face.fit import euler_rad
from emostage.face.perform import Performed
from emostage.portrait.sheet import Sheet


def motion_of(performed: Performed, sheet: Sheet, fps: Fraction) -> MotionTrack:
    """The motion under which the sheet's head lies where the tracked head lay.

    The camera sees a head point X at R_t X + t_t in the film and at R (Q (X - p) + p + s) + t on the sheet, whose head turns
    by Q about the pivot p. So Q = R^T R_t, and R s = R_t p + t_t - (R p + t), how far the pivot has moved, is the shift on the
    picture and the apparent scale. The first frame is the photo, whose mouth the sheet knows better than one reading tells.
    """
    count = len(performed.expression_T52)
    turn_T33 = np.einsum("ji,tjk->tik", sheet.rotation_33, performed.rotation_T33)
    pivot_3 = sheet.rotation_33 @ sheet.pivot_3 + sheet.translation_3
    moved_T3 = performed.rotation_T33 @ sheet.pivot_3 + performed.translation_T3 - pivot_3
    face_width = float(np.linalg.norm(sheet.rest_V3[454] - sheet.rest_V3[234]))
    return MotionTrack(
        expression_T52=_from_photo(performed.expression_T52, sheet).astype(np.float32),
        rotation_T3=np.array([euler_rad(turn_33) for turn_33 in turn_T33], np.float32).reshape(count, 3),
        shift_T2=(moved_T3[:, :2] / face_width).astype(np.float32),
        scale_T=(pivot_3[2] / (pivot_3[2] + moved_T3[:, 2])).astype(np.float32),
        tongue_T=np.zeros(count, np.float32),
        breath_T=np.zeros(count, np.float32),
        fps=fps,
    )


def _from_photo(expression_T52: F64, sheet: Sheet) -> F64:
    """Expressions (T, 52) whose mouth begins as the photo's own."""
    begins_52 = np.where(MOUTH_MASK_52, sheet.source_52 - expression_T52[0], 0.0)
    moved_T52: F64 = np.clip(expression_T52 + begins_52, 0.0, 1.0)
    return moved_T52
