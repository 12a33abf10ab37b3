"""Prompts that were written by hand to measure with, and are never trained on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from emostage.core.emotion import EMOTION_INDEX
from emostage.core.resources import resource
from emostage.training.descriptions.corpus import Description
from emostage.training.descriptions.vocabulary import read_felt

LISTS: Mapping[str, str] = MappingProxyType({
    "first": "prompts_first.tsv",
    "second": "prompts_second.tsv",
    "third": "prompts_third.tsv",
})
"""Name and file of each list: the first was looked at while the grammar was written, the second and third were not."""


def handwritten(name: str) -> tuple[Description, ...]:
    """The prompts of a list with what they ask for and deny."""
    lines = resource("descriptions", LISTS[name]).read_text(encoding="utf-8").splitlines()
    return tuple(_described(line) for line in lines if line and not line.startswith("#"))


def _described(line: str) -> Description:
    prompt, felt, unsaid = (*line.split("\t"), "", "")[:3]
    return Description(text=prompt, felt_7=read_felt(felt), denied=tuple(EMOTION_INDEX[name] - 1 for name in unsaid.split()))
