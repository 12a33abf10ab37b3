"""What makes one text of another."""

from hypothesis import given
from hypothesis import strategies as st

from emostage.editing.composed import difference

texts = st.text("ab\n", max_size=12)


@given(texts, texts)
def test_the_difference_makes_one_text_of_the_other_and_is_as_short_as_can_be(old, new):
    spans = difference(old, new)
    assert bool(spans) == (old != new)
    for span in spans:
        assert old[: span.start] + span.new + old[span.end :] == new
        assert old[span.start : span.start + 1] != span.new[:1] or not span.new or span.start == span.end
        assert old[span.start : span.end][-1:] != span.new[-1:] or not span.new or span.start == span.end
