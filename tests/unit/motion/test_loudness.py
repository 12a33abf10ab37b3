"""A mouth from sound alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from emostage.core.tracks import AudioClip, AudioFeatures, Span, SpeechTake
from emostage.motion.articulation import RATE_HZ
from emostage.motion.loudness import GROUPS, OFFSETS, fit, hear, listen, shipped_map
from emostage.motion.targets import JAW, LOWER

REAL = Path(__file__).parents[4] / "shared" / "real"


def features(levels: list[tuple[float, float]]) -> AudioFeatures:
    """Mel frames of (level, seconds): flat spectra, -20 being silence."""
    level_F = np.concatenate([np.full(int(s * 100), v) for v, s in levels])
    tilt_M = np.linspace(1.0, -1.0, 40)
    loud_F = np.where(level_F > -19, -20.0 + level_F, -80.0)
    return AudioFeatures(
        mel_FM=(level_F[:, None] + tilt_M).astype(np.float32),
        loudness_F=loud_F.astype(np.float32),
        pitch_F=np.where(level_F > -19, 120, 0).astype(np.float32),
    )


SYLLABLES = features([(-20.0, 0.3), *[(-2.0, 0.15), (-12.0, 0.1)] * 6, (-20.0, 0.5), *[(-2.0, 0.15), (-12.0, 0.1)] * 4])


def test_the_mouth_moves_with_the_syllables_and_rests_in_pauses() -> None:
    mouth, spoken = listen(SYLLABLES, 0.2, 4.0)
    jaw_N = mouth.channels_NC[:, JAW]
    assert len(jaw_N) == 4 * RATE_HZ + 1
    vowels = [s for s in spoken if s.segment.vowel]
    assert 7 <= len(vowels) <= 14
    assert jaw_N[50:190].max() > 0.15
    assert jaw_N[[0, 5, -1]].max() < 0.01
    assert jaw_N[230:238].max() < 0.02
    assert mouth.busy_N[0] < 0.05
    assert mouth.channels_NC.min() >= 0
    assert mouth.channels_NC.max() <= 1


def test_what_was_heard_is_in_order_and_inside_the_clip() -> None:
    _, spoken = listen(SYLLABLES, 0.2, 4.0)
    assert [s.start_s for s in spoken] == sorted(s.start_s for s in spoken)
    assert spoken[0].segment.place == "silence"
    assert spoken[-1].end_s == pytest.approx(4.0, abs=0.1)


def test_level_of_the_recording_does_not_matter() -> None:
    quiet = AudioFeatures(mel_FM=SYLLABLES.mel_FM - 4, loudness_F=SYLLABLES.loudness_F - 17, pitch_F=SYLLABLES.pitch_F)
    a, b = (listen(f, 0.2, 4.0)[0].channels_NC for f in (SYLLABLES, quiet))
    assert np.abs(a - b).max() < 0.02


def test_silence_and_no_sound_at_all_are_a_closed_mouth() -> None:
    for sound in (features([(-20.0, 1.0)]), features([(-20.0, 0.0)])):
        mouth, spoken = listen(sound, 0.1, 1.5)
        assert mouth.channels_NC[:, [JAW, LOWER]].max() < 0.03
        assert all(s.segment.place == "silence" for s in spoken)


def test_the_map_is_what_the_code_expects() -> None:
    assert shipped_map().shape == (GROUPS * len(OFFSETS) + 1, 4)
    assert np.isfinite(shipped_map()).all()
    assert hear(SYLLABLES).shape == (len(SYLLABLES.mel_FM), 51)


def test_fitting_finds_an_opening_that_can_be_heard() -> None:
    rng = np.random.default_rng(0)
    phones, mel, at_s = [], [], 0.0
    for n in range(60):
        text = "ɑ" if n % 2 else "s"
        length = float(rng.uniform(0.1, 0.25))
        phones.append(Span(text=text, start_s=at_s, end_s=at_s + length))
        at_s += length
    count = int(at_s * 100)
    centres_F = (np.arange(count) + 0.5) / 100
    vowel_F = np.array([any(p.start_s <= t < p.end_s and p.text == "ɑ" for p in phones) for t in centres_F])
    mel = np.where(vowel_F[:, None], np.linspace(0, -8, 40), np.linspace(-8, 0, 40)) + rng.normal(0, 0.3, (count, 40))
    heard = AudioFeatures(
        mel_FM=mel.astype(np.float32),
        loudness_F=np.full(count, -20, np.float32),
        pitch_F=np.where(vowel_F, 120, 0).astype(np.float32),
    )
    take = SpeechTake(audio=AudioClip(samples_S=np.zeros(int(at_s * 16000), np.float32), rate_hz=16000), phones=tuple(phones))
    jaw_F = (hear(heard) @ fit([(take, heard)]))[:, 0]
    assert jaw_F[vowel_F].mean() > jaw_F[~vowel_F].mean() + 0.15


@pytest.mark.skipif(not REAL.is_dir(), reason="real recordings are not here")
@pytest.mark.parametrize("name", ["speech_english_stereo_16k.wav", "speech_french.wav", "speech_chinese.wav"])
def test_real_speech_opens_and_closes_the_mouth_as_often_as_people_do(name: str) -> None:
    extract = pytest.importorskip("emostage.speech.features").extract
    samples_SC, rate_hz = soundfile.read(REAL / name, dtype="float32", always_2d=True)
    clip = AudioClip(samples_S=samples_SC[: 8 * rate_hz].mean(1), rate_hz=rate_hz)
    mouth, spoken = listen(extract(clip), 0.0, clip.duration_s)
    voiced_s = clip.duration_s - sum(s.length_s for s in spoken if s.segment.place == "silence")
    assert 1.8 < sum(s.segment.vowel for s in spoken) / voiced_s < 7.0
    assert 0.05 < mouth.channels_NC[:, JAW].mean() < 0.3
