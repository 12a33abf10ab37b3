from __future__ import annotations

import builtins
import os
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from emostage.core.errors import DeviceError
from emostage.face.solutions import Graph, square


def test_native_logs_stay_away_from_stderr(capfd: pytest.CaptureFixture[str], astronaut: np.ndarray) -> None:
    for _ in range(3):
        graph = Graph("face_mesh", "multi_face_landmarks", static_image_mode=True, refine_landmarks=True)
        assert len(graph(astronaut)) == 1
        graph.close()
    said = capfd.readouterr()
    assert said.err == said.out == ""


def test_stderr_works_again_afterwards(capfd: pytest.CaptureFixture[str]) -> None:
    Graph("selfie_segmentation", "segmentation_mask", model_selection=0).close()
    os.write(2, b"still here")
    assert capfd.readouterr().err == "still here"


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("libGL.so.1: cannot open shared object file", "libgl1 and libglib2.0-0"),
        ("No module named 'mediapipe'", "install emostage"),
    ],
)
def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch, said: str, hint: str) -> None:
    plain = builtins.__import__

    def broken(name: str, *args: object, **options: object) -> object:
        if name.startswith("mediapipe"):
            raise ImportError(said)
        return plain(name, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", broken)
    with pytest.raises(DeviceError) as caught:
        Graph("face_mesh", "multi_face_landmarks")
    assert caught.value.diagnostics[0].code == "E112"
    assert hint in caught.value.diagnostics[0].hint


def test_a_graph_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> object:
        os.write(2, b"native reason\n")
        raise RuntimeError("graph did not start")

    fake = SimpleNamespace(face_mesh=SimpleNamespace(FaceMesh=fail))
    monkeypatch.setitem(sys.modules, "mediapipe", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "mediapipe.python", SimpleNamespace(solutions=fake))
    with pytest.raises(DeviceError) as caught:
        Graph("face_mesh", "multi_face_landmarks")
    assert caught.value.diagnostics[0].code == "E113"
    assert "native reason" in caught.value.diagnostics[0].hint


def test_pictures_are_padded_right_or_below() -> None:
    wide = np.full((3, 5, 3), 9, np.uint8)
    assert square(wide).shape == (5, 5, 3)
    assert (square(wide)[:3] == 9).all()
    assert (square(wide)[3:] == 0).all()
    assert square(wide.transpose(1, 0, 2)).shape == (5, 5, 3)
    assert square(wide[:, :3]).shape == (3, 3, 3)
