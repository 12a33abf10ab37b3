"""Trackers and portraits are made once for all tests of the face."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from emostage.core.errors import Diagnostic
from emostage.core.tracks import Portrait
from emostage.face.head import Head, load_head
from emostage.face.picture import read_picture
from emostage.face.portrait import read_portrait
from emostage.face.track import FaceMeshTracker


@pytest.fixture(scope="session")
def head() -> Head:
    return load_head()


@pytest.fixture(scope="session")
def tracker() -> Iterator[FaceMeshTracker]:
    with FaceMeshTracker() as running:
        yield running


@pytest.fixture(scope="session")
def astronaut() -> np.ndarray:
    return read_picture("sample/astronaut")


@pytest.fixture(scope="session")
def hopper() -> tuple[Portrait, tuple[Diagnostic, ...]]:
    return read_portrait("sample/hopper")


@pytest.fixture(scope="session")
def real() -> Path:
    folder = Path(__file__).resolve().parents[4] / "shared" / "real"
    if not folder.is_dir():
        pytest.skip("real inputs are not at hand")
    return folder
