"""Scenes to be edited: those that are there, and some that are written in every other way YAML knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from emostage.editing.document import Document
from emostage.editing.edit import Edit

ROOT = Path(__file__).resolve().parents[3]
FILES = [*sorted((ROOT / "scenes").glob("*.yaml")), *sorted((ROOT / "tests" / "acceptance" / "good").glob("*.yaml"))]
HERE = ROOT / "tests" / "acceptance" / "good" / "odd.yaml"

HEAD = """\
emostage: 1
title: Odd      # c0
cast:           # c1
  # c2
  ada: {portrait: sample/astronaut}
  bob: {portrait: sample/hopper, voice: espeak/en-gb}   # c3
"""
ODD = {
    "comments": HEAD
    + """\
# c4
shots:   # c5
  # c6
  - name: one   # c7
    lines:   # c8
      # c9
      - ada: "Hello, [happy 0.5] my friend."   # c10
        # c11
        emotion:   # c12
          # c13
          - {at: start, happy: 0.4}   # c14
          - {at: word:friend, sad: 0.3}   # c15
          # c16
      # c17

      # c18
      - ada: >-   # the header
          A folded text # which is no comment
          of several lines.

        mood: happy 0.1  # c19
      # c20
      - pause: 600ms  # c21

  # c22
  - lines:
      - bob: 'It''s here, #1.'   # c23
      - speaker: bob   # c24
        text: plain text of mine   # c25
        voice: {rate: 1.1}   # c26
    transition: fade   # c27
# c28
""",
    "flow": "{emostage: 1, cast: {ada: {portrait: sample/astronaut}, bob: {portrait: sample/hopper}}, "
    'shots: [{lines: [{ada: "Hi, you there."}, bob: "No \\u00e9 way", {pause: 1s}]}, '
    "{lines: [{bob: {text: 'one two', gaze: ada}}]}]}",
    "flow lines": HEAD
    + """\
shots:
- lines: [
    ada: "Hi, my one.",     # c30
    {bob: "Two [nod] words",   # c31
     gaze: ada},
    # c32
    ada: plain words here
  ]   # c33
- lines: [{ada: x}]
""",
    "nested": HEAD
    + """\
shots:
-   lines:
    -   ada:
            text: |
                Two lines
                of text.
            head: [{at: word:of, do: nod}, {at: end, do: shake}]
    -
        bob: "Below its dash"
        gaze: {at: "word:its - 100ms", look: ada}

    - bob: {text: "你好 世界 再见", emotion: [{happy: 0.2}, {at: word:3, sad: 0.5}, {at: +0.3s, sad: 0.1}]}
    - ada: "مرحبا يا صديقي 🎉 again"
    - bob:
      audio: takes/ada_03.wav
      text: "With a transcript"
- name: "two"
  lines:
    - ada: |+
        Kept

    - ada: "a \\
        b \\x41 c"
""",
    "repeated": HEAD
    + """\
x-mood: &mood {happy: 0.2}
shots:
  - lines: &lines
      - ada: &hi "Hello there you"
        mood: *mood
      - bob: *hi
        emotion: &calm
          - {at: start, neutral: 1}
      - bob: "And so on"
        emotion: *calm
      - ada: *hi
  - lines: *lines
""",
    "no newline": HEAD + 'shots:\n  - lines:\n      - ada: "One two"\n      - ada: "Three four"\n        emotion: happy 0.4',
    "errors": "emostage: 2\ncast: {ada: }\n"
    "shots:\n  - lines:\n      - eve: 12\n      - ada:\n      - {}\n      - nothing\n      - ada: [x]\n",
}


def scenes() -> list[Document]:
    """All of them, some with other line ends and a byte order mark."""
    plain = [Document.read(path) for path in FILES] + [Document(path=HERE, raw=text) for text in ODD.values()]
    return plain + [Document(path=d.path, raw="\ufeff" + d.raw.replace("\n", "\r\n")) for d in plain[::3]]


@pytest.fixture(scope="session")
def documents() -> list[Document]:
    return scenes()


@pytest.fixture
def odd():
    """The document of an odd scene by its name."""
    return lambda name: Document(path=HERE, raw=ODD[name])


@pytest.fixture
def scene():
    """A document of a text below a cast of ada and bob."""
    head = "emostage: 1\ncast: {ada: {portrait: sample/astronaut}, bob: {portrait: sample/hopper}}\n"
    return lambda text: Document(path=HERE, raw=head + text)


@pytest.fixture
def done():
    """The text below the cast after an edit."""

    def after(document: Document, edit: Edit) -> str:
        return document.replaced(edit.spans).text.split("\n", 2)[2]

    return after
