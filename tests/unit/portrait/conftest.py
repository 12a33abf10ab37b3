from dataclasses import dataclass

import numpy as np
import pytest
import torch

from emostage.face.head import load_head
from emostage.face.portrait import read_portrait
from emostage.portrait.build import build_sheet
from emostage.portrait.deform import Rig
from emostage.portrait.layer import Canvas
from emostage.portrait.plate import Plate, plate_of_crop
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
