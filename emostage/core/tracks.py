"""What flows between the stages: frozen dataclasses of read-only arrays.

Letters: T film frames, S samples, F feature frames, L landmarks, H and W picture rows and columns.
Crop pixels are (x right, y down) with pixel centres at .5; camera axes are x right, y down, z away from the camera.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]


class Frozen:
    """Mixin that makes every array field of a frozen dataclass read-only."""

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                view = value.view()
                view.setflags(write=False)
                object.__setattr__(self, field.name, view)


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of speech: a word or a phone (IPA; an empty text is silence), in seconds from the start of the sound."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, kw_only=True)
class AudioClip(Frozen):
    """Mono sound. `samples_S` float32 in [-1, 1]."""

    samples_S: F32
    rate_hz: int

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples_S) / self.rate_hz


@dataclass(frozen=True, kw_only=True)
class SpeechTake(Frozen):
    """One spoken or recorded line. `words` are the tokens of the line's text in order (empty when there is no transcript);
    `phones` are IPA (empty when they are not known). Both are sorted and lie inside the sound."""

    audio: AudioClip
    words: tuple[Span, ...] = ()
    phones: tuple[Span, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AudioFeatures(Frozen):
    """What motion hears. `mel_FM` log-mel power (M = 40), `loudness_F` in dB relative to full scale (floor -80),
    `pitch_F` in Hz (0 where unvoiced); F frames at `rate_hz`, frame f is centred at (f + 0.5) / rate_hz seconds."""

    mel_FM: F32
    loudness_F: F32
    pitch_F: F32
    rate_hz: int = 100


@dataclass(frozen=True, kw_only=True)
class EmotionTrack(Frozen):
    """The feeling of a clip, frame by frame.

    `weights_T8` in [0, 1] in the order of `core.emotion.EMOTIONS`, rows sum to 1 (neutral is the rest).
    `silent_T52` is the ARKit expression of that feeling on a silent face, `speaking_T52` its form that leaves lips and jaw
    free to speak; `posture_T3` the head posture it brings (pitch down, yaw, roll; rad); `arousal_T` in [-1, 1].
    """

    weights_T8: F32
    silent_T52: F32
    speaking_T52: F32
    posture_T3: F32
    arousal_T: F32
    fps: Fraction


@dataclass(frozen=True, kw_only=True)
class Gesture:
    """A head gesture asked for by the script; its stroke peaks near `at_s` seconds from the start of the clip."""

    kind: Literal["nod", "shake", "tilt"]
    at_s: float


@dataclass(frozen=True, kw_only=True)
class Directions(Frozen):
    """What the script asks of gaze and head, frame by frame; NaN rows are free for the performer.

    `gaze_T2` (yaw, pitch down) of the eyes relative to the camera and `head_T3` (pitch down, yaw, roll), in rad: positive pitch
    lowers, positive yaw turns to the person's left (the viewer's right), positive roll tilts the crown there. Scenes are written
    with pitch up; `studio.keys` turns the sign.
    """

    gaze_T2: F32
    head_T3: F32
    gestures: tuple[Gesture, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MotionTrack(Frozen):
    """A performance. `expression_T52` ARKit weights in [0, 1], absolute from the neutral face; `rotation_T3` head rotation
    (pitch down, yaw to the person's left, roll to the person's left; rad) relative to the photo's pose; `shift_T2` (right,
    down) in face widths; `scale_T` (1 = the photo's size); `tongue_T` in [0, 1] lifts the tip of the tongue to the upper
    teeth; `breath_T` in [0, 1] raises the shoulders."""

    expression_T52: F32
    rotation_T3: F32
    shift_T2: F32
    scale_T: F32
    tongue_T: F32
    breath_T: F32
    fps: Fraction

    def __len__(self) -> int:
        return len(self.expression_T52)


@dataclass(frozen=True, kw_only=True)
class FaceFit(Frozen):
    """The linear head fitted to one picture. `rotation_33`, `translation_3` (head units, metres) and `focal_px` map head
    coordinates X to crop pixels: Y = R X + t, p = focal * Y.xy / Y.z + size / 2. `expression_52` is the photo's own expression,
    `shape_K` the identity weights (K of the head), `vertices_V3` the neutral fitted head in head coordinates,
    `error_px` the rms landmark error in crop pixels."""

    rotation_33: F64
    translation_3: F64
    focal_px: float
    expression_52: F64
    shape_K: F64
    vertices_V3: F64
    error_px: float


@dataclass(frozen=True, kw_only=True)
class Crop:
    """Square window on a picture: picture pixel (x, y) lies at crop pixel ((x - left) * scale, (y - top) * scale).

    `size_px` is the side of the crop in crop pixels; the window may reach beyond the picture, whose border is then repeated.
    """

    left: float
    top: float
    scale: float
    size_px: int

    def to_crop(self, points_N2: NDArray[np.floating[Any]]) -> F64:
        """Picture points (N, 2) as crop points."""
        return (np.asarray(points_N2, np.float64) - [self.left, self.top]) * self.scale

    def to_picture(self, points_N2: NDArray[np.floating[Any]]) -> F64:
        """Crop points (N, 2) as picture points; exact inverse of `to_crop`."""
        return np.asarray(points_N2, np.float64) / self.scale + [self.left, self.top]


@dataclass(frozen=True, kw_only=True)
class Portrait(Frozen):
    """A picture with its face found, cropped and fitted.

    `picture_HW3` uint8 sRGB, upright; `face_SS3` the crop resampled to `crop.size_px`; `landmarks_L2` crop pixels of the 478
    face-mesh points (468 face, 10 irises); `matte_SS` in [0, 1], the person against the background in the crop;
    `fingerprint` identifies picture, face choice and head."""

    picture_HW3: U8
    crop: Crop
    face_SS3: U8
    landmarks_L2: F64
    matte_SS: F32
    fit: FaceFit
    fingerprint: str


@dataclass(frozen=True, kw_only=True)
class Performance:
    """All that a motion model may look at. `count` frames at `fps`; the sound starts `speech_at_s` seconds into the clip (lead-in)
    and `speech` is None for a silent beat. `liveliness` 0 (statue) to 1.5. `portrait` may be None when no picture is at hand.
    `enter_rad`, `leave_rad` are the head poses (pitch down, yaw, roll) beyond the feeling's posture in which the clip begins and
    ends."""

    count: int
    fps: Fraction
    speech: SpeechTake | None
    features: AudioFeatures | None
    speech_at_s: float
    emotion: EmotionTrack
    directions: Directions
    liveliness: float
    portrait: Portrait | None
    enter_rad: tuple[float, float, float] = (0.0, 0.0, 0.0)
    leave_rad: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class FrameStream:
    """A re-iterable stream of `count` uint8 (height, width, 3) sRGB frames; never a list, so memory stays flat."""

    fps: Fraction
    size_px: tuple[int, int]
    """Width and height."""
    count: int
    open: Callable[[], Iterator[U8]]

    def __iter__(self) -> Iterator[U8]:
        return self.open()

    def __len__(self) -> int:
        return self.count
