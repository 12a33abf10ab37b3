from __future__ import annotations

import numpy as np
import pytest

from emostage.core.errors import AssetError, EmostageError
from emostage.core.tracks import SpeechTake
from emostage.speech.call import call
from emostage.speech.espeak import request_of
from emostage.speech.features import extract
from emostage.speech.levels import audible, loudness_lufs
from emostage.speech.phrases import Phrase, phrases_of
from emostage.speech.synthesis import SpeechRequest, speak
from emostage.speech.voices import find

VOICE = "espeak/en-us+f3"
TEXT = "I can't believe you did that!"
WORDS = ("I", "can't", "believe", "you", "did", "that")


def line(text: str, words: tuple[str, ...] | None = None, voice: str = VOICE, **settings: object) -> SpeechTake:
    words = tuple(text.split()) if words is None else words
    return speak(SpeechRequest(phrases=phrases_of(text, words, **settings), voice=voice))  # type: ignore[arg-type]


def feeling(**parts: float) -> tuple[float, ...]:
    names = ("neutral", "happy", "sad", "angry", "afraid", "disgusted", "surprised", "contempt")
    row = [parts.get(name, 0.0) for name in names]
    row[0] = 1 - sum(row[1:])
    return tuple(row)


def check(take: SpeechTake, words: tuple[str, ...]) -> None:
    assert [span.text for span in take.words] == list(words)
    for spans in (take.words, take.phones):
        at = 0.0
        for span in spans:
            assert at - 1e-9 <= span.start_s <= span.end_s <= take.audio.duration_s + 1e-9
            at = span.start_s


def test_word_times_agree_with_espeaks_own_events() -> None:
    phrase = phrases_of(TEXT, WORDS)[0]
    (own,) = call(request_of(find(VOICE), [phrase]), limit_s=20)
    starts = [event.sample / own.rate_hz for event in own.events if event.kind == "word"]
    take = line(TEXT, WORDS)
    shift = starts[0] - take.words[0].start_s
    assert len(starts) == len(WORDS)
    for span, start in zip(take.words, starts, strict=True):
        assert abs(span.start_s + shift - start) < 0.040
    first, _ = audible(own.samples_S, own.rate_hz)
    assert abs(starts[0] - first / own.rate_hz) < 0.040


def test_words_of_a_line_of_several_phrases_keep_their_distances() -> None:
    text = "Well, I never. Did you?"
    words = ("Well", "I", "never", "Did", "you")
    phrases = phrases_of(text, words)
    take = line(text, words)
    alone = [speak(SpeechRequest(phrases=(Phrase(text=p.text, words=p.words),), voice=VOICE)) for p in phrases]
    at = 0.0
    index = 0
    for phrase, own in zip(phrases, alone, strict=True):
        at += phrase.pause_before_s
        for span in own.words:
            assert take.words[index].start_s == pytest.approx(at + span.start_s, abs=0.03)
            index += 1
        at += own.audio.duration_s


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("“Well,” said 'he' — don't!", ("Well", "said", "he", "don't")),
        ("In 2026 it cost $3.50, or 50% 😀 of that.", ("In", "2026", "it", "cost", "$3.50", "or", "50%", "😀", "of", "that")),
        ("Lift-off at 10:30, Mr. O'Neil…", ("Lift-off", "at", "10:30", "Mr.", "O'Neil")),
        ("😀 Hello 🎉🎉 world! 😀", ("😀", "Hello", "🎉🎉", "world", "😀")),
        ("the best of the rest in the end", ("the", "best", "of", "the", "rest", "in", "the", "end")),
        ("ALL CAPS and MixedCase", ("all", "caps", "and", "mixedcase")),
        ("[[x]] <b>bold</b> & co", ("x", "bold", "co")),
    ],
)
def test_every_token_has_a_span(text: str, words: tuple[str, ...]) -> None:
    take = line(text, words)
    check(take, words)
    spoken = [span for span in take.words if any(char.isalnum() for char in span.text)]
    assert all(span.end_s > span.start_s for span in spoken)


def test_the_take_begins_and_ends_with_speech() -> None:
    for text in ("Peter can.", "Apples!", "Stop it, now."):
        take = line(text)
        first, last = audible(take.audio.samples_S, take.audio.rate_hz, below_peak_db=40)
        assert first / take.audio.rate_hz <= 0.030
        assert take.audio.duration_s - last / take.audio.rate_hz <= 0.060
        assert take.phones[0].start_s <= 0.030


