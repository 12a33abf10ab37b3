from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
import torch

from emostage.core.tracks import MotionTrack, Portrait
from emostage.face.head import Head, load_head
from emostage.face.portrait import read_portrait
from emostage.portrait.build import build_sheet
from emostage.portrait.deform import Rig
from emostage.portrait.layer import Canvas
from emostage.portrait.plate import Plate
from emostage.portrait.posed import Posed
from emostage.portrait.sheet import Sheet
from emostage.portrait.teeth import photo_teeth


@dataclass(frozen=True)
class Face:
    """A photo on a plate with its sheet, ready to be posed."""

    plate: Plate
    sheet: Sheet
    rig: Rig

    def pose(self, *expressions_52, angles_B3=None, tongue_B=None) -> Posed:
        count = len(expressions_52)
        angles_B3 = torch.zeros(count, 3) if angles_B3 is None else torch.as_tensor(angles_B3, dtype=torch.float32)
        tongue_B = None if tongue_B is None else torch.as_tensor(tongue_B, dtype=torch.float32)
        expression_B52 = torch.as_tensor(np.array(expressions_52), dtype=torch.float32)
        return self.rig.pose(expression_B52=expression_B52, angles_B3=angles_B3, tongue_B=tongue_B)

    def canvas(self, count: int = 1, grey: float = 128.0) -> Canvas:
        width, height = self.plate.size_px
        return Canvas(rgb_B3HW=torch.full((count, 3, height, width), grey), left=0, top=0)

    def photo_canvas(self, count: int = 1) -> Canvas:
        photo = torch.tensor(self.plate.photo_HW3.transpose(2, 0, 1).copy(), dtype=torch.float32)
        return Canvas(rgb_B3HW=photo.repeat(count, 1, 1, 1), left=0, top=0)


def plate_of_crop(portrait: Portrait) -> Plate:
    """The portrait's own square crop as a plate, pixel for pixel."""
    half = portrait.crop.size_px / 2
    return Plate(
        photo_HW3=portrait.face_SS3,
        landmarks_L2=portrait.landmarks_L2,
        matte_HW=portrait.matte_SS,
        fit=portrait.fit,
        focal_px=portrait.fit.focal_px,
        centre_2=np.array([half, half]),
    )


def _face(name: str) -> Face:
    torch.set_num_threads(1)
    head = load_head()
    portrait, _ = read_portrait(f"sample/{name}", head=head)
    plate = plate_of_crop(portrait)
    sheet = build_sheet(plate, head, photo_teeth(plate).edge)
    return Face(plate=plate, sheet=sheet, rig=Rig(sheet))


@pytest.fixture(scope="session")
def astronaut() -> Face:
    """Smiles with visible teeth."""
    return _face("astronaut")


@pytest.fixture(scope="session")
def hopper() -> Face:
    """Closed lips, glasses, lined skin."""
    return _face("hopper")


@pytest.fixture(scope="session")
def plate(astronaut) -> Plate:
    return astronaut.plate


@pytest.fixture(scope="session")
def sheet(astronaut) -> Sheet:
    return astronaut.sheet


@pytest.fixture(scope="session")
def rig(astronaut) -> Rig:
    return astronaut.rig


@pytest.fixture(scope="session")
def head() -> Head:
    return load_head()


@pytest.fixture(scope="session")
def portrait(head) -> Portrait:
    """The astronaut in a small crop."""
    return read_portrait("sample/astronaut", crop_px=256, head=head)[0]


@pytest.fixture(scope="session")
def track():
    """Makes a motion from expressions and, optionally, head angles in degrees."""

    def make(expressions, angles_deg=None, **tracks) -> MotionTrack:
        count = len(expressions)
        angles = np.zeros((count, 3)) if angles_deg is None else np.radians(angles_deg)
        rest = {
            "shift_T2": np.zeros((count, 2)),
            "scale_T": np.ones(count),
            "tongue_T": np.zeros(count),
            "breath_T": np.zeros(count),
        }
        moves = {"expression_T52": expressions, "rotation_T3": angles, **rest, **tracks}
        return MotionTrack(**{name: np.asarray(move, np.float32) for name, move in moves.items()}, fps=Fraction(25))

    return make
