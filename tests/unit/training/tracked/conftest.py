"""Small films of people who are coloured squares, and a tracker that sees them: all but the reading of real faces is tried so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from emostage.core.tracks import FrameStream
from emostage.film.encode import encode
from emostage.film.ffmpeg import place, run
from emostage.training.tracked import following, piecework

RED, GREEN, BLUE = (230, 20, 20), (20, 230, 20), (20, 20, 230)


class Squares:
    """A tracker for which every coloured square is a face."""

    template: np.ndarray
    human = True

    def __init__(self, *_: object, **__: object) -> None:
        self._count = 0

    def __enter__(self) -> Squares:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def faces(self, picture_HW3: np.ndarray) -> list[np.ndarray]:
        return [mesh_L3[:, :2] for mesh_L3 in self.meshes(picture_HW3)]

    def meshes(self, picture_HW3: np.ndarray) -> list[np.ndarray]:
        found = []
        for channel in range(3):
            one, other = (picture_HW3[..., (channel + n) % 3] < 100 for n in (1, 2))
            rows, columns = np.nonzero((picture_HW3[..., channel] > 140) & one & other)
            if len(rows) > 30:
                self._count += 1
                low = np.array([columns.min(), rows.min()], float)
                side = np.array([np.ptp(columns), np.ptp(rows)]) + 1.0
                off = 0.0 if self.human else 0.3 * side[0] * (self._count % 3)
                found.append(np.c_[low + self.template * side + off, np.zeros(len(self.template))])
        return sorted(found, key=lambda mesh_L3: -float(np.ptp(mesh_L3[:, 0])))

    def score(self, *_: object) -> float:
        return 0.9


def nearest(tracker: Squares, frame_HW3: np.ndarray, near_L2: np.ndarray) -> np.ndarray:
    """The square nearest to a place, read once."""
    found = tracker.faces(frame_HW3)
    return min(found, key=lambda f: np.linalg.norm(f.mean(0) - near_L2.mean(0)), default=np.full((478, 2), np.nan))


class Colours:
    """Tells squares apart by their colour."""

    def embed(self, face_SS3: np.ndarray, landmarks_L2: np.ndarray) -> np.ndarray:
        x, y = (int(v) for v in landmarks_L2[:468].mean(0) * len(face_SS3))
        colour_3 = face_SS3[y - 2 : y + 3, x - 2 : x + 3].astype(float).mean((0, 1))
        return colour_3 / np.linalg.norm(colour_3)


@pytest.fixture
def squares(monkeypatch: pytest.MonkeyPatch, template: np.ndarray) -> type[Squares]:
    """Puts both in the place of the real ones."""
    kind = type("Squares", (Squares,), {"template": template})
    monkeypatch.setattr(piecework, "FaceMeshTracker", kind)
    monkeypatch.setattr(piecework, "Knower", Colours)
    monkeypatch.setattr(following, "read_face", nearest)
    return kind


Scene = Callable[[int], np.ndarray]


def drawn(*people: tuple[tuple[int, int, int], float, float, float], size_px: tuple[int, int] = (160, 120), back: int = 60):
    """A picture with squares: colour, middle (x, y) and side."""
    width, height = size_px
    picture_HW3 = np.full((height, width, 3), back, np.uint8)
    for colour, x, y, side in people:
        a, b = (max(0, int(v - side / 2)) for v in (x, y))
        picture_HW3[b : b + int(side), a : a + int(side)] = colour
    return picture_HW3


@pytest.fixture
def filmed(tmp_path: Path) -> Callable[..., Path]:
    """Makes a film of frames, with a tone of so many Hz, and whatever else ffmpeg is to do."""

    def make(frames: Sequence[np.ndarray], name: str = "me.mp4", *, fps: int = 25, hz: int = 440, more: Sequence[str] = ()) -> Path:
        height, width = frames[0].shape[:2]

        def opened() -> Iterator[np.ndarray]:
            return iter(frames)

        bare, path = tmp_path / "bare.mp4", tmp_path / name
        encode(FrameStream(fps=Fraction(fps), size_px=(width, height), count=len(frames), open=opened), bare, quality="high")
        tone = ["-f", "lavfi", "-t", f"{len(frames) / fps}", "-i", f"sine={hz}:r=22050"] if hz else []
        copied = ["-c:v", "copy"] if path.suffix in {".mp4", ".mov", ".mkv"} and "-vf" not in more else []
        run(["-i", place(bare), *tone, *copied, *more, "-y", place(path)], target=path)
        return path

    return make


def moving(count: int, colour: tuple[int, int, int] = RED) -> list[np.ndarray]:
    """Frames of a square that goes to the right by half a pixel a frame."""
    return [drawn((colour, 60 + t / 2, 60, 40)) for t in range(count)]
