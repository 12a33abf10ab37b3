"""A line's text is edited with its cues."""

from emostage.apps.tui.screens.cuelist import matching, offers, unfinished
from emostage.apps.tui.screens.text import TextScreen


def test_text_comes_back_changed_or_not_at_all(ask):
    assert ask(TextScreen("Ana", "Hello."), *" Yes", "enter").answer == "Hello. Yes"
    assert ask(TextScreen("Ana", "Hello."), "x", "backspace", "ctrl+s").answer is None
    assert ask(TextScreen("Ana", "Hello."), "x", "escape").answer is None


def test_a_cue_is_offered_and_taken(ask):
    said = ask(TextScreen("Ana", "Hello", ["bob"]), "space", "[", *"ha", "enter", *"you", "enter")
    assert "afraid 0.7" in said.shown[2] and "happy 0.7" in said.shown[4] and "afraid 0.7" not in said.shown[4]
    assert said.answer == "Hello [happy 0.7] you"
    assert ask(TextScreen("Ana", "Hello", ["bob"]), "[", *"lo", "space", *"b", "tab", "ctrl+s").answer == "Hello[look bob]"
    assert ask(TextScreen("Ana", "Hm", ["bob"]), "[", "down", "down", "up", "enter", "enter").answer == "Hm[happy 0.7]"


def test_own_words_go_between_the_quotes(ask):
    said = ask(TextScreen("Ana", "Hm "), "[", *"like", "enter", *"so sad", "enter")
    assert said.answer == 'Hm [like "so sad"]'


def test_escape_closes_the_list_first(ask):
    said = ask(TextScreen("Ana", "Hm "), "[", "escape", *"nod", "]", "enter")
    assert "happy 0.7" in said.shown[1] and "happy 0.7" not in said.shown[2] and "nod  " not in said.shown[4]
    assert said.answer == "Hm [nod]"


def test_problems_are_told_while_typing(ask):
    said = ask(TextScreen("Ana", "Hm "), *"[hapy 1]")
    assert "E031" in said.shown[-1] and "did you mean 'happy'" in said.shown[-1]
    assert "1 word, 0 cues" in said.shown[0]


def test_what_is_pasted_becomes_one_paragraph(ask):
    async def paste(pilot):
        from textual.events import Paste

        pilot.app.post_message(Paste("one\ntwo\r\nthree"))

    assert ask(TextScreen("Ana", "Go: "), paste, "enter").answer == "Go: one two three"


def test_a_click_takes_a_cue(ask):
    async def click(pilot):
        await pilot.click("#cues", offset=(4, 2))

    assert ask(TextScreen("Ana", "Hm "), "[", click, "enter").answer == "Hm [happy 0.7]"


def test_only_an_open_bracket_is_a_cue():
    assert unfinished("a [ha", 5) == (3, "ha")
    for text in ("a [happy] b", r"a \[ha", "a [[ha", 'a [like "ha', "plain"):
        assert unfinished(text, len(text)) is None


def test_the_arrows_stay_with_the_text_when_one_only_passes_a_cue(ask):
    said = ask(TextScreen("Ana", "[happy 0.7] you"), "home", "right", "right", "down", "x", "enter")
    assert not any("sad 0.7" in shown for shown in said.shown)
    assert said.answer == "[happy 0.7] youx"


def test_a_mix_goes_on_after_a_comma_and_a_whole_cue_stays():
    known = offers(["bob"])
    assert matching("happy 0.4, sa", known)[0].cue == "happy 0.4, sad 0.3"
    assert [offer.cue for offer in matching("happy 0.4", known)] == ["happy 0.4"]
    assert matching("zzz", known) == []
