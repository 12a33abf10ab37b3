from __future__ import annotations

from pathlib import Path

import pytest

from emostage.speech.licences import licence_of, of_card, of_name


@pytest.mark.parametrize(
    ("card", "name", "commercial"),
    [
        ("* License: CC0\n", "xx_XX-new-low", True),
        ("## Dataset\n* URL: x\n* License: https://creativecommons.org/licenses/by/4.0/\n", "xx_XX-new-low", True),
        ("* License: https://creativecommons.org/licenses/by-nc-sa/4.0/\n", "xx_XX-new-low", False),
        ("* License: CC-BY-NC-SA 4.0\n", "xx_XX-new-low", False),
        ("* License: non-commercial use only\n", "xx_XX-new-low", False),
        ("* License: See URL\n", "xx_XX-new-low", None),
        ("no word of it", "xx_XX-new-low", None),
        ("* License: public domain\n\nFinetuned from U.S. English lessac voice\n", "xx_XX-new-low", False),
        ("* License: MIT\n", "en_US-lessac-medium", False),
        ("", "en_US-ljspeech-high", True),
    ],
)
def test_what_a_card_allows(card: str, name: str, commercial: bool | None) -> None:
    assert of_card(card, name).commercial is commercial


def test_known_and_unknown_names() -> None:
    assert of_name("de_DE-thorsten_emotional-medium").commercial is True
    assert of_name("vi_VN-vivos-x_low").commercial is False
    assert of_name("my_voice").commercial is None


def test_the_card_beside_the_voice_counts(tmp_path: Path) -> None:
    model = tmp_path / "xx_XX-new-low.onnx"
    model.write_bytes(b"")
    assert licence_of(model).commercial is None
    (tmp_path / "MODEL_CARD").write_text("License: CC0")
    assert licence_of(model).commercial is True
    (tmp_path / "xx_XX-new-low.MODEL_CARD").write_text("License: CC BY-NC 4.0")
    assert licence_of(model).commercial is False
