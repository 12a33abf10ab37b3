from __future__ import annotations

import json

import numpy as np

from emostage.core.errors import Diagnostic
from emostage.core.tracks import Portrait
from emostage.face.overlay import describe, draw_overlay

WARNING = Diagnostic(code="W071", message="the head is turned", hint="look here")


def test_description_is_data(hopper: tuple[Portrait, object]) -> None:
    portrait = hopper[0]
    facts = json.loads(json.dumps(describe(portrait, [WARNING])))
    assert facts["picture_px"] == [512, 600]
    left, top, width, height = facts["face_px"]
    assert 100 < left < left + width < 400
    assert 100 < top < top + height < 500
    assert facts["crop"]["side"] * portrait.crop.scale == 512 or abs(facts["crop"]["side"] * portrait.crop.scale - 512) < 0.1
    assert set(facts["pose_deg"]) == {"pitch", "yaw", "roll"}
    assert all(0.1 <= weight <= 1 for weight in facts["expression"].values())
    assert facts["warnings"] == [{"code": "W071", "message": "the head is turned", "hint": "look here"}]


def test_overlay_shows_findings_over_the_photo(hopper: tuple[Portrait, object]) -> None:
    portrait = hopper[0]
    plain, warned = draw_overlay(portrait), draw_overlay(portrait, [WARNING])
    assert plain.shape == warned.shape == (1024, 2048, 3)
    assert plain.dtype == np.uint8
    assert (plain != warned).any(2).nonzero()[0].max() < 120  # only the lines of text differ
    left, right = plain[300:700, :1024].astype(int), plain[300:700, 1024:].astype(int)
    assert np.abs(left - right).mean() > 5
