from __future__ import annotations

from pathlib import Path

import pytest

from emostage.core.errors import UsageError
from emostage.scene.check import check_text
from emostage.scene.new import TEMPLATES, new_scene


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("portrait", ["sample/astronaut", "sample/hopper", 'my: "odd", {name} #1\'s.png', "-x.png", "yes"])
def test_templates_check_without_a_word(template: str, portrait: str, tmp_path: Path) -> None:
    if not portrait.startswith("sample/"):
        (tmp_path / portrait).touch()
    text = new_scene(template, portrait=portrait, name="eve", schema="../scene.json")
    assert text.startswith("# yaml-language-server: $schema=../scene.json\n")
    result = check_text(text, tmp_path / "scene.yaml")
    assert result.diagnostics == ()
    assert "eve" in result.renderable().cast


def test_unknown_template() -> None:
    with pytest.raises(UsageError) as raised:
        new_scene("dialog")
    assert "dialogue" in raised.value.diagnostics[0].hint
