from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from emostage.core.emotion import VOCABULARY
from emostage.scene.new import TEMPLATES
from emostage.scene.schema import FILE_NAME, schema, schema_text, write_schema

ROOT = Path(__file__).parents[3]


def test_the_shipped_schema_is_this_one() -> None:
    """Renew it with `python -m emostage.scene.schema`."""
    assert (ROOT / "schema" / FILE_NAME).read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize(
    "validator", [jsonschema.Draft7Validator, jsonschema.Draft201909Validator, jsonschema.Draft202012Validator]
)
def test_every_draft_takes_it(validator: Any) -> None:
    here = {**schema(), "$schema": validator.META_SCHEMA["$schema"]}
    validator.check_schema(here)
    assert validator(here).is_valid({"emostage": 1, "cast": {"ada": {"portrait": "a.png"}}, "shots": [{"lines": [{"ada": "Hi"}]}]})


def walk(node: Any) -> Any:
    yield node
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from walk(child)


def test_every_key_is_explained() -> None:
    whole = schema()
    for rule in [whole, *whole["definitions"].values()]:
        assert rule["description"]
        for name, told in rule["properties"].items():
            assert told["description"], name
            assert told.keys() & {"default", "examples", "enum"}, name


def test_references_lead_somewhere() -> None:
    whole = schema()
    for node in walk(whole):
        if isinstance(node, dict) and isinstance(node.get("$ref"), str):
            assert node["$ref"].removeprefix("#/definitions/") in whole["definitions"]
            assert set(node) == {"$ref"}, "draft-07 ignores what stands beside a reference"
    assert not any(
        isinstance(node, dict) and node.keys() & {"$defs", "unevaluatedProperties", "prefixItems"} for node in walk(whole)
    )


def test_examples_and_defaults_are_valid() -> None:
    whole = schema()
    words = {"the mood", "whoever speaks", "the name of the file", "keep", "neutral", "400ms"}
    for rule in [whole, *whole["definitions"].values()]:
        for name, told in rule["properties"].items():
            validator = jsonschema.Draft7Validator({**told, "definitions": whole["definitions"]})
            examples = [
                *told.get("examples", []),
                *([told["default"]] if "default" in told and told["default"] not in words else []),
            ]
            for example in examples:
                assert validator.is_valid(plain(example)), (name, example)


def plain(value: Any) -> Any:
    """Tuples of Python as lists of JSON."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def test_emotions_complete() -> None:
    assert set(VOCABULARY) <= set(schema()["definitions"]["emotionKey"]["properties"])


@pytest.mark.parametrize(
    "broken",
    [
        {"emostage": 2}, {"film": {"fps": 26}}, {"film": {"size": 513}}, {"film": {"colour": 1}}, {"cast": {}}, {"shots": []},
        {"cast": {"the captain": {"portrait": "a.png"}}}, {"shots": [{"lines": [{"emotion": {"happyness": 1}}]}]},
        {"shots": [{"lines": [{"ada": 7}]}]}, {"shots": [{"lines": [{"text": "a", "emotion": [{"happy": 2}]}]}]},
        {"shots": [{"lines": [{"ada": "a"}], "transition": {"crossfade": 1, "fade": 1}}]}, {"music": {"gain": 3}},
        {"shots": [{"lines": [{"ada": "a", "head": "jump"}]}]}, {"shots": [{"lines": [{"ada": "a", "gaze": [1, 2, 3]}]}]},
    ],
)  # fmt: skip
def test_refused(broken: dict[str, Any]) -> None:
    good = {"emostage": 1, "cast": {"ada": {"portrait": "a.png"}}, "shots": [{"lines": [{"ada": "Hi"}]}]}
    assert not jsonschema.Draft7Validator(schema()).is_valid({**good, **broken})


@pytest.mark.parametrize("path", [*sorted((ROOT / "scenes").glob("*.yaml"))], ids=lambda path: path.stem)
def test_shipped_scenes_validate(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../schema/scene.v1.schema.json\n")
    jsonschema.Draft7Validator(schema()).validate(yaml.safe_load(text))


def test_written_whole(tmp_path: Path) -> None:
    write_schema(tmp_path / "a.json")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    assert TEMPLATES
