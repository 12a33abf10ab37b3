"""What is asked for, and what is refused."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.core.errors import UsageError
from emostage.core.identity import FORMAT, LONGEST_CONSENT, PARTS, identity_of
from emostage.core.resources import resource
from emostage.scene.reader import parse
from emostage.tuning.order import _NAME, USUAL, agreed, check_name, parts_of, scene_lines

CAST = json.loads(resource("schema", "scene.v1.schema.json").read_text("utf-8"))["properties"]["cast"]


def code(error: pytest.ExceptionInfo[UsageError]) -> str:
    (problem,) = error.value.diagnostics
    assert problem.hint
    return problem.code


@pytest.mark.parametrize(
    "text", ["", "  \n ", "ok", "a" * (LONGEST_CONSENT + 1), "Ada\x1b[31m by mail", "Ada\x00, by mail", "\ud800 mail"]
)
def test_consent_that_tells_nothing_is_refused(text):
    with pytest.raises(UsageError) as error:
        agreed(text)
    assert code(error) == "E012"


@given(st.text(max_size=80))
def test_a_card_can_be_read_with_every_consent_that_is_taken(text):
    try:
        consent = agreed(text)
    except UsageError:
        return
    card = {"format": FORMAT, "name": "ada", "consent": {"text": consent.text, "given": consent.given}, "parts": {}}
    assert identity_of(card, Path("ada")).consent == consent


def test_consent_is_of_today_and_on_one_line():
    consent = agreed("  Ada Lovelace,\n by  letter ")
    assert (consent.text, consent.given) == ("Ada Lovelace, by letter", date.today().isoformat())


def test_parts_are_named_once_or_all_at_once():
    assert parts_of("all") == parts_of(" all ") == tuple(PARTS)
    assert parts_of("manner, face,manner,") == ("manner", "face")
    assert set(USUAL) <= set(PARTS)


@pytest.mark.parametrize("text", ["", " , ", "nose", "face,nose", "Face", "face,all"])
def test_unknown_parts_are_refused(text):
    with pytest.raises(UsageError) as error:
        parts_of(text)
    assert code(error) == "E014"


@pytest.mark.parametrize("name", ["ada", "Ada Lovelace", "Zoë", "b2", "J.-P"])
def test_names(name):
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name", ["", " ", ".", "..", "../ada", "a/b", "-x", "_a", "a\nb", "a\n", "a:b", "a" * 61, "a\\b", "ada ", "ada."]
)
def test_names_that_are_no_folders_are_refused(name):
    with pytest.raises(UsageError) as error:
        check_name(name)
    assert code(error) == "E021"


NAMES = st.text(alphabet="abxAZ019 .-_é²", min_size=1, max_size=50) | st.sampled_from(["Null", "True", "no", "1e5", "x-ray", "2 b"])
FOLDERS = st.text(alphabet="ab c'/:#-.019", min_size=1, max_size=12) | st.sampled_from(
    ["null", "true", "12", "1e5", "~", "-", "a/b"]
)


@given(NAMES.filter(_NAME.fullmatch), FOLDERS)
def test_the_lines_for_a_scene_can_be_pasted_into_one(name, folder):
    lines = scene_lines(name, Path(folder), Path(folder) / "portrait.png")
    ((_, cast),) = parse("\n".join(lines)).pairs
    ((key, person),) = cast.pairs
    told = {name.value: node.value for name, node in person.pairs}
    assert told == {"portrait": (Path(folder) / "portrait.png").as_posix(), "identity": Path(folder).as_posix()}
    pattern = next(p for p in CAST["patternProperties"] if p != "^x-")
    assert isinstance(key.value, str) and re.search(pattern, key.value)


def test_the_usual_lines():
    assert list(scene_lines("Ada", Path("checkpoints/Ada"), Path("checkpoints/Ada/portrait.png"))) == [
        "cast:",
        "  ada: {portrait: checkpoints/Ada/portrait.png, identity: checkpoints/Ada}",
    ]
