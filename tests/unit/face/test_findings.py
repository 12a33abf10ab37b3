from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emostage.core.errors import AssetError
from emostage.core.tracks import Crop, Portrait
from emostage.face.findings import examine, mouth_gap, require_human
from emostage.face.fit import rotation
from emostage.face.refine import Reading


def reading(portrait: Portrait, spread_px: float = 1.0, seen: float = 1.0) -> Reading:
    return Reading(landmarks_L2=portrait.landmarks_L2, spread_px=spread_px, seen=seen)


def turned(portrait: Portrait, vector_deg: tuple[float, float, float]) -> Portrait:
    return replace(portrait, fit=replace(portrait.fit, rotation_33=rotation(np.radians(vector_deg))))


def codes(portrait: Portrait, faces: int = 1, spread_px: float = 1.0) -> set[str]:
    return {d.code for d in examine(portrait, reading(portrait, spread_px), "a.png", faces)}


def error(portrait: Portrait) -> str:
    with pytest.raises(AssetError) as caught:
        examine(portrait, reading(portrait), "a.png", 1)
    return caught.value.diagnostics[0].code


def test_a_good_portrait_has_no_findings(hopper: tuple[Portrait, tuple[object, ...]]) -> None:
    assert hopper[1] == ()
    assert codes(hopper[0]) == set()


def test_each_risk_has_its_warning(hopper: tuple[Portrait, object]) -> None:
    portrait = hopper[0]
    assert codes(portrait, faces=3) == {"W070"}
    assert codes(turned(portrait, (0, 30, 0))) == {"W071"}
    assert codes(turned(portrait, (-30, 0, 0))) == {"W071"}
    assert codes(turned(portrait, (0, 0, 30))) == {"W075"}
    assert codes(portrait, spread_px=5) == {"W076"}
    small = replace(portrait, crop=Crop(left=-1000, top=-1000, scale=3.0, size_px=512))
    small = replace(small, picture_HW3=np.zeros((3000, 3000, 3), np.uint8), crop=replace(small.crop, left=500, top=500))
    assert codes(small) == {"W072"}
    opened = portrait.landmarks_L2.copy()
    opened[14, 1] += 40
    assert codes(replace(portrait, landmarks_L2=opened)) == {"W073"}
    touching = replace(
        portrait, crop=replace(portrait.crop, left=-float(portrait.landmarks_L2[:468, 0].min() + 3) / portrait.crop.scale)
    )
    assert codes(touching) == {"W074"}


def test_what_cannot_be_used_is_an_error(hopper: tuple[Portrait, object]) -> None:
    portrait = hopper[0]
    assert error(turned(portrait, (0, -50, 0))) == "E077"
    assert error(replace(portrait, crop=replace(portrait.crop, scale=10.0))) == "E076"
    assert (
        error(replace(portrait, crop=replace(portrait.crop, top=-portrait.landmarks_L2[14, 1] / portrait.crop.scale - 700)))
        == "E078"
    )


def test_turns_are_told_as_the_viewer_sees_them(hopper: tuple[Portrait, object]) -> None:
    portrait = hopper[0]
    for vector, words in (((0, -30, 0), "to the right"), ((0, 30, 0), "to the left"), ((30, 0, 0), "down"), ((-30, 0, 0), "up")):
        (found,) = examine(turned(portrait, vector), reading(portrait), "a.png", 1)  # type: ignore[arg-type]
        assert words in found.message


@pytest.mark.parametrize(
    ("score", "spread_px", "seen", "error_px"),
    [(0.4, 1.0, 1.0, 2.0), (0.9, 12.0, 1.0, 2.0), (0.9, 1.0, 0.25, 2.0), (0.9, 1.0, 1.0, 9.0)],
)
def test_what_is_not_human_is_refused(
    hopper: tuple[Portrait, object], score: float, spread_px: float, seen: float, error_px: float
) -> None:
    portrait = hopper[0]
    require_human("a.png", 0.9, reading(portrait), portrait.fit, 512)
    with pytest.raises(AssetError) as caught:
        require_human("a.png", score, reading(portrait, spread_px, seen), replace(portrait.fit, error_px=error_px), 512)
    assert caught.value.diagnostics[0].code == "E075"


def test_gap_of_the_mouth_counts_in_eye_distances(hopper: tuple[Portrait, object]) -> None:
    points = hopper[0].landmarks_L2.copy()
    points[14] = points[13] + [0, np.linalg.norm(points[33] - points[263]) / 4]
    assert mouth_gap(points) == pytest.approx(0.25)
