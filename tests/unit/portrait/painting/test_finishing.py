"""Finished films: what the net keeps stays as it was drawn, byte for byte; what it changes comes without a seam."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch
from torch.nn.functional import interpolate

from emostage.core.arkit import expression
from emostage.nets.painting.copying import overpainted
from emostage.nets.painting.given import CELLS, face_mask
from emostage.portrait.bench import talking
from emostage.portrait.painting.finishing import FinishedRenderer
from emostage.portrait.painting.square import square_of
from emostage.portrait.photo import PhotoRenderer

SIZE = (160, 160)


class Varnish:
    """Paints the face lighter by `tone`, but for its edge, and fetches it from `shift` shares of the side further right."""

    size_px = 128

    def __init__(self, tone=0.0, shift=0.0):
        self.tone, self.shift, self.asked = tone, shift, []

    def finish(self, drawn_N3HH, given, *, seed):
        self.asked.append((given, seed))
        mask = interpolate(face_mask(given.flat("landmarks_BFL2"), CELLS), drawn_N3HH.shape[2:], mode="bilinear")
        flow = torch.cat([self.shift * mask, 0 * mask], 1)
        painted = overpainted(drawn_N3HH, flow, (self.tone * mask).expand_as(drawn_N3HH))
        return replace(painted, clean_N3HH=torch.where(mask > 0, painted.clean_N3HH, drawn_N3HH))


@pytest.fixture(scope="module")
def made(portrait, head):
    """Renderers by size and background, made once."""
    known = {}

    def make(finisher, **more):
        asked = {"size_px": SIZE, "shot": "close", "background": "keep", **more}
        key = tuple(sorted(asked.items()))
        if key not in known:
            photo = PhotoRenderer(portrait, head, **asked, quality="high", batch=4)
            known[key] = photo, square_of(portrait, head, asked["size_px"], asked["background"], asked["shot"])
        photo, square = known[key]
        return photo, FinishedRenderer(photo, square, portrait.fit, head, finisher, seed=3), square

    return make


@pytest.mark.parametrize("more", [{}, {"shot": "whole"}, {"background": "#208040"}, {"size_px": (64, 96)}])
def test_what_the_net_keeps_stays_byte_for_byte(made, more):
    photo, finished, _ = made(Varnish(), **more)
    for drawn, frame in zip(photo.render(talking(6)), finished.render(talking(6)), strict=True):
        assert (drawn == frame).all()


def test_what_is_painted_is_in_the_face_alone_and_has_no_seam(made):
    photo, finished, square = made(Varnish(tone=0.3))
    for drawn, frame in zip(photo.render(talking(2)), finished.render(talking(2)), strict=True):
        change = frame.astype(int) - drawn
        changed = (change != 0).any(-1)
        outside = np.ones(changed.shape, bool)
        outside[square.part] = False
        assert outside.any() and not changed[outside].any()
        assert 0.05 < changed.mean() < 0.7
        nose = ((square.landmarks_L2[1] * square.side_px) + (square.left, square.top)).astype(int)
        assert change[nose[1], nose[0]].mean() > 25
        whole = cv2.morphologyEx(changed.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
        rim = (whole - cv2.erode(whole, np.ones((3, 3), np.uint8))) > 0
        assert rim.sum() > 100
        assert np.abs(change[rim]).mean() < 4


def test_what_is_fetched_keeps_the_detail_of_what_was_drawn(made):
    photo, finished, square = made(Varnish(shift=2 / 256), size_px=(512, 512))
    drawn, frame = next(iter(photo.render(talking(1)))), next(iter(finished.render(talking(1))))
    nose = ((square.landmarks_L2[1] * square.side_px) + (square.left, square.top)).astype(int)
    around = (slice(nose[1] - 30, nose[1] + 30), slice(nose[0] - 30, nose[0] + 30))
    sharp = [np.abs(np.diff(each[around].astype(float).mean(-1), 2, axis=0)).mean() for each in (drawn, frame)]
    assert (drawn[around] != frame[around]).any()
    assert sharp[1] > 0.9 * sharp[0]


def test_one_seed_for_the_whole_film_and_conditions_of_the_right_frames(made):
    varnish = Varnish()
    _, finished, _ = made(varnish)
    opening = talking(20)
    assert len(list(finished.render(opening))) == 20
    assert {seed for _, seed in varnish.asked} == {3}
    told = torch.cat([given.expression_BF52[0] for given, _ in varnish.asked])
    assert torch.allclose(told, torch.from_numpy(opening.expression_T52.copy()), atol=1e-6)


def test_the_stream_can_be_read_again_and_gives_the_same_bytes(made):
    _, finished, _ = made(Varnish(tone=0.2))
    stream = finished.render(talking(5))
    first, second = (np.stack(list(stream)) for _ in range(2))
    assert first.shape == (5, SIZE[1], SIZE[0], 3) and (first == second).all()


def test_a_mouth_that_opens_is_told_where_it_is_seen(made, track):
    varnish = Varnish()
    _, finished, _ = made(varnish)
    list(finished.render(track([expression(), expression(jawOpen=0.7)])))
    landmarks = torch.cat([given.landmarks_BFL2[0] for given, _ in varnish.asked])
    gap = landmarks[:, 14, 1] - landmarks[:, 13, 1]
    assert gap[1] > gap[0] + 0.02


def test_an_empty_motion_has_no_frames(made, track):
    _, finished, _ = made(Varnish())
    assert list(finished.render(track(np.zeros((0, 52))))) == []
