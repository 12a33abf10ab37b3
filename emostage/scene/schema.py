"""The language as JSON Schema, for editors: made of the same tables as the checker.

The schema keeps to what draft-07, 2019-09 and 2020-12 understand alike, so that every editor completes and explains.
A line's `NAME: text` cannot be told from an unknown key without knowing the cast; the schema accepts both.
"""

from __future__ import annotations

import json
from pathlib import Path

from emostage.core.whole import whole_file, writing
from emostage.scene.grammar.performance import EMOTION_KEY, EMOTION_MAP, GAZE_KEY, GAZE_MAP, HEAD_KEY, MIX, MOTION_MAP
from emostage.scene.grammar.script import BODY, CAMERA, LAYOUT_MAP, LINE, MUSIC, SCENE, SHOT, TRANSITION_MAP
from emostage.scene.grammar.settings import FILM, IDENTITY, MEMBER, VOICE
from emostage.scene.records import Field, Record
from emostage.scene.shapes import Json

RECORDS = (
    FILM, MEMBER, IDENTITY, VOICE, SHOT, LINE, BODY, LAYOUT_MAP, CAMERA, TRANSITION_MAP, MUSIC,
    MIX, EMOTION_MAP, EMOTION_KEY, GAZE_MAP, GAZE_KEY, HEAD_KEY, MOTION_MAP,
)  # fmt: skip
"""All mappings of the language but the scene itself; each becomes a definition."""

FILE_NAME = "scene.v1.schema.json"


def schema() -> Json:
    """The JSON Schema of a scene file."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "emostage scene, version 1",
        **_object(SCENE),
        "definitions": {record.title: _object(record) for record in RECORDS},
    }


def _object(record: Record) -> Json:
    result: Json = {
        "description": record.about,
        "type": "object",
        "properties": {name: _property(rule) for name, rule in record.fields.items()},
        "patternProperties": {"^x-": {}},
        "additionalProperties": record.free if record.free is not None else False,
    }
    required = [name for name, rule in record.fields.items() if rule.required]
    if required:
        result["required"] = required
    if record.one_needed:
        result["minProperties"] = 1
    pairs = [(first, second) for i, first in enumerate(record.exclusive) for second in record.exclusive[i + 1 :]]
    if pairs:
        result["not"] = {"anyOf": [{"required": list(pair)} for pair in pairs]}
    return result


def _property(rule: Field) -> Json:
    shape = rule.shape.schema()
    result: Json = {"description": rule.about, **({"allOf": [shape]} if "$ref" in shape else shape)}
    if rule.default is not None:
        result["default"] = rule.default
    if rule.examples:
        result["examples"] = list(rule.examples)
    return result


def schema_text() -> str:
    """The schema as it stands in its file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def write_schema(path: Path) -> None:
    """Write the schema to a file, whole or not at all. Raises EmostageError E100, E101 or E102."""
    with whole_file(path) as part, writing(path):
        part.write_text(schema_text(), encoding="utf-8", newline="\n")


def main() -> None:
    """Renew `schema/scene.v1.schema.json` of a checkout: `python -m emostage.scene.schema`."""
    write_schema(Path(__file__).resolve().parents[2] / "schema" / FILE_NAME)


if __name__ == "__main__":
    main()
