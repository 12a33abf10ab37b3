from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.scene.cues import read_text


def test_a_line_taken_apart() -> None:
    spoken = read_text("[happy 0.6] We have lift-off! [pause 400ms] [sad 0.7 over 300ms] I wish he could see it. [nod]")
    assert spoken.text == "We have lift-off! I wish he could see it."
    assert [(cue.kind, cue.word) for cue in spoken.cues] == [("emotion", 0), ("pause", 3), ("emotion", 3), ("gesture", 9)]
    assert spoken.cues[0].weights_8 == (0.4, 0.6, 0, 0, 0, 0, 0, 0)
    assert spoken.cues[1].length is not None and spoken.cues[1].length.seconds == 0.4
    assert spoken.cues[2].length is not None and spoken.cues[2].length.seconds == 0.3
    assert spoken.problems == ()


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"a \[b\] c", "a [b] c"),
        ("a [[b]] c", "a [b] c"),
        (r"a \[\[b\]\] c", "a [b] c"),
        (r"back\\slash", r"back\slash"),
        (r"back\slash", r"back\slash"),
        ("one ] two", "one ] two"),
        ("Hello [nod], you", "Hello, you"),
        ("Hello[nod] you", "Hello you"),
        ("un[nod]likely", "unlikely"),
        ("  much \n\n space\t", "much space"),
        ("[nod][shake] hi", "hi"),
    ],
)
def test_text(written: str, text: str) -> None:
    spoken = read_text(written)
    assert spoken.text == text and not spoken.problems


def test_look_and_like() -> None:
    spoken = read_text("[look bob] a [look 10, -5] b [like \"so [very] calm\" 0.4 over 1s] c [like 'x'] d")
    assert [cue.target for cue in spoken.cues[:2]] == ["bob", (10.0, -5.0)]
    assert (spoken.cues[2].prompt, spoken.cues[2].strength) == ("so [very] calm", 0.4)
    assert spoken.cues[3].prompt == "x"
    assert [cue.word for cue in spoken.cues] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("written", "code", "part"),
    [
        ("a [happy 0.8", "E052", "["),
        ("a [happy [nod] b", "E052", "["),
        ("a [hapyp 0.8] b", "E031", "hapyp"),
        ("a [puase 1s] b", "E053", "puase"),
        ("a [ sic ] b", "E053", "sic"),
        ("a [] b", "E053", "[]"),
        ("a [pause] b", "E054", "pause"),
        ("a [pause later] b", "E054", "pause later"),
        ("a [nod 3] b", "E054", "nod 3"),
        ("a [look] b", "E054", "look"),
        ("a [look 1 2 3] b", "E054", "look 1 2 3"),
        ("a [like calm] b", "E054", "like calm"),
        ('a [like "calm" 2] b', "E032", 'like "calm" 2'),
        ("a [happy 1.5] b", "E032", "1.5"),
        ("a [happy .5 .5] b", "E030", ".5"),
        ("a [happy .8, sad .8] b", "E033", "happy .8, sad .8"),
        ("a [happy 0.8 over soon] b", "E054", "happy 0.8 over soon"),
    ],
)
def test_problems(written: str, code: str, part: str) -> None:
    (problem,) = read_text(written).problems
    assert problem.code == code
    assert written[problem.start : problem.end] == part


@given(st.text(alphabet="ab [].,\\\"'0:", max_size=40) | st.text(max_size=40))
@settings(deadline=None)
def test_any_text_can_be_read(written: str) -> None:
    spoken = read_text(written)
    assert "[[" not in spoken.text and "]]" not in spoken.text, "Piper would take it for raw phonemes"
    for cue in spoken.cues:
        assert 0 <= cue.word <= len(spoken.words)
        assert written[cue.start] == "[" and written[cue.end - 1] == "]"
    assert [cue.word for cue in spoken.cues] == sorted(cue.word for cue in spoken.cues)
    for problem in spoken.problems:
        assert problem.start is not None and 0 <= problem.start < len(written)


@given(st.lists(st.sampled_from(["alpha", "beta,", "gamma!", "[nod]", "[pause 1s]", "[happy 0.5]"]), max_size=12))
@settings(deadline=None)
def test_cues_act_from_the_next_word(parts: list[str]) -> None:
    spoken = read_text(" ".join(parts))
    expected = [sum(not part.startswith("[") for part in parts[:i]) for i, part in enumerate(parts) if part.startswith("[")]
    assert [cue.word for cue in spoken.cues] == expected
