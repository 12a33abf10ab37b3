"""The manner of one person: what it may be, how strong it is, and its file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from emostage.core.errors import AssetError
from emostage.core.identity import Adapter
from emostage.motion.idle import SIDED
from emostage.motion.personal import FORMAT, MOST_GAIN, PersonalManner, manner_of, read_manner


@pytest.fixture
def ada() -> PersonalManner:
    return PersonalManner(
        gain_C=np.array([1.3, 0.8, 1.0, 1.2, 1.3, 1.3, 1.0]),
        bias_C=np.array([0.05, 0, 0, 0.02, 0, 0, 0]),
        moves_G=np.array([0.4, -0.2, 0.3, 0.0]),
        sides_P=np.linspace(-0.2, 0.2, len(SIDED)),
        tilt_rad=0.05,
        blink_rate=0.5,
        blink_length=-0.2,
    )


def test_a_manner_of_nothing_changes_nothing(ada) -> None:
    assert not PersonalManner().changes
    assert ada.changes
    assert not ada.at(0.0).changes
    assert manner_of(ada.at(0.0)) is None
    assert manner_of(None) is None


def test_strength_scales_and_stays_within_the_limits(ada) -> None:
    half, more = ada.at(0.5), ada.at(1.5)
    assert half.gain_C[0] == pytest.approx(1.3**0.5)
    assert half.tilt_rad == pytest.approx(0.025)
    assert more.moves_G[0] == pytest.approx(0.6)
    assert replace(ada, gain_C=np.full(7, MOST_GAIN)).at(1.5).gain_C.max() == MOST_GAIN
    with pytest.raises(ValueError, match="strengths"):
        ada.at(1.6)


def test_a_file_holds_it_all(ada, tmp_path) -> None:
    path = tmp_path / "manner.safetensors"
    ada.write(path)
    again = read_manner(path)
    for name in ("gain_C", "bias_C", "moves_G", "sides_P", "tilt_rad", "blink_rate", "blink_length"):
        assert np.allclose(getattr(again, name), getattr(ada, name), atol=1e-6), name
    bytes_before = path.read_bytes()
    ada.write(path)
    assert path.read_bytes() == bytes_before
    found = manner_of(Adapter(path, 0.5))
    assert found is not None
    assert np.allclose(found.gain_C, ada.at(0.5).gain_C, atol=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        {"gain_C": np.zeros(7, np.float32)},
        {"gain_C": np.ones(6, np.float32)},
        {"bias_C": np.full(7, np.nan, np.float32)},
        {"moves_G": np.full(4, 3.0, np.float32)},
        {"sides_P": np.zeros(len(SIDED), np.float64)},
        {"habits_3": None},
    ],
)
def test_files_that_hold_no_manner_are_refused(ada, tmp_path, change) -> None:
    path = tmp_path / "manner.safetensors"
    ada.write(path)
    arrays = {name: values for name, values in (load_file(path) | change).items() if values is not None}
    save_file(arrays, path, {"format": FORMAT})
    with pytest.raises(AssetError, match="E136"):
        read_manner(path)


def test_other_files_are_refused(ada, tmp_path) -> None:
    ada.write(tmp_path / "a")
    save_file(load_file(tmp_path / "a"), tmp_path / "b", {"format": "something else"})
    (tmp_path / "c").write_bytes(b"no such thing")
    for name in ("b", "c", "d"):
        with pytest.raises(AssetError, match="E136"):
            read_manner(tmp_path / name)
