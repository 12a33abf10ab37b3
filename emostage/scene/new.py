"""First scenes for `emostage new`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import yaml

from emostage.core.errors import UsageError
from emostage.scene.suggest import hint_for

_HELLO = """\
emostage: 1
title: Hello

cast:
  {name}:
    portrait: {portrait}
    framing: bust                 # whole, bust, close
    voice: espeak/en-us+f3        # emostage voices list

shots:
  - lines:
      - {name}: "[happy 0.6] Hello! [pause 300ms] I am only a photograph. [surprised 0.7] And yet, I can talk to you."
"""

_DIALOGUE = """\
emostage: 1
title: Two people

film:
  subtitles: true

cast:
  {name}:
    portrait: {portrait}
    voice: espeak/en-us+f3
    mood: happy 0.1
  friend:
    portrait: {second}
    voice: espeak/en-gb

shots:
  - name: question
    lines:
      - {name}: "Did you hear that?"
        emotion: surprised 0.5
      - friend: {{pause: 1.2s, emotion: [{{at: start, neutral: 1}}, {{at: 800ms, worried: 0.7}}]}}

  - name: answer
    transition: {{crossfade: 300ms}}
    lines:
      - friend: "[worried 0.6] I did. [pause 500ms] [happy 0.6] It was only the cat."
      - {name}: "[happy 0.8] What a relief!"
        head: [{{at: word:relief, do: nod}}]
"""

_MONOLOGUE = """\
emostage: 1
title: A letter

film:
  size: vertical
  background: blur

cast:
  {name}:
    portrait: {portrait}
    liveliness: 0.8

shots:
  - name: reading
    lines:
      - {name}: "I found your letter today."
        voice: {{rate: 0.95}}
        emotion:
          - {{at: start, neutral: 1}}
          - {{at: word:letter, sad: 0.5, ease: in-out}}
      - pause: 800ms
      - {name}: "You wrote that the sea was calm, and that you were not afraid."
        emotion:
          - {{at: start, sad: 0.5}}
          - {{at: "word:afraid", sad: 0.2, happy: 0.4}}
        gaze: [{{at: start, look: [8, -6]}}, {{at: word:not, look: camera}}]
"""

TEMPLATES: Mapping[str, str] = MappingProxyType({"hello": _HELLO, "dialogue": _DIALOGUE, "monologue": _MONOLOGUE})
"""Templates by name: a first line, two people, one person with keyframes."""


def new_scene(template: str = "hello", *, portrait: str = "sample/astronaut", name: str = "ada", schema: str | None = None) -> str:
    """The text of a first scene; it checks without a problem when `portrait` exists.

    `schema` is the path or address of the JSON Schema for editors. Raises UsageError E014 for an unknown template.
    """
    if template not in TEMPLATES:
        raise UsageError.of("E014", f"there is no template '{template}'", hint_for(template, TEMPLATES))
    second = "sample/hopper" if portrait != "sample/hopper" else "sample/astronaut"
    text = TEMPLATES[template].format(name=name, portrait=_quoted(portrait), second=second)
    return f"# yaml-language-server: $schema={schema}\n{text}" if schema else text


def _quoted(text: str) -> str:
    """A text as a value inside of a flow mapping."""
    plain = yaml.safe_dump([text], default_flow_style=True, allow_unicode=True, width=10_000).strip()
    return plain[1:-1]
