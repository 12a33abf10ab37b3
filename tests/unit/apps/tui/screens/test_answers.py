"""What the editor's questions answer, by keyboard and mouse, in a terminal of 80 by 24."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App
from textual.geometry import Region
from textual.widgets import Input, OptionList, Static

from emostage.apps.tui.jump import JumpScreen
from emostage.apps.tui.screens.ask import AskScreen
from emostage.apps.tui.screens.choice import ChoiceScreen
from emostage.apps.tui.screens.cuelist import unfinished
from emostage.apps.tui.screens.easing import EasingScreen
from emostage.apps.tui.screens.emotion import EmotionScreen, Mixer, with_weight
from emostage.apps.tui.screens.entry import EntryScreen
from emostage.apps.tui.screens.find import FindScreen
from emostage.apps.tui.screens.fuzzy import ranked
from emostage.apps.tui.screens.help import HelpScreen, table
from emostage.apps.tui.screens.menu import Entry, MenuScreen
from emostage.apps.tui.screens.text import TextScreen
from emostage.scene.times import parse_amount

NEUTRAL = (1.0, *[0.0] * 7)
OPEN = "open"


def asked(screen, *keys, look=None):
    """The answer after keys; OPEN while there is none. `look` is awaited with the pilot before the answer is read."""

    async def go():
        app, got = App(), []
        async with app.run_test(size=(80, 24)) as pilot:
            app.push_screen(screen, got.append)
            await pilot.pause()
            box = screen.query("#box")
            assert not box or app.screen.region.contains_region(box.first().region)
            for key in keys:
                await pilot.press(key)
            await pilot.pause()
            if look:
                await look(pilot)
                await pilot.pause()
        return got[0] if got else OPEN

    return asyncio.run(go())


QUESTIONS = [
    lambda: EmotionScreen(NEUTRAL),
    lambda: EasingScreen("in-out"),
    lambda: ChoiceScreen("voice", [(f"espeak/{number}", "a voice") for number in range(60)]),
    lambda: TextScreen("line 1", "We did it!"),
    lambda: AskScreen("quit", "Save?", [("s", "save", "Save"), ("d", "discard", "Discard")], "-a\n+b\n" * 300),
    lambda: HelpScreen({}),
    lambda: MenuScreen("shot", [Entry(letter=letter, value=letter, label="does something") for letter in "abcdefghijklmnop"]),
    lambda: EntryScreen("length", "1s", about="How long.", check=parse_amount),
    lambda: FindScreen(lambda query: ()),
]


def on_screen(pilot):
    """What is to be read on the screen."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_typed_and_how_to_leave_can_be_read(question):
    async def look(pilot):
        for number, field in enumerate(pilot.app.screen.query(Input)):
            field.focus()
            field.value = f"0.{number}5" if field.type == "number" else f"seen{number}"
            await pilot.pause()
            assert field.value in on_screen(pilot)
        hint = pilot.app.screen.query_one("#hint")
        assert hint.region.height and pilot.app.screen.query_one("#box").content_region.contains_region(hint.region)

    question = question()
    asked(question, *(["v"] if isinstance(question, AskScreen) else []), look=look)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_fits_and_is_left_by_escape(question):
    assert asked(question(), "escape") is None


# --- mixes


@given(st.lists(st.tuples(st.integers(0, 6), st.floats(-1, 2)), max_size=12))
def test_a_mix_never_adds_up_to_more_than_one(changes):
    mix = (0.0,) * 7
    for number, value in changes:
        mix = with_weight(mix, number, value)
        assert mix[number] == pytest.approx(min(max(value, 0), 1), abs=6e-4)
        assert min(mix) >= 0 and sum(mix) <= 1 + 1e-9


def test_others_stay_while_there_is_room_and_give_way_alike():
    assert with_weight((0.3, 0.2, 0, 0, 0, 0, 0), 2, 0.5) == (0.3, 0.2, 0.5, 0, 0, 0, 0)
    assert with_weight((0.6, 0.4, 0, 0, 0, 0, 0), 2, 0.5) == (0.3, 0.2, 0.5, 0, 0, 0, 0)


