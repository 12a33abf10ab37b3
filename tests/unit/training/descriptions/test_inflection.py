"""English word forms."""

import pytest

from emostage.training.descriptions.inflection import adverb, article, compared, does, doing


@pytest.mark.parametrize(
    ("formed", "expected"),
    [
        (adverb("happy"), "happily"),
        (adverb("terrible"), "terribly"),
        (adverb("frantic"), "frantically"),
        (adverb("worried"), ""),
        (compared("sad", "er"), "sadder"),
        (compared("grumpy", "est"), "grumpiest"),
        (compared("furious", "er"), "more furious"),
        (doing("roll {p} eyes"), "rolling {p} eyes"),
        (doing("see red"), "seeing red"),
        (doing("grin widely"), "grinning widely"),
        (doing("sniff"), "sniffing"),
        (does("cry"), "cries"),
        (does("flinch at it"), "flinches at it"),
        (does("have a fit"), "has a fit"),
        (article("angry man"), "an"),
        (article("sad man"), "a"),
    ],
)
def test_forms(formed, expected):
    assert formed == expected
