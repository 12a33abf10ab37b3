"""Schedules that end with their time: how many steps there is time for, and that a run keeps those it was begun with."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import torch

from emostage.core.errors import AssetError
from emostage.diffusion.module import Batch
from emostage.training.pace import LEAST, STEPS, Pace, keep_steps, kept_steps, paced


def test_there_are_as_many_steps_as_there_is_time_for() -> None:
    pace = Pace(step_s=1.0, check_s=10.0)
    steps = pace.steps(600, every=25, most=10_000)
    assert steps % 25 == 0
    spent_s = steps * 1.0 + (steps // 25 + 1) * 10.0
    assert 520 < spent_s <= 600
    assert pace.steps(600, every=25, most=60) == 60
    assert pace.steps(1200, every=25, most=10_000) > 1.9 * steps
    assert pace.steps(1.0, every=25, most=10_000) == LEAST
    assert LEAST < pace.steps(40, every=25, most=10_000) < 25


def test_the_pace_is_that_of_steps_and_of_looks_at_all_that_is_held_out() -> None:
    batches: list[Batch] = [{"x": torch.zeros(1)}] * 100
    stepped: list[Batch] = []

    def step(batch: Batch) -> None:
        time.sleep(0.2 if not stepped else 0.02)
        stepped.append(batch)

    pace = paced(step, lambda batch: time.sleep(0.01), batches, batches[:6])
    assert 0.015 < pace.step_s < 0.1, "the first step, which is slow, does not count"
    assert 0.055 < pace.check_s < 0.2
    assert len(stepped) < 8


def test_a_run_keeps_its_steps_unless_others_are_asked_for(tmp_path: Path) -> None:
    assert kept_steps(tmp_path, 600) is None
    keep_steps(tmp_path, 375, 600)
    assert kept_steps(tmp_path, 600) == 375
    assert kept_steps(tmp_path, 800) is None


@pytest.mark.parametrize("text", ["", "[]", '{"steps": "many", "most": 600}', '{"steps": 5}', "[" * 100_000])
def test_a_damaged_file_is_a_message(tmp_path: Path, text: str) -> None:
    (tmp_path / STEPS).write_text(text)
    with pytest.raises(AssetError, match="E131"):
        kept_steps(tmp_path, 600)