def test_arrows_and_digits_mix():
    choice = asked(EmotionScreen(NEUTRAL), "down", "4", "right", "down", "3", "enter")
    assert choice.weights_8 == pytest.approx((0.25, 0, 0.45, 0.3, 0, 0, 0, 0))
    assert choice.prompt is None


def test_a_bar_is_set_by_the_mouse():
    async def click(pilot):
        await pilot.click(Mixer, offset=(39, 2))
        await pilot.press("enter")

    assert asked(EmotionScreen(NEUTRAL), look=click).weights_8[3] == pytest.approx(0.5)


def test_words_of_ones_own_and_what_takes_them_back():
    choice = asked(EmotionScreen(NEUTRAL), "tab", *"sad", "tab", "backspace", *"0.5", "enter")
    assert (choice.prompt, choice.strength) == ("sad", 0.5)
    choice = asked(EmotionScreen(NEUTRAL, "sad", 0.5), "shift+tab", "5", "enter")
    assert (choice.prompt, choice.weights_8[1]) == (None, 0.5)


# --- easings


def test_easings():
    assert asked(EasingScreen("in-out"), "up", "enter") == "out"
    assert asked(EasingScreen("in-out"), "tab", *"cubic-bezier(0.3,0,0.2,1)", "enter") == "cubic-bezier(0.3,0,0.2,1)"
    assert asked(EasingScreen("in-out"), "tab", *"bouncy", "enter") == OPEN


# --- choices


def test_choosing_by_some_letters():
    options = [("espeak/en-us", "American"), ("piper/amy", "warm"), ("espeak/de", "German")]
    assert ranked("ger", options, " ".join)[0] == options[2]
    assert [value for value, _ in ranked("es de", options, " ".join)] == ["espeak/de"]
    assert asked(ChoiceScreen("voice", options, "piper/amy"), "enter") == "piper/amy"
    assert asked(ChoiceScreen("voice", options), *"esp", "down", "enter") == "espeak/en-us"
    assert asked(ChoiceScreen("voice", options), *"xyz", "enter") == OPEN


def test_what_is_like_an_option_can_be_written_freely():
    options = [("espeak/en-us", "American")]
    assert asked(ChoiceScreen("voice", options, free=True), *"espeak/en", "enter") == "espeak/en-us"
    assert asked(ChoiceScreen("voice", options, free=True), *"espeak/en", "down", "enter") == "espeak/en"
    assert asked(ChoiceScreen("voice", options, free=True), *"xyz", "enter") == "xyz"


# --- texts


@pytest.mark.parametrize("text", ["We did it!", "  one\ntwo\n", ""])
def test_a_text_that_stays_is_no_answer(text):
    assert asked(TextScreen("line", text), "enter") is None


@pytest.mark.parametrize(
    ("text", "keys", "answer"),
    [
        ("", [*"[hap", "tab", *"We", "enter"], "[happy 0.7] We"),
        ("", [*"[hap", "enter", *"We", "ctrl+s"], "[happy 0.7] We"),
        ("", [*"[look", "space", *"bo", "tab", "enter"], "[look Bob]"),
        ("[] hello", ["home", "right", *"ha", "tab", "enter"], "[happy 0.7] hello"),
        ("[sad 0.2] hello", ["home", "right", *"ha", "tab", "enter"], "[happy 0.7] hello"),
        ("hello [nod] you", ["home", *"[ha", "tab", "enter"], "[happy 0.7] hello [nod] you"),
        ("", [*"[[ha", "enter"], "[[ha"),
        ("", [*"\\[ha", "enter"], "\\[ha"),
        ("", [*"[n", "escape", *"]", "enter"], "[n]"),
    ],
)
def test_cues_are_completed(text, keys, answer):
    assert asked(TextScreen("line", text, ["Bob"]), *keys) == answer


def test_what_is_being_written():
    assert unfinished("a [ha", 5) == (3, "ha")
    assert unfinished("a [nod] b", 9) is None


def test_problems_of_a_text_are_told_at_once():
    async def look(pilot):
        problem = pilot.app.screen.query_one("#problems", Static)
        assert "E053" in str(problem.content)

    assert asked(TextScreen("line", ""), *"[zzzz]", look=look) == OPEN


# --- questions


