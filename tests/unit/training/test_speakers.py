"""Who speaks."""

from __future__ import annotations

import numpy as np
import pytest

from emostage.core.tracks import AudioClip, Span, SpeechTake
from emostage.motion.phones import segments
from emostage.speech.phrases import phrases_of
from emostage.speech.voices import find
from emostage.training import festival, flite
from emostage.training.sentences import LANGUAGES
from emostage.training.speakers import choose, speakers, synthesisers
from emostage.training.stress import with_stress


@pytest.mark.parametrize("using", [("espeak",), synthesisers()])
def test_no_voice_is_in_both_halves_and_shares_add_up(using) -> None:
    trained, held = (speakers(held_out=h, using=using) for h in (False, True))
    assert not {s.name for s in trained} & {s.name for s in held}
    for half in (trained, held):
        assert sum(s.share for s in half) == pytest.approx(1.0)
        assert {s.language for s in half} == set(LANGUAGES)
        assert all(s.licence for s in half)


def test_every_built_in_voice_exists() -> None:
    for speaker in speakers(held_out=False, using=("espeak",)) + speakers(held_out=True, using=("espeak",)):
        assert find(speaker.name).kind == "espeak"


def test_speakers_are_chosen_by_their_shares() -> None:
    among = speakers(held_out=False, using=("espeak",))
    rng = np.random.default_rng(0)
    english = np.mean([choose(among, rng).language == "en" for _ in range(400)])
    assert 0.4 < english < 0.7


def phones(*texts: str) -> SpeechTake:
    spans = tuple(Span(text=t, start_s=0.1 * n, end_s=0.1 * n + 0.1) for n, t in enumerate(texts))
    return SpeechTake(audio=AudioClip(samples_S=np.zeros(1600 * len(spans), np.float32), rate_hz=16000), phones=spans)


def test_stress_is_taken_over_from_another_reading() -> None:
    take = phones("", "HH", "AX0", "L", "OW0", "", "AE0", "P", "AX0", "L")
    like = phones("h", "ə", "l", "ˈoʊ", "ˈæ", "p", "əl")
    assert [p.text for p in with_stress(take, like).phones] == ["", "HH", "AX0", "L", "OW1", "", "AE1", "P", "AX0", "L"]


@pytest.mark.parametrize(
    ("alphabet", "phone", "stressed", "wanted"),
    [
        ("arpa", "ax", False, "AX0"),
        ("arpa", "iy", True, "IY1"),
        ("arpa", "th", True, "TH"),
        ("catalan", "E1", True, "ˈɛ"),
        ("catalan", "S", False, "ʃ"),
        ("russian", "oo", True, "ˈo"),
        ("russian", "mm", False, "mʲ"),
        ("russian", "sch", False, "ɕ"),
        ("russian", "pau", False, ""),
    ],
)
def test_names_of_segments(alphabet: str, phone: str, stressed: bool, wanted: str) -> None:
    assert festival.symbol(alphabet, phone, stressed=stressed) == wanted
    assert len(segments(wanted)) >= 1


@pytest.mark.skipif(not flite.version(), reason="flite is not installed")
def test_flite_speaks_at_the_asked_rate_with_its_phones_in_time() -> None:
    (quick,), (slow,) = (phrases_of("Papa, mama, papa.".replace(",", ""), ("Papa", "mama", "papa."), rate=r) for r in (1.2, 0.8))
    fast, late = flite.read("slt", quick), flite.read("slt", slow)
    assert len(late.samples_S) > 1.3 * len(fast.samples_S)
    labials = [p for p in late.phones if p.text in ("P", "M")]
    assert len(labials) == 6
    loudness = [np.abs(late.samples_S[int(p.start_s * late.rate_hz) :][:400]).mean() for p in labials if p.text == "P"]
    vowels = [
        np.abs(late.samples_S[int((p.start_s + p.end_s) / 2 * late.rate_hz) :][:400]).mean() for p in late.phones if "0" in p.text
    ]
    assert max(loudness) < np.median(vowels)


@pytest.mark.skipif(not festival.installed(), reason="festival is not installed")
def test_festival_speaks_a_phrase_by_phrase() -> None:
    voice = next(iter(festival.installed().values()))
    text = {"en": "Papa saw mama. Mama left.", "ru": "Папа видит маму. Мама идёт.", "ca": "El papa veu la mare. Bon dia."}[
        voice.language
    ]
    phrases = phrases_of(text, text.split())
    found = festival.read(voice, phrases)
    assert len(found) == len(phrases) == 2
    for reading in found:
        assert any(p.text.endswith("1") or "ˈ" in p.text for p in reading.phones)
        assert reading.phones[-1].end_s <= len(reading.samples_S) / reading.rate_hz + 0.05
