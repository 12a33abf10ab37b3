import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.core.emotion import ALIASES, EMOTION_INDEX, EMOTIONS, EVERYDAY, VOCABULARY, mix


@given(st.dictionaries(st.sampled_from(VOCABULARY), st.floats(0, 0.24), max_size=4))
def test_a_mix_is_a_distribution_with_neutral_as_the_rest(words):
    weights_8 = mix(words)
    assert weights_8.min() >= 0
    assert weights_8.sum() == pytest.approx(1, abs=1e-6)


@given(st.sampled_from([w for w in VOCABULARY if w != "neutral"]), st.floats(0, 1))
def test_intensity_is_a_scale(word, intensity):
    np.testing.assert_allclose(mix({word: intensity})[1:], mix({word: 1.0})[1:] * intensity, atol=1e-6)


def test_aliases_and_everyday_words_lead_to_core_emotions():
    assert set(ALIASES.values()) <= set(EMOTIONS)
    assert {name for parts in EVERYDAY.values() for name in parts} <= set(EMOTIONS)
    assert mix({"joy": 0.5})[EMOTION_INDEX["happy"]] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("words", "error"), [({"glee": 0.5}, KeyError), ({"sad": 1.1}, ValueError), ({"sad": 0.6, "angry": 0.6}, ValueError)]
)
def test_wrong_mixes_are_refused_not_rescaled(words, error):
    with pytest.raises(error):
        mix(words)
