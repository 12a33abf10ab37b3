"""The stages by name: every call the studio makes into another stage, in one frozen bundle.

The real calls import their stage when they are made, so that planning never loads what only drawing needs. Tests and plug-ins
exchange single stages with `dataclasses.replace(real_stages(), speak=...)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from emostage.core.errors import Diagnostic
from emostage.core.identity import Adapter
from emostage.core.keyframes import Keyframe
from emostage.core.timeline import Sound, Subtitle, Timeline
from emostage.core.tracks import (
    F64,
    U8,
    AudioClip,
    AudioFeatures,
    EmotionTrack,
    FrameStream,
    MotionTrack,
    Performance,
    Portrait,
    Span,
    SpeechTake,
)
from emostage.studio import borrowed, drawing
from emostage.studio.engines import Engine, engine_of
from emostage.studio.fingerprint import digest, file_digest
from emostage.studio.identities import Adapted, unheeded

LIBRARIES = {"espeak": ("espeakng-loader",), "piper": ("piper-tts", "onnxruntime")}
"""What speaks a kind of voice; another release may sound otherwise."""

if TYPE_CHECKING:
    from emostage.emotion.temporal import Felt
    from emostage.motion.acting import Acting
    from emostage.scene.model import CastMember, Film, Line, TimeRef


class Performer(Protocol):
    """A motion engine."""

    def perform(self, performance: Performance, *, seed: int) -> MotionTrack:
        """The motion of one clip."""


class Renderer(Protocol):
    """Draws one portrait in motion."""

    def render(self, motion: MotionTrack, performance: Performance, *, seed: int) -> FrameStream:
        """The frames of one clip: a motion, and the performance it was made of."""


class Photo(Protocol):
    """A photo that can be moved, one frame at a time."""

    def frame(self, motion: MotionTrack, number: int) -> U8:
        """A frame (height, width, 3) of a motion."""


class Engaging(Protocol):
    """Finds a motion engine."""

    def __call__(self, engine: str, manner: Adapter | None = None, /) -> Performer:
        """The motion engine of a name, as a person moves who has a manner of their own. Engines that cannot move so do without."""


class Setting(Protocol):
    """Sets up what draws somebody."""

    def __call__(
        self, portrait: Portrait, member: CastMember, film: Film, engine: Engine, device: str, /, *, identity: Adapted | None = None
    ) -> Renderer:
        """What draws a portrait: whose it is, the film's settings, the engine, the device, and the identity that they play."""


class Resolve(Protocol):
    """Turns a symbolic time of a line into seconds."""

    def __call__(self, ref: TimeRef, *, words: Sequence[Span], duration_s: float, fps: Fraction, previous_s: float | None) -> float:
        """Seconds from the start of the line's speech."""


@dataclass(frozen=True, kw_only=True)
class Stages:
    """The calls of the studio. `phrases` turns a line and the emotion at each of its words into what `speak` reads; `portrait`
    prepares a cast member's face and, as `read_recording` does, says what is odd about it. `engine` says who performs and who
    draws under a name; `performer` and `renderer` are given what was learnt of a person where a film uses it, and `unheeded` says
    which of that an engine cannot use at a quality; `photo` is the moved photo of a person by itself.

    `understand` gives each prompt's emotion weights (8) and how sure it is, 0 to 1, that the prompt speaks of a feeling;
    `prompt_digest` is the fingerprint of what it reads with.

    `read_face` gives the expression (52,) of the face in a picture, `feeling_of_face` its emotion weights (8,) and whether they are
    clear; `watch` the performance in a film, `read_motion` that in a motion file, `felt` what one feels and `felt_in_voice` what a
    voice does. `acting` places the take of a line in its clip from a second on, and `act` lays it over what the engine performed.
    """

    resolve: Resolve
    phrases: Callable[[Line, Sequence[Sequence[float]]], Any]
    speak: Callable[[Any], SpeechTake]
    read_recording: Callable[[Line], tuple[SpeechTake, tuple[Diagnostic, ...]]]
    voice_digest: Callable[[str], str]
    features: Callable[[AudioClip], AudioFeatures]
    understand: Callable[[Sequence[str]], Sequence[tuple[tuple[float, ...], float]]]
    prompt_digest: Callable[[], str]
    feel: Callable[[Sequence[Keyframe], Sequence[float], int, Fraction], EmotionTrack]
    read_face: Callable[[Path], F64]
    feeling_of_face: Callable[[F64], tuple[F64, bool]]
    watch: Callable[[Path], MotionTrack]
    read_motion: Callable[[Path], MotionTrack]
    felt: Callable[[MotionTrack], Felt]
    felt_in_voice: Callable[[AudioFeatures], Felt]
    acting: Callable[[MotionTrack, Line, float], Acting]
    act: Callable[[MotionTrack, Acting], MotionTrack]
    engine: Callable[[str], Engine]
    performer: Engaging
    portrait: Callable[[CastMember], tuple[Portrait, tuple[Diagnostic, ...]]]
    renderer: Setting
    encode: Callable[[FrameStream, Path, str, Callable[[int], None]], None]
    mix: Callable[[Sequence[Sound], int, float], AudioClip]
    assemble: Callable[[Timeline, AudioClip, Path, str, Mapping[str, str]], None]
    write_subtitles: Callable[[Sequence[Subtitle], Path], None]
    sheet: Callable[[Path, Path], None]
    photo: Callable[[Portrait, CastMember, Film, str, Adapted | None], Photo] = drawing.photo
    unheeded: Callable[[Adapted, Engine, str], tuple[Diagnostic, ...]] = unheeded


