"""A studio whose stages are small fakes: quick, deterministic and countable."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from emostage.core.arkit import expression
from emostage.core.emotion import EMOTIONS, NEUTRAL_8, mix
from emostage.core.errors import Diagnostic
from emostage.core.keyframes import sample
from emostage.core.tracks import (
    AudioClip,
    AudioFeatures,
    Crop,
    EmotionTrack,
    FaceFit,
    FrameStream,
    MotionTrack,
    Portrait,
    Span,
    SpeechTake,
)
from emostage.emotion.temporal import felt_as
from emostage.scene.model import CastMember, EmotionKey, Film, Line, Script, Shot, TimeRef
from emostage.scene.times import resolve
from emostage.studio import borrowed
from emostage.studio.cache import Cache
from emostage.studio.engines import Engine
from emostage.studio.stages import Stages

WORD_S = 0.3


def spoken(words, seed=0):
    count = max(1, len(words))
    samples = np.random.Generator(np.random.PCG64(seed)).uniform(-0.1, 0.1, int(8000 * WORD_S * count)).astype(np.float32)
    spans = tuple(Span(text=w, start_s=i * WORD_S, end_s=(i + 1) * WORD_S) for i, w in enumerate(words))
    return SpeechTake(audio=AudioClip(samples_S=samples, rate_hz=8000), words=spans)


def filmed(count, fps=25):
    """A performance of so many frames that smiles, opens its mouth, turns and leans in, more and more."""
    rising = np.linspace(0, 1, count, dtype=np.float32)
    weights = expression(mouthSmile=0.8, jawOpen=0.5, eyeLookOutLeft=0.4, browInnerUp=0.6)
    return MotionTrack(
        expression_T52=rising[:, None] * weights,
        rotation_T3=rising[:, None] * np.array([0.1, 0.2, -0.1], np.float32),
        shift_T2=rising[:, None] * np.array([0.1, -0.1], np.float32),
        scale_T=1 + 0.1 * rising,
        tongue_T=0.5 * rising,
        breath_T=np.zeros(count, np.float32),
        fps=Fraction(fps),
    )


def face():
    fit = FaceFit(
        rotation_33=np.eye(3),
        translation_3=np.zeros(3),
        focal_px=100.0,
        expression_52=np.zeros(52),
        shape_K=np.zeros(2),
        vertices_V3=np.zeros((4, 3)),
        error_px=1.0,
    )
    return Portrait(
        picture_HW3=np.zeros((16, 16, 3), np.uint8),
        crop=Crop(left=0.0, top=0.0, scale=1.0, size_px=16),
        face_SS3=np.zeros((16, 16, 3), np.uint8),
        landmarks_L2=np.zeros((478, 2)),
        matte_SS=np.ones((16, 16), np.float32),
        fit=fit,
        fingerprint="f",
    )


class FakeStudio:
    """Counts its calls; `fail` holds line texts that cannot be spoken or names that cannot be drawn."""

    def __init__(self):
        self.calls = Counter()
        self.fail = {}
        self.on_frame = lambda count: None
        self.odd = ()
        self.reads_with = "eib"
        self.paints_with = {}
        self.unheeded = ()
        self.played = []

    def stages(self):
        return Stages(
            resolve=resolve,
            phrases=lambda line, weights: (line.text, line.words, tuple(map(tuple, weights)), line.voice),
            speak=self.speak,
            read_recording=lambda line: (spoken(line.words or ("x", "y"), 5), self.odd),
            voice_digest=str,
            features=self.features,
            understand=self.understand,
            prompt_digest=lambda: self.reads_with,
            feel=self.feel,
            read_face=self.read_face,
            feeling_of_face=lambda shown: (shown[:8] / max(shown[:8].sum(), 1.0), bool(shown[1:8].max() > 0.3)),
            watch=self.watch,
            read_motion=borrowed.read_motion,
            felt=borrowed.felt,
            felt_in_voice=self.felt_in_voice,
            acting=borrowed.acting,
            act=borrowed.act,
            engine=self.engine,
            performer=self.performer,
            portrait=self.portrait,
            renderer=self.renderer,
            encode=self.encode,
            mix=self.mix,
            assemble=self.assemble,
            write_subtitles=lambda lines, path: Path(path).write_text("\n".join(s.text for s in lines)),
            sheet=lambda film, picture: Path(picture).write_bytes(b"sheet of " + Path(film).read_bytes()[:20]),
            unheeded=lambda identity, engine, quality: self.unheeded,
        )

    def performer(self, name, manner=None):
        self.calls[f"performer {name} {manner.file.parent.name if manner else '-'}"] += 1
        return self

    def engine(self, name):
        if name in self.fail:
            raise self.fail[name]
        painter = None if name in ("stage", "reference") else name
        return Engine(name=name, performer="stage", painter=painter, fingerprint=self.paints_with.get(name, ""))

    def renderer(self, portrait, member, film, engine, device, *, identity=None):
        self.calls[f"renderer {member.name} {engine.name}"] += 1
        self.played.append((member.name, identity))
        return self

    def read_face(self, path):
        self.calls["read_face"] += 1
        return np.eye(52)[1] * 0.8 if "happy" in path.name else np.zeros(52)

    def felt_in_voice(self, features):
        self.calls["felt_in_voice"] += 1
        return felt_as(np.tile(np.eye(8)[0] * 0.2 + np.eye(8)[2] * 0.8, (100, 1)), Fraction(25))

    def watch(self, path):
        self.calls["watch"] += 1
        if path.name in self.fail:
            raise self.fail[path.name]
        return filmed(path.stat().st_size)

    def understand(self, prompts):
        """Prompts are mixes such as 'sad 0.5'; any other says nothing."""
        self.calls["understand"] += 1
        if prompts[0] in self.fail:
            raise self.fail[prompts[0]]
        words = [prompt.split() for prompt in prompts]
        known = [len(each) == 2 and each[0] in EMOTIONS for each in words]
        return [
            (tuple(map(float, mix({each[0]: float(each[1])}))), 0.9) if knows else (NEUTRAL_8, 0.1)
            for each, knows in zip(words, known, strict=True)
        ]

    def speak(self, request):
        self.calls["speak"] += 1
        text, words, weights, _ = request
        if text in self.fail:
            raise self.fail[text]
        return spoken(words, int(1000 * sum(sum(w[1:]) for w in weights)))

    def features(self, audio):
        count = int(audio.duration_s * 100)
        return AudioFeatures(
            mel_FM=np.zeros((count, 40), np.float32), loudness_F=np.zeros(count, np.float32), pitch_F=np.zeros(count, np.float32)
        )

    def feel(self, keys, mood, count, fps):
        weights = sample(keys, np.arange(count) / float(fps), mood) if keys else np.tile(mood, (count, 1))
        flat = np.zeros((count, 52), np.float32)
        return EmotionTrack(
            weights_T8=weights.astype(np.float32),
            silent_T52=flat,
            speaking_T52=flat,
            posture_T3=np.zeros((count, 3), np.float32),
            arousal_T=np.zeros(count, np.float32),
            fps=fps,
        )

    def perform(self, performance, *, seed):
        self.calls["perform"] += 1
        random = np.random.Generator(np.random.PCG64(seed))
        expression = random.uniform(0, 1, (performance.count, 52)).astype(np.float32)
        expression[:, 0] = performance.emotion.weights_T8[:, 0]
        count = performance.count
        return MotionTrack(
            expression_T52=expression,
            rotation_T3=np.zeros((count, 3), np.float32),
            shift_T2=np.zeros((count, 2), np.float32),
            scale_T=np.ones(count, np.float32),
            tongue_T=np.zeros(count, np.float32),
            breath_T=np.zeros(count, np.float32),
            fps=performance.fps,
        )

    def portrait(self, member):
        self.calls["portrait"] += 1
        if member.name in self.fail:
            raise self.fail[member.name]
        return face(), (Diagnostic(code="W070", message="a turned head"),)

    def render(self, motion, performance, *, seed):
        self.calls["render"] += 1
        assert len(performance.emotion.weights_T8) == performance.count == len(motion)
        frames = (motion.expression_T52[:, :48] * 255).astype(np.uint8).reshape(len(motion), 4, 4, 3)
        return FrameStream(fps=motion.fps, size_px=(4, 4), count=len(motion), open=lambda: iter(frames))

    def encode(self, frames, path, quality, on_frame):
        self.calls["encode"] += 1
        with Path(path).open("wb") as out:
            for count, frame in enumerate(frames, 1):
                out.write(frame.tobytes())
                on_frame(count)
                self.on_frame(count)

    def mix(self, sounds, samples, loudness):
        return AudioClip(samples_S=np.zeros(samples, np.float32), rate_hz=48000)

    def assemble(self, timeline, sound, out, title, tags):
        self.calls["assemble"] += 1
        self.tags = tags
        Path(out).write_bytes(b"".join(clip.path.read_bytes() for clip in timeline.clips))


@pytest.fixture
def fake():
    return FakeStudio()


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache", limit_bytes=10**9)


def said(text, *, index=0, speaker="ada", **more):
    words = tuple(text.replace(",", "").replace(".", "").split())
    return Line(index=index, speaker=speaker, on_screen=more.pop("on_screen", speaker), text=text, words=words, **more)


def key(kind="start", value=0.0, offset=0.0, **emotions):
    at = TimeRef(kind=kind, value=value, offset_s=offset)
    return EmotionKey(at=at, weights_8=tuple(float(x) for x in mix(emotions)))


def script_of(*lines, shots=None, path=Path("scene.yaml"), **film):
    """A script of one shot (or of `shots`) whose lines are numbered in order."""
    groups = shots or [Shot(index=0, name="shot", lines=lines)]
    number, out = 0, []
    for shot in groups:
        renumbered = tuple(replace(line, index=number + i) for i, line in enumerate(shot.lines))
        number += len(renumbered)
        out.append(replace(shot, lines=renumbered))
    cast = {name: CastMember(name=name, portrait=f"sample/{name}") for name in ("ada", "bob", "cyd")}
    return Script(
        path=path, title="Test", film=Film(size_px=(64, 64), fps=film.pop("fps", Fraction(25)), **film), cast=cast, shots=tuple(out)
    )


@pytest.fixture
def make():
    """The builders of this file, for tests."""

    class Make:
        said = staticmethod(said)
        key = staticmethod(key)
        script = staticmethod(script_of)
        filmed = staticmethod(filmed)

    return Make
