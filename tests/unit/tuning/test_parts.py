"""Files of parts, and what a card says of them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from safetensors.numpy import load_file

from emostage.core.errors import EmostageError
from emostage.core.identity import FORMAT, PARTS, misfits, read_identity
from emostage.tuning.parts import Learnt, forget_part, part_file, write_arrays


@pytest.mark.parametrize("part", ["face", "manner", "emotalker"])
def test_what_is_told_of_a_part_is_read_again_and_fits(tmp_path, part):
    write_arrays(part_file(tmp_path, part), {"x": np.arange(3.0)})
    learnt = Learnt(name=part, file=part_file(tmp_path, part), config={"rank": 2}, figures={"stage": 1})
    card = {"format": FORMAT, "name": "ada", "consent": {"text": "Ada", "given": "2025-03-01"}, "parts": {part: learnt.told()}}
    (tmp_path / "card.json").write_text(json.dumps(card))
    read = read_identity(tmp_path).parts[part]
    assert (read.base_name, dict(read.config), dict(read.figures)) == (PARTS[part], {"rank": 2}, {"stage": 1})
    assert misfits(read_identity(tmp_path), [part]) == ()


def test_arrays_are_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "face.safetensors"
    write_arrays(path, {"x": np.arange(3.0)})
    with pytest.raises(TypeError, match="int"):
        write_arrays(path, {"x": np.arange(3.0), 5: np.ones(2)})
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert np.array_equal(load_file(path)["x"], np.arange(3.0))
    with pytest.raises(EmostageError, match="E102"):
        write_arrays(tmp_path / "nowhere" / "face.safetensors", {"x": np.arange(3.0)})


def test_parts_are_forgotten_if_they_are_there(tmp_path):
    write_arrays(part_file(tmp_path, "face"), {"x": np.arange(3.0)})
    forget_part(tmp_path, "face")
    forget_part(tmp_path, "face")
    assert not list(tmp_path.iterdir())
