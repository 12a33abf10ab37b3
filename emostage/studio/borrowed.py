"""The calls into the stages that read and use what lines borrow from other files; each imports its stage when it is made."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from emostage.core.tracks import F64, AudioFeatures, MotionTrack

if TYPE_CHECKING:
    from emostage.emotion.temporal import Felt
    from emostage.motion.acting import Acting
    from emostage.scene.model import Line


def read_face(path: Path) -> F64:
    """The expression (52,) of the largest face in a picture. Raises AssetError E07x."""
    from emostage.face.head import load_head
    from emostage.face.portrait import read_portrait
    from emostage.face.shown import expression_shown

    head = load_head()
    portrait, _ = read_portrait(path, head=head)
    return expression_shown(portrait, head)


def feeling_of_face(expression_52: F64) -> tuple[F64, bool]:
    """The emotion weights (8,) that an expression shows, and whether they are clear."""
    from emostage.emotion.read import UNCLEAR, weights_of_expression

    weights_8 = weights_of_expression(expression_52)
    return weights_8, bool(weights_8[1:].max() >= UNCLEAR)


def watch(path: Path) -> MotionTrack:
    """The performance of the person in a film. Raises AssetError E106, E117, E076."""
    from emostage.studio.filmed import read_film

    return read_film(path).motion


def read_motion(path: Path) -> MotionTrack:
    """The performance in a motion file. Raises AssetError E088, E089."""
    from emostage.motion.recording import read_motion

    return read_motion(path).motion


def felt(motion: MotionTrack) -> Felt:
    """What a performance feels."""
    from emostage.emotion.temporal import felt

    return felt(motion)


def felt_in_voice(features: AudioFeatures) -> Felt:
    """What a voice feels. Raises AssetError E131 or E133."""
    from emostage.emotion.temporal import felt_as
    from emostage.motion.diffuse import shipped_vaid
    from emostage.motion.hearing import MODEL_FPS
    from emostage.motion.voicereading import read_feelings

    return felt_as(read_feelings(shipped_vaid(), features), Fraction(MODEL_FPS))


def acting(motion: MotionTrack, line: Line, at_s: float) -> Acting:
    """The take of a line in its clip, from `at_s` on."""
    from emostage.motion.acting import Acting

    take = line.motion
    assert take is not None
    return Acting(
        motion=motion,
        start_s=take.start_s,
        at_s=at_s,
        gain=take.gain,
        lips=take.lips == "keep",
        gaze=not line.gaze,
        head=not line.head,
    )


def act(motion: MotionTrack, acting: Acting) -> MotionTrack:
    """A performed clip with an acted one laid over it."""
    from emostage.motion.acting import act

    return act(motion, acting)