def test_pauses_are_exact_silence() -> None:
    words = ("one", "two")
    plain, paused = line("one two", words, pauses=((1, 0.0),)), line("one two", words, pauses=((1, 1.25),))
    rate_hz = plain.audio.rate_hz
    assert len(paused.audio.samples_S) - len(plain.audio.samples_S) == round(1.25 * rate_hz)
    silence = next(phone for phone in paused.phones if not phone.text and phone.end_s - phone.start_s >= 1.25)
    middle = round((silence.start_s + silence.end_s) / 2 * rate_hz)
    assert not paused.audio.samples_S[middle - rate_hz // 2 : middle + rate_hz // 2].any()
    assert line("one", ("one",), pauses=((1, 2.0),)).audio.duration_s > 2.2
    assert line("one", ("one",), pauses=((0, 2.0),)).words[0].start_s == pytest.approx(2.0, abs=0.03)


def test_lines_are_equally_loud_and_volume_is_on_top() -> None:
    texts = ("Yes.", "No!", "A rather longer line, with a clause, and with another one.", "Is that so?", "Hm.")
    for voice in (VOICE, "espeak/en-gb", "espeak/de+m3"):
        for text in texts:
            take = line(text, voice=voice)
            assert loudness_lufs(take.audio.samples_S, take.audio.rate_hz) == pytest.approx(-20, abs=0.8)
            assert np.abs(take.audio.samples_S).max() <= 0.9
    louder = line(TEXT, WORDS, volume_db=4.0)
    assert loudness_lufs(louder.audio.samples_S, louder.audio.rate_hz) == pytest.approx(-16, abs=0.8)


def test_emotions_are_heard() -> None:
    heard = {}
    for name in ("neutral", "happy", "sad", "angry", "afraid"):
        take = line(TEXT, WORDS, weights_per_word_8=[feeling(**({} if name == "neutral" else {name: 1.0}))] * 6)
        pitch_F = extract(take.audio).pitch_F
        octaves = np.log2(pitch_F[pitch_F > 0])
        heard[name] = (np.median(octaves) * 12, octaves.std() * 12, take.audio.duration_s)
    pitch, spread, length = ({k: v[i] for k, v in heard.items()} for i in range(3))
    assert pitch["sad"] < pitch["neutral"] < pitch["happy"] < pitch["afraid"]
    assert spread["sad"] < 0.7 * spread["neutral"] < spread["neutral"] < spread["happy"]
    assert length["afraid"] < length["neutral"] < length["sad"]


def test_pitch_in_semitones_is_what_is_asked() -> None:
    def median_st(pitch_st: float) -> float:
        pitch_F = extract(line(TEXT, WORDS, pitch_st=pitch_st).audio).pitch_F
        return float(12 * np.median(np.log2(pitch_F[pitch_F > 0])))

    neutral = median_st(0)
    for asked in (-4.0, -2.0, 2.0, 4.0):
        assert median_st(asked) - neutral == pytest.approx(asked, abs=0.6)


def test_the_same_line_is_the_same_sound() -> None:
    assert line(TEXT, WORDS).audio.samples_S.tobytes() == line(TEXT, WORDS).audio.samples_S.tobytes()


def test_languages() -> None:
    for voice, text in (
        ("espeak/fr", "Bonjour à tous"),
        ("espeak/ru", "Привет мир"),
        ("espeak/de+f2", "Grüß Gott"),
        ("espeak/ja", "こんにちは"),
    ):
        take = line(text, voice=voice)
        check(take, tuple(text.split()))
        assert take.audio.duration_s > 0.4


@pytest.mark.parametrize(("text", "code"), [("", "E060"), ("😀", "E060"), ("你好", "E061")])
def test_text_that_cannot_be_spoken(text: str, code: str) -> None:
    with pytest.raises(AssetError, match=code):
        line(text)


def test_a_voice_that_stays_silent_is_told() -> None:
    with pytest.raises(AssetError, match="E060"):
        line("\u0301" * 50 + "e", voice="espeak/fr+m3")


def test_a_line_of_ten_thousand_words_is_refused_with_a_hint() -> None:
    with pytest.raises(EmostageError, match="E066") as caught:
        line("word " * 10_000)
    assert "split" in caught.value.diagnostics[0].hint
