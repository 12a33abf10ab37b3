"""Whether what is written can be read, on any ground and with few colours."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color, ColorSystem
from rich.color_triplet import ColorTriplet
from rich.style import Style
from rich.text import Text

from emostage.apps.tui import colours
from emostage.apps.tui.colours import DIM, EMOTION_COLOURS, PICKED, PLAYHEAD, STRONG, WRONG, of_emotion
from emostage.apps.tui.legible import SHAPE, STANDARD, TEXT, contrast, dressed, legible, raised, seen

GROUNDS = {
    "textual-dark": ("#e0e0e0", "#121212"), "panel": ("#e0e0e0", "#242f38"), "nord": ("#d8dee9", "#2e3440"),
    "textual-light": ("#1f1f1f", "#e0e0e0"), "light panel": ("#1f1f1f", "#d0d0d0"), "solarized-light": ("#586e75", "#fdf6e3"),
    "catppuccin-latte": ("#4c4f69", "#eff1f5"),
}  # fmt: skip
STYLES = {name: style for name, style in vars(colours).items() if isinstance(style, Style)}
TEXTS = {**STYLES, **{name: of_emotion(name) for name in EMOTION_COLOURS}}
triplets = st.builds(ColorTriplet, *[st.integers(0, 255)] * 3)


def ground(name: str) -> Style:
    front, behind = GROUNDS[name]
    return Style(color=front, bgcolor=behind)


def of(style: Style) -> float:
    """The contrast in a style that has both colours."""
    assert style.color is not None and style.bgcolor is not None and not style.dim
    return contrast(style.color.get_truecolor(), style.bgcolor.get_truecolor())


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast(ColorTriplet(0, 0, 0), ColorTriplet(255, 255, 255)) == pytest.approx(21.0)
    assert contrast(ColorTriplet(119, 119, 119), ColorTriplet(255, 255, 255)) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", GROUNDS)
@pytest.mark.parametrize("over", [Style(), PLAYHEAD, PICKED, STRONG], ids=["plain", "playhead", "picked", "strong"])
def test_every_text_can_be_read(name: str, over: Style) -> None:
    for which, style in TEXTS.items():
        assert of(seen(style + over, ground(name))) >= TEXT, which


@pytest.mark.parametrize("name", GROUNDS)
def test_dim_bars_are_seen_and_weaker_than_bright_ones(name: str) -> None:
    for emotion in EMOTION_COLOURS:
        dim, bright = (of(seen(of_emotion(emotion, dim=dim), ground(name))) for dim in (True, False))
        assert SHAPE <= dim < bright


@pytest.mark.parametrize("name", GROUNDS)
def test_emotions_differ_on_every_ground(name: str) -> None:
    found = [legible(of_emotion(emotion), ground(name)).color for emotion in EMOTION_COLOURS]
    for one, other in combinations(found, 2):
        assert one and other
        assert sum((a - b) ** 2 for a, b in zip(one.get_truecolor(), other.get_truecolor(), strict=True)) > 40**2


@given(triplets, triplets, st.floats(1.0, 4.5))
def test_any_colour_is_raised_until_it_is_enough_and_no_further_than_needed(
    front: ColorTriplet, behind: ColorTriplet, least: float
) -> None:
    out = raised(front, behind, least)
    assert contrast(out, behind) >= least
    if contrast(front, behind) >= least:
        assert out == front


@pytest.mark.parametrize("name", ["textual-dark", "textual-light"])
def test_sixteen_colours_are_another_for_every_emotion(name: str) -> None:
    styles = {emotion: legible(of_emotion(emotion), ground(name), few=True) for emotion in EMOTION_COLOURS}
    numbers = {emotion: _number(style.color) for emotion, style in styles.items()}
    assert len(set(numbers.values())) == len(EMOTION_COLOURS), numbers
    assert _number(legible(WRONG, ground(name), few=True).bgcolor) == 1


@pytest.mark.parametrize("name", ["textual-dark", "textual-light"])
def test_sixteen_colours_are_no_blends_and_never_that_of_the_ground(name: str) -> None:
    behind = _number(Color.parse(GROUNDS[name][1]))
    for style in (*TEXTS.values(), *(of_emotion(emotion, dim=True) for emotion in EMOTION_COLOURS)):
        out = legible(style, ground(name), few=True)
        assert not out.dim and (out.color is None or out.color.get_truecolor() in [STANDARD[n] for n in range(16)])
        assert out.color is None or out.bgcolor or _number(out.color) != behind


def test_with_sixteen_colours_the_playhead_is_the_other_way_round() -> None:
    assert legible(of_emotion("sad") + PLAYHEAD, ground("textual-dark"), few=True).reverse
    assert legible(DIM, ground("textual-dark"), few=True).color


def test_two_hundred_and_fifty_six_colours_tell_emotions_apart() -> None:
    for name in GROUNDS:
        found = {legible(of_emotion(e), ground(name)).color.downgrade(ColorSystem.EIGHT_BIT).number for e in EMOTION_COLOURS}  # type: ignore[union-attr]
        assert len(found) == len(EMOTION_COLOURS)


def test_all_styles_of_a_text_are_made_legible_and_its_words_stay() -> None:
    text = Text("pale ", style=of_emotion("happy")).append("words", "dim")
    out = dressed(text, ground("textual-light"))
    assert out.plain == text.plain and out.style != text.style
    assert not any(span.style.dim for span in out.spans if isinstance(span.style, Style))


def _number(colour: Color | None) -> int | None:
    assert colour is not None
    return colour.downgrade(ColorSystem.STANDARD).number