def test_a_question_is_answered_by_letter_and_by_button():
    answers = [("s", "save", "Save"), ("d", "discard", "Discard")]
    assert asked(AskScreen("quit", "?", answers), "d") == "discard"
    assert asked(AskScreen("quit", "?", answers), "right", "enter") == "discard"


def test_a_difference_is_shown_and_scrolled():
    async def look(pilot):
        shown = pilot.app.screen.query_one("#difference")
        assert shown.display and shown.scroll_offset.y == 11
        assert pilot.app.screen.region.contains_region(pilot.app.screen.query_one("#box").region)

    question = AskScreen("recover", "?", [("r", "recover", "Recover")], "-a\n+b\n" * 300)
    assert asked(question, "v", "down", "pagedown", look=look) == OPEN


# --- help, finding, jumping


def test_help_shows_the_keys_as_they_are_now():
    keys = table({"file.save": ("f9",)}, "save the scene").plain
    assert "f9" in keys and "ctrl+s" not in keys
    assert table({}, first=["timeline"]).plain.startswith("Moving along the film")


def test_finding_goes_to_what_is_chosen():
    lines = [(1, "0:01", "we did it"), (2, "0:02", "did you")]

    async def look(pilot):
        pilot.app.screen.query_one(Input).value = "did"
        await pilot.pause()
        assert pilot.app.screen.query_one(OptionList).option_count == 2
        await pilot.press("down", "enter")

    assert asked(FindScreen(lambda query: [line for line in lines if query in line[2]]), look=look) == 2


def test_jumping_by_letter_and_mouse():
    targets = [("film", "film", Region(0, 0, 80, 20)), ("help", "help", Region(10, 5, 20, 3))]
    assert asked(JumpScreen(targets), "s") == "help"
    assert asked(JumpScreen(targets), "z") is None

    async def click(pilot):
        await pilot.click(offset=(20, 6))

    assert asked(JumpScreen(targets), look=click) == "help"


MENU = [Entry(letter="a", value="one", label="One"), Entry(letter="b", value="two", label="Two", detail="T")]


@pytest.mark.parametrize(("keys", "answer"), [("b", "two"), ("down enter", "two"), ("enter", "one"), ("z", OPEN), ("escape", None)])
def test_a_menu_answers_to_letters_and_arrows(keys, answer):
    assert asked(MenuScreen("shot", MENU), *keys.split()) == answer


def test_what_is_wrong_is_said_and_not_taken_until_it_is_right():
    async def look(pilot):
        said.append(str(pilot.app.screen.query_one("#problem", Static).content))

    said = []
    assert asked(EntryScreen("length", check=parse_amount), *"1q", "enter", look=look) == OPEN
    assert "'1q' is not a length of time" in said[0]
    assert asked(EntryScreen("length", check=parse_amount), *"1q", "enter", "backspace", "s", "enter") == "1s"
    assert asked(EntryScreen("name"), "enter") == OPEN
    assert asked(EntryScreen("name", empty=True), "enter") == ""


def test_pages_of_what_was_found_are_turned():
    screen = FindScreen(lambda query: [(number, f"0:{number:02}", query) for number in range(40)])
    assert asked(screen, "a", "pagedown", "enter") > 5
    assert asked(FindScreen(lambda query: [(n, "", query) for n in range(40)]), "a", "pagedown", "pageup", "enter") == 0


def test_what_can_be_chosen_is_one_row_each_however_long_and_wide_it_is():
    async def look(pilot):
        rows = on_screen(pilot).splitlines()
        assert sum("it is a very" in row for row in rows) == 3
        starts = {cell_len(row[: row.index("it is")]) for row in rows if "it is" in row}
        assert len(starts) == 1

    options = [(name, "it is a very long story " * 9) for name in ("a", "你好", "espeak/en")]
    asked(ChoiceScreen("voice", options), look=look)


def test_the_mixer_shows_whether_it_hears_the_keys():
    async def look(pilot):
        assert "▹ H happy" in on_screen(pilot)
        await pilot.press("shift+tab")
        await pilot.pause()
        assert "▸ H happy" in on_screen(pilot)

    asked(EmotionScreen((0.5, 0.5, *[0.0] * 6)), "tab", look=look)
