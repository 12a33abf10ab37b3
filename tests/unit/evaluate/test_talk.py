"""A film of a performer is performed again by the same performer from its sound; films that cannot be are refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from scipy.io import wavfile

from emostage.core.emotion import EMOTIONS
from emostage.core.errors import EmostageError
from emostage.core.tracks import FrameStream, SpeechTake
from emostage.evaluate import talk as talking
from emostage.evaluate.soundclip import sound_clip
from emostage.evaluate.talk import ChannelFigures, Talk, channel_figures, means, talk
from emostage.face.head import load_head
from emostage.face.portrait import read_portrait
from emostage.film import ffmpeg
from emostage.film.encode import encode
from emostage.motion.reference import ReferencePerformer
from emostage.portrait.photo import PhotoRenderer
from emostage.speech.phrases import phrases_of
from emostage.speech.synthesis import SpeechRequest, speak
from emostage.studio.stages import real_stages

FPS, REAL = Fraction(25), Path(__file__).resolve().parents[4] / "shared" / "real"
TEXT = "Mama bought a bubble machine, and you do not."


def film_of(frames, path: Path, sound: Path | None = None) -> Path:
    height, width = frames[0].shape[:2]
    stream = FrameStream(fps=FPS, size_px=(width, height), count=len(frames), open=lambda: iter(frames))
    encode(stream, path, quality="high")
    if sound is None:
        return path
    whole = path.with_stem("talk")
    ffmpeg.run(["-i", str(path), "-i", str(sound), "-c:v", "copy", "-c:a", "aac", str(whole)])
    return whole


@pytest.fixture(scope="module")
def filmed(tmp_path_factory) -> tuple[Path, list]:
    """A portrait that says a sentence heard, and its frames."""
    folder, stages = tmp_path_factory.mktemp("filmed"), real_stages()
    audio = speak(SpeechRequest(phrases=phrases_of(TEXT, TEXT.split()), voice="espeak/en-us")).audio
    wavfile.write(folder / "said.wav", audio.rate_hz, audio.samples_S)
    portrait, _ = read_portrait("sample/astronaut", head=load_head())
    features = stages.features(audio)
    performance = sound_clip(SpeechTake(audio=audio), features, stages, portrait=portrait)
    assert performance.speech == SpeechTake(audio=audio)
    motion = ReferencePerformer().perform(performance, seed=1)
    frames = list(PhotoRenderer(portrait, load_head(), size_px=(192, 192), shot="close", quality="draft").render(motion))
    return film_of(frames, folder / "silent.mp4", folder / "said.wav"), frames


@pytest.mark.parametrize("rendered", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_performer_is_like_itself(filmed, rendered):
    film, frames = filmed
    found, mouths = talk(film, real_stages(), ReferencePerformer(), rendered=rendered)
    assert (found.name, found.frames, len(mouths.real)) == ("talk.mp4", len(frames), len(frames))
    opening = found.channels["opening"]
    assert opening.r > 0.75
    assert abs(opening.lag) <= 1
    assert 0.5 < opening.amplitude < 1.5
    assert opening.r > opening.shuffled + 0.3
    assert opening.r > opening.loudness + 0.2
    assert found.channels["width"].r > 0.5


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (lambda frames: frames, "E085.*sound"),
        (lambda frames: frames[:40], "E117.*too short"),
        (lambda frames: [np.full_like(frame, 90) for frame in frames], "E070"),
        (lambda frames: [*frames[:20], *(np.full_like(frame, 90) for frame in frames[20:])], "E117"),
    ],
)
def test_films_that_cannot_be_performed_again_are_refused(filmed, frames, code, tmp_path):
    sound = filmed[0].with_name("said.wav")
    film = film_of(frames(filmed[1]), tmp_path / "film.mp4", None if "E085" in code else sound)
    with pytest.raises(EmostageError, match=code):
        talk(film, real_stages(), ReferencePerformer(), rendered=False)


def test_known_curves_give_known_figures():
    rng = np.random.default_rng(3)
    real = np.convolve(rng.standard_normal(500), np.hanning(9), "same")
    found = channel_figures(0.5 * np.roll(real, 2), real, -np.roll(real, 2), 25.0)
    assert (found.r, found.lag, found.amplitude) == (pytest.approx(1), 2, pytest.approx(0.5))
    assert found.quick_r == pytest.approx(1, abs=0.02)
    assert found.loudness < 0.5
    assert found.shuffled < 0.4


def test_means_leave_out_what_is_not_known():
    one = ChannelFigures(r=0.4, lag=3, r_at_0=0.1, quick_r=0.2, amplitude=1.0, loudness=0.3, shuffled=0.1)
    other = replace(one, r=0.6, lag=-1, r_at_0=float("nan"))
    talks = [
        Talk(name=n, frames=50, seconds=2.0, channels=dict.fromkeys(talking.CHANNELS, c), felt=dict.fromkeys(EMOTIONS, c.r))
        for n, c in (("a", one), ("b", other))
    ]
    both = means(talks)
    assert (both.frames, both.seconds) == (100, 4.0)
    width = both.channels["width"]
    assert (width.r, width.lag, width.r_at_0) == (pytest.approx(0.5), 2.0, pytest.approx(0.1))


def test_the_real_opening_is_the_one_that_others_measured():
    clip = REAL / "clip_talking_real.mp4"
    if not clip.is_file():
        pytest.skip("no real clip at hand")
    known = np.loadtxt(clip.with_suffix("").with_suffix(".aperture.csv"), comments="#")
    found, mouths = talk(clip, real_stages(), ReferencePerformer(), rendered=False)
    assert np.corrcoef(known, mouths.real.opening_T)[0, 1] > 0.99
    assert np.abs(known - mouths.real.opening_T).mean() < 0.005
    assert found.channels["opening"].r > found.channels["opening"].shuffled
