"""Whatever stands in a file, checking it ends with diagnostics that point into it, and never in an exception."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.scene.check import CheckResult, check_text
from emostage.scene.codes import CODES
from emostage.scene.grammar.script import LINE, SCENE, SHOT
from emostage.scene.grammar.settings import FILM, MEMBER
from emostage.scene.reader import decode

PATH = Path("/nowhere/scene.yaml")
KEYS = sorted(
    {
        *SCENE.fields,
        *FILM.fields,
        *MEMBER.fields,
        *SHOT.fields,
        *LINE.fields,
        "at",
        "happy",
        "like",
        "from",
        "look",
        "do",
        "ease",
        "over",
        "grid",
        "inset",
        "zoom",
    }
)
VALUES = [
    "ada",
    "bob",
    "happy 0.4",
    "[nod] Hi [",
    "word:Hi",
    "end - 1s",
    "+1s",
    "sample/hopper",
    "crossfade",
    "1:30",
    "",
    "keep",
    "#12",
    "nod",
    "espeak/en",
    "piper/x.onnx",
    0,
    1,
    -3,
    2.5,
    True,
    None,
    512,
]
SCALARS = st.sampled_from(VALUES) | st.text(max_size=8) | st.integers(-5, 5000) | st.floats(allow_nan=True)
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*KEYS, "ada", "bob", "x-y"]) | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=25,
)


def holds(result: CheckResult, text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert (result.script is None) == any(d.severity == "error" for d in result.diagnostics)
    for diagnostic in result.diagnostics:
        place = diagnostic.place
        assert diagnostic.code in CODES and diagnostic.message
        assert place is not None and place.end_column is not None
        assert 1 <= place.line <= len(lines)
        assert 1 <= place.column <= len(lines[place.line - 1]) + 1 <= len(lines[place.line - 1]) + place.end_column


def dumped(value: Any) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False)


@given(TREES)
@settings(max_examples=150, deadline=None)
def test_any_tree(tree: Any) -> None:
    text = dumped(tree)
    holds(check_text(text, PATH), text)


@given(film=TREES, cast=TREES, shots=TREES)
@settings(max_examples=150, deadline=None)
def test_any_scene(film: Any, cast: Any, shots: Any) -> None:
    text = dumped({"emostage": 1, "film": film, "cast": cast, "shots": shots})
    holds(check_text(text, PATH), text)


@given(
    st.lists(st.dictionaries(st.sampled_from([*LINE.fields, "ada", "bob", "eve"]), TREES, max_size=4), min_size=1, max_size=4),
    TREES,
)
@settings(max_examples=250, deadline=None)
def test_any_lines(lines: list[Any], layout: Any) -> None:
    cast = {"ada": {"portrait": "sample/hopper"}, "bob": {"portrait": "sample/astronaut"}}
    text = dumped(
        {"emostage": 1, "cast": cast, "shots": [{"lines": lines, "layout": layout}, {"lines": lines, "transition": layout}]}
    )
    holds(check_text(text, PATH), text)


@given(st.text(alphabet="ab: -[]{}\"'\n\t#&*!|>%@`,?~0.é😀\r\ufeff\x85\u2028", max_size=60) | st.text(max_size=60))
@settings(max_examples=250, deadline=None)
def test_any_text(text: str) -> None:
    holds(check_text(text, PATH), text)


@given(st.binary(max_size=60))
@settings(deadline=None)
def test_any_bytes(data: bytes) -> None:
    from emostage.core.errors import SceneError

    try:
        decode(data)
    except SceneError as error:
        assert error.diagnostics[0].code == "E002"