def real_stages() -> Stages:
    """The stages of this installation."""
    from emostage.scene.times import resolve

    return Stages(
        resolve=resolve,
        phrases=_phrases,
        speak=_speak,
        read_recording=_read_recording,
        voice_digest=_voice_digest,
        features=_features,
        understand=_understand,
        prompt_digest=_prompt_digest,
        feel=_feel,
        read_face=borrowed.read_face,
        feeling_of_face=borrowed.feeling_of_face,
        watch=borrowed.watch,
        read_motion=borrowed.read_motion,
        felt=borrowed.felt,
        felt_in_voice=borrowed.felt_in_voice,
        acting=borrowed.acting,
        act=borrowed.act,
        engine=engine_of,
        performer=_performer,
        portrait=_portrait,
        renderer=drawing.renderer,
        encode=_encode,
        mix=_mix,
        assemble=_assemble,
        write_subtitles=_write_subtitles,
        sheet=_sheet,
    )


def _phrases(line: Line, weights_per_word_8: Sequence[Sequence[float]]) -> Any:
    from emostage.speech.phrases import phrases_of
    from emostage.speech.synthesis import SpeechRequest

    bend = line.prosody
    phrases = phrases_of(line.text or "", line.words, line.pauses, weights_per_word_8, bend.rate, bend.pitch_st, bend.volume_db)
    return SpeechRequest(phrases=phrases, voice=line.voice)


def _speak(request: Any) -> SpeechTake:
    from emostage.speech.synthesis import speak

    return speak(request)


def _read_recording(line: Line) -> tuple[SpeechTake, tuple[Diagnostic, ...]]:
    from emostage.speech.recorded import read_recording

    assert line.audio is not None
    findings: list[Diagnostic] = []
    take = read_recording(line.audio, line.text, line.words, line.voice, on_warning=findings.append)
    return take, tuple(findings)


@cache
def _voice_digest(name: str) -> str:
    """Of a voice's name, its files, and the releases of the libraries that speak it."""
    from emostage.speech.voices import find

    voice = find(name)
    files = [Path(file) for file in (voice.file, voice.config) if voice.kind == "piper" and file]
    return digest(name, [file_digest(file) for file in files], [_release(library) for library in LIBRARIES[voice.kind]])


def _release(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def _features(audio: AudioClip) -> AudioFeatures:
    from emostage.speech.features import extract

    return extract(audio)


def _understand(prompts: Sequence[str]) -> Sequence[tuple[tuple[float, ...], float]]:
    from emostage.emotion.prompt import chosen_reader

    reading = chosen_reader().read(prompts)
    return [(tuple(map(float, w_8)), float(sure)) for w_8, sure in zip(reading.weights_N8, reading.sure_N, strict=True)]


@cache
def _prompt_digest() -> str:
    """Of the checkpoint that reads prompts."""
    from emostage.emotion.prompt import eib_folder

    return file_digest(eib_folder())


def _feel(keys: Sequence[Keyframe], mood_8: Sequence[float], count: int, fps: Fraction) -> EmotionTrack:
    from emostage.emotion.curve import emotion_track

    return emotion_track(keys, mood_8=mood_8, count=count, fps=fps)


def _performer(engine: str, manner: Adapter | None = None, /) -> Performer:
    from emostage.core.plugins import MOTION_ENGINES, load, takes

    factory = load(MOTION_ENGINES, engine)
    performer: Performer = factory(manner=manner) if manner and takes(factory, "manner") else factory()
    return performer


def _portrait(member: CastMember) -> tuple[Portrait, tuple[Diagnostic, ...]]:
    from emostage.face.portrait import read_portrait

    return read_portrait(member.portrait, face=member.face)


def _encode(frames: FrameStream, path: Path, quality: str, on_frame: Callable[[int], None]) -> None:
    from emostage.film.encode import encode

    encode(frames, path, quality=quality, on_frame=on_frame)


def _mix(sounds: Sequence[Sound], samples: int, loudness_lufs: float) -> AudioClip:
    from emostage.film.sound import mix

    return mix(sounds, samples, loudness_lufs)


def _assemble(timeline: Timeline, sound: AudioClip, out: Path, title: str, tags: Mapping[str, str]) -> None:
    from emostage.film.assemble import assemble

    assemble(timeline, sound, out, title=title, tags=tags)


def _write_subtitles(subtitles: Sequence[Subtitle], path: Path) -> None:
    from emostage.film.subtitles import write

    write(subtitles, path)


def _sheet(film: Path, picture: Path) -> None:
    from emostage.film.sheet import contact_sheet

    contact_sheet(film, picture)
