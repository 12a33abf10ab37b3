from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emostage.core.errors import AssetError
from emostage.speech import piper
from emostage.speech.phrases import Phrase, phrases_of
from emostage.speech.prosody import PhraseProsody
from emostage.speech.synthesis import SpeechRequest, speak
from emostage.speech.voices import find

TEXT = "Hello there my friend"
WORDS = tuple(TEXT.split())


def take_of(voice: str, **prosody: float):
    return speak(SpeechRequest(phrases=(Phrase(text=TEXT, words=WORDS, prosody=PhraseProsody(**prosody)),), voice=voice))


def test_real_loading_and_synthesis_give_sound_words_and_phones(voices_folder: Path) -> None:
    take = take_of("piper/en_US-hum-low")
    assert take.audio.rate_hz == 16_000
    assert [word.text for word in take.words] == list(WORDS)
    starts = [word.start_s for word in take.words]
    assert starts == sorted(starts)
    assert len(set(starts)) == 4
    assert take.words[-1].end_s <= take.audio.duration_s
    phones = [phone.text for phone in take.phones if phone.text]
    assert "h" in phones
    assert any(phone.startswith("ˈ") and len(phone) > 1 for phone in phones)
    assert not any(phone in {"ˈ", "ː"} for phone in phones)


def test_words_start_where_the_network_says(voices_folder: Path) -> None:
    reading = piper.read(find("piper/en_US-hum-low"), [Phrase(text="a b", words=("a", "b"))])[0]
    quiet = [phone for phone in reading.phones if not phone.text]
    between = next(q for q in quiet if reading.words[0].start_s < q.start_s < reading.words[1].start_s)
    assert reading.words[0].end_s == pytest.approx(between.start_s, abs=1e-3)
    assert reading.words[1].start_s == pytest.approx(between.end_s, abs=1e-3)


def test_alignment_failing_falls_back_to_even_shares(voices_folder: Path) -> None:
    take = take_of("piper/en_US-broken_map-low")
    assert [word.text for word in take.words] == list(WORDS)
    starts = [word.start_s for word in take.words]
    assert starts == sorted(starts)
    assert len(set(starts)) == 4


def test_rate_scales_length(voices_folder: Path) -> None:
    slow, fast = take_of("piper/en_US-hum-low", rate=0.6), take_of("piper/en_US-hum-low", rate=1.5)
    assert slow.audio.duration_s > 1.5 * fast.audio.duration_s


def test_same_request_same_bytes(voices_folder: Path) -> None:
    first, second = take_of("piper/en_US-hum-low"), take_of("piper/en_US-hum-low")
    assert first.audio.samples_S.tobytes() == second.audio.samples_S.tobytes()
    assert first.words == second.words


def test_emotion_chooses_the_speaker_that_feels_it(voices_folder: Path) -> None:
    voice = find("piper/en_US-moods-low")
    chosen = {e: piper.speaker_for(voice, e) for e in ("neutral", "happy", "sad", "angry", "afraid")}
    assert chosen == {"neutral": 0, "happy": 2, "sad": 3, "angry": 1, "afraid": 0}
    assert piper.speaker_for(find("piper/en_US-moods-low#angry"), "happy") == 1
    assert piper.speaker_for(find("piper/en_US-hum-low"), "happy") is None


def test_speakers_sound_different(voices_folder: Path) -> None:
    weights = [(0.0, 0, 0, 1.0, 0, 0, 0, 0)] * len(WORDS)
    calm = speak(SpeechRequest(phrases=phrases_of(TEXT, WORDS), voice="piper/en_US-moods-low"))
    angry = speak(SpeechRequest(phrases=phrases_of(TEXT, WORDS, (), weights), voice="piper/en_US-moods-low"))
    assert np.argmax(np.abs(np.fft.rfft(calm.audio.samples_S, 16384))) < np.argmax(
        np.abs(np.fft.rfft(angry.audio.samples_S, 16384))
    )


def test_a_broken_network_file_is_an_error_of_the_voice(voices_folder: Path, tmp_path: Path) -> None:
    model = tmp_path / "bad.onnx"
    model.write_bytes(b"not a network" * 100)
    Path(f"{model}.json").write_text((voices_folder / "en_US-hum-low.onnx.json").read_text())
    with pytest.raises(AssetError, match="E063"):
        take_of(f"piper/{model}")


def test_raw_phonemes_are_not_read(voices_folder: Path) -> None:
    take = speak(SpeechRequest(phrases=(Phrase(text="say [[hə]] now", words=("say", "now")),), voice="piper/en_US-hum-low"))
    assert len(take.words) == 2


def test_a_voice_that_would_fetch_while_it_speaks_is_refused(voices_folder: Path, tmp_path: Path) -> None:
    model = tmp_path / "zh.onnx"
    model.write_bytes((voices_folder / "en_US-hum-low.onnx").read_bytes())
    config = (voices_folder / "en_US-hum-low.onnx.json").read_text().replace('"phoneme_type": "espeak"', '"phoneme_type": "pinyin"')
    Path(f"{model}.json").write_text(config)
    with pytest.raises(AssetError, match=r"E063.*g2pW"):
        take_of(f"piper/{model}")
