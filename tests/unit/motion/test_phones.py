"""Phone symbols of many languages to articulatory segments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.motion.phones import SILENCE, segments
from emostage.motion.targets import target

INVENTORIES = {  # as eSpeak NG 1.52 writes them
    "en": "ð ə k w ˈɪ b ɹ ˈaʊ n f ˈɑː s dʒ ˈʌ d ɐ v ˈɛ ɪ ŋ θ m aɪ p ˈɜː əl ˈiː ˈoʊ ˈɔɪ h ʒ ɚ tʃ ˈɛɹ ˌɪɹ t ˈʊɹ ˈaɪɚ ᵻ ɾ n̩ l̩ ʔ",
    "de": "ts v ˈœ l f b ˈɔ k s ɛ m p ɜ j ˈɑː ɡ ə n ˈɪ t oː ɾ ˈeː ˌyː d ˈʏ ˈaɪ ç x ɪ ʃ ˈøː pf ʊ ɔø ˈaʊ",
    "fr": "p ɔ ʁ t ˈe s ə- v j ˈø w ˈɪ k i o ʒ ˈy b l ˈɔ̃ f m œ̃ ˈɛ̃ ˈɑ̃ y n ˈœ ɥ ɲ a ɡ z",
    "es": "e l β ˈo θ m u ɾ j ˈe a ɣ o i n d ˈu k f ð ʎ w ɲ t s p r x tʃ b",
    "zh": "n i χ ˈɑu w ˈo m ə tɕ th ˈiɛ tɕh ˈy p ˈei ŋ kh t iɛ j ʐ ts.h ˈi. ts i̪ s. s ɕ tsh ph f l ɚ",
    "pl": "z ˈa ʒ u w dʑ ɡ ˈɛ ɲ ɕ l ɔ̃ j ʑ ʃ tʃ tɕ x ɨ",
    "ru": "s j ˈe ʃ ɪ ɕ ˈɵ ˈɛ tʲ i x mʲ ˈɑ k ʲ f r ts ɭ ʌ y tʃʲ ju ɨ",
    "ja": "k ˌo̞ n i tɕ h ä ɸ ɯᵝ dʑ s ɴ ɽ ŋ ɡ",
    "ar": "m r ħ b ˈa k j f a l i q dˤ w ʔ ʕ ɣ tˤ sˤ θ",
    "hi": "n ə m ˈʌ s t eː ˌaː p k ˈɛː h ɛ̃ ʈʰ ɡʰ ɾ ɖ bʰ",
    "sv": "sx ˈɵ t uː n ˈɛː l a r ɕ ˈøː ɖ ʉː",
    "vi": "s ˈi n tʃ ˈaː w k c b ɓ ɗ ɤ ɯ",
    "pt": "n ˌɐ̃ʊ̃ ɐ p ˈɐ̃ m ˈɐ̃ j k ˌu ɾ s ʎ ɲ",
    "zu": "ǀ ǃ ǁ ɬ ɮ kʼ",
    "ar-script": "ب س",
}
VOWEL_LETTERS = set("aäeiouyæøœɑɐɒɔəɚɛɜɞɤɪɨɯɵʉʊʌʏᵻ")


@pytest.mark.parametrize("language", INVENTORIES)
def test_every_sound_of_a_language_is_articulated(language: str) -> None:
    for symbol in INVENTORIES[language].split():
        found = segments(symbol)
        if symbol in {"ʲ"}:
            continue
        assert found, symbol
        assert SILENCE not in found, symbol
        assert sum(part.share for part in found) == pytest.approx(1)
        letter = symbol.strip("ˈˌ")[0]
        assert found[0].vowel == (letter in VOWEL_LETTERS or language == "ar-script"), symbol


ARPA = "AA AE AH AO AW AX AY B CH D DH DX EH EL EM EN ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH"


@pytest.mark.parametrize("symbol", ARPA.split())
def test_arpabet_in_both_cases(symbol: str) -> None:
    assert segments(symbol)
    assert SILENCE not in segments(symbol)
    assert segments(symbol + "1")[0].vowel == segments(symbol)[0].vowel


def test_arpa_and_ipa_agree_and_are_not_confused() -> None:
    pairs = (("IY0", "i"), ("AA0", "ɑ"), ("SH", "ʃ"), ("TH", "θ"), ("Y", "j"), ("P", "p"), ("OW0", "oʊ"))
    for arpa, ipa in pairs:
        assert segments(arpa) == segments(ipa)
    assert segments("y")[0].rounding == 1  # the IPA vowel, not ARPA's y
    assert segments("th")[0].place == "alveolar"  # aspirated t, not ARPA's th


@pytest.mark.parametrize("symbol", ["", "_", "_:", "pau", "SIL", "sp", "  "])
def test_pauses_are_silence(symbol: str) -> None:
    assert segments(symbol) == (SILENCE,)


@pytest.mark.parametrize("symbol", ["(en)", "(fr)", "5", "ˈ", "ː", "˥˩"])
def test_marks_without_sound_take_no_time(symbol: str) -> None:
    assert segments(symbol) == ()


def test_stress_belongs_to_vowels() -> None:
    assert segments("ˈaɪ")[0].stressed
    assert segments("AH1")[0].stressed
    assert not segments("a")[0].stressed
    assert not segments("ˌa")[0].stressed


def test_affricates_have_the_lips_of_their_fricative_and_labial_ones_both_contacts() -> None:
    assert [s.place for s in segments("tʃ")] == ["postalveolar"]
    assert [s.place for s in segments("ts.h")] == ["retroflex"]
    assert [s.place for s in segments("pf")] == ["bilabial", "labiodental"]


def test_diacritics_change_the_shape() -> None:
    assert segments("kʷ")[0].rounding > 0.5
    assert target(segments("kʷ")[0])[1] > target(segments("k")[0])[1]
    assert segments("o̞")[0].openness > segments("o")[0].openness
    assert segments("ɔ̃") == segments("ɔ")
    assert segments("ç")[0].place == "palatal"
    assert segments("ä")[0].vowel


@given(st.text(min_size=1, max_size=6))
def test_any_text_is_read(symbol: str) -> None:
    for part in segments(symbol):
        row = target(part)
        assert row.shape == (9,)
        assert row.min() >= 0.0
        assert row[:7].max() <= 1.0
        assert row[7:].min() > 0.0


@given(st.text(alphabet=st.characters(categories=["Ll", "Lo"]), min_size=1, max_size=4))
def test_letters_are_never_silence(symbol: str) -> None:
    if symbol not in {"pau", "sil", "sp", "spn"}:
        assert SILENCE not in segments(symbol)
        assert segments(symbol)


def test_vowel_targets_follow_the_chart() -> None:
    jaw, pucker, wide = ({v: target(segments(v)[0])[c] for v in "iɪeɛæɑuoɔy"} for c in (0, 1, 3))
    assert jaw["i"] < jaw["e"] < jaw["ɛ"] < jaw["æ"]
    assert jaw["u"] < jaw["o"] < jaw["ɔ"]
    assert pucker["u"] > pucker["o"] > pucker["ɔ"] > pucker["ɑ"] == 0
    assert wide["i"] > wide["ɛ"] > wide["ɑ"]
    assert pucker["y"] > 0.5
    assert wide["y"] == 0
