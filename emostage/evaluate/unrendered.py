"""What a plan's motion shows before anything is drawn: the fitted head moved by it, without camera, picture or tracking.

T frames, N = 468 landmarks.
"""

from __future__ import annotations

import numpy as np

from emostage.core.emotion import EMOTIONS
from emostage.core.tracks import F32, F64, Portrait
from emostage.evaluate.measures import MEASURED, level, lip_gap
from emostage.evaluate.mouth import mouth
from emostage.evaluate.shown import Range, Shown
from emostage.face.actions import photo_actions
from emostage.face.head import Head, load_head
from emostage.studio.actors import prepared
from emostage.studio.cache import Cache
from emostage.studio.perform import feelings, perform
from emostage.studio.plan import Plan
from emostage.studio.stages import Stages


def shown_by_motion(plan: Plan, cache: Cache, stages: Stages) -> tuple[Shown, ...]:
    """One `Shown` a clip. Faces are prepared, nothing is drawn; takes a few seconds and no time for another picture size.

    Raises AssetError E07x for a portrait that cannot be used.
    """
    head, performer = load_head(), stages.performer(plan.film.engine)
    portraits = {name: prepared(plan.cast[name], cache, stages).portrait for name in {job.on_screen for job in plan.jobs}}
    ranges = {name: ranges_of(head, portrait, stages) for name, portrait in portraits.items()}
    clips = []
    for job in plan.jobs:
        motion = perform(job, portraits[job.on_screen], performer, stages)
        points_TN3 = moved(head, portraits[job.on_screen], motion.expression_T52)
        level_TN2 = level(points_TN3[..., :2])
        clips.append(
            Shown(
                job=job,
                asked_T8=feelings(job, stages).weights_T8.astype(np.float64),
                level_TN2=level_TN2,
                angles_T3=np.degrees(motion.rotation_T3.astype(np.float64)),
                expression_T52=motion.expression_T52.astype(np.float64),
                mouth=mouth(points_TN3),
                gap_T=lip_gap(level_TN2),
                ranges=ranges[job.on_screen],
            )
        )
    return tuple(clips)


def moved(head: Head, portrait: Portrait, expression_T52: F32 | F64) -> F64:
    """Landmarks (T, N, 3) in head coordinates of a portrait's fitted head under expressions."""
    neutral_N3 = head.at_landmarks(portrait.fit.vertices_V3).astype(np.float64)
    actions_52N3 = photo_actions(head, neutral_N3)
    points_TN3: F64 = neutral_N3 + np.einsum("te,enc->tnc", expression_T52.astype(np.float64), actions_52N3)
    return points_TN3


def calibration(stages: Stages) -> F32:
    """Expressions (8, 52): rest, then each emotion at full on a face that says nothing."""
    from fractions import Fraction

    one_hot_88 = np.eye(len(EMOTIONS))
    return np.concatenate([stages.feel((), tuple(row_8), 1, Fraction(25)).silent_T52 for row_8 in one_hot_88])


def ranges_of(level_8N2) ...
