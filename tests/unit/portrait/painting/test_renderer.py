import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch

from emostage.core.arkit import expression
from emostage.core.errors import DeviceError
from emostage.nets.painting.given import REACH
from emostage.portrait.bench import talking
from emostage.portrait.painting.renderer import PaintedRenderer

SIZE = (160, 160)


def filmed(renderer, motion, seed=1):
    count = len(motion)
    weights_T8 = np.eye(8, dtype=np.float32)[np.zeros(count, int)]
    return renderer.render(motion, weights_T8, np.full((count + 2 * REACH, 160), -4, np.float32), seed=seed)


@pytest.fixture(scope="module")
def turning(track, portrait):
    """Turns from side to side, over and over."""
    sway = np.sin(2 * np.pi * np.arange(24) / 24)
    return track([portrait.fit.expression_52] * 24, np.stack([0 * sway, 14 * sway, 0 * sway], 1))


@pytest.fixture
def make(portrait, head):
    def renderer(painter, **more):
        return PaintedRenderer(portrait, head, painter, **{"size_px": SIZE, "shot": "close", **more})

    return renderer


@pytest.mark.parametrize("more", [{}, {"shot": "whole"}, {"background": "#208040"}, {"size_px": (160, 90)}, {"size_px": (64, 96)}])
def test_nothing_changes_where_the_painter_changes_nothing(make, warp, track, portrait, more):
    renderer = make(warp(), **more)
    for frame in filmed(renderer, track([portrait.fit.expression_52] * 2)):
        assert (frame == renderer.square.still_HW3).all()


def test_outside_of_the_square_every_pixel_is_the_photos(make, warp, turning):
    renderer = make(warp(tone=0.4, keep=0.5))
    outside = np.ones(SIZE[::-1], bool)
    outside[renderer.square.part] = False
    assert outside.mean() > 0.2
    for frame in filmed(renderer, turning):
        changed = (frame != renderer.square.still_HW3).any(-1)
        assert not changed[outside].any()
        assert changed.mean() > 0.2


def seam(renderer, frame):
    """The largest mean step, in 0..255, of what changed across an open side of the square."""
    change = np.abs(frame.astype(float) - renderer.square.still_HW3).mean(-1)
    rows, columns = renderer.square.part
    lines = [
        change[rows, columns.start],
        change[rows.start, columns],
        change[rows, columns.stop - 1],
        change[rows.stop - 1, columns],
    ]
    return max(line.mean() for line, is_open in zip(lines, renderer.square.open_4, strict=True) if is_open)


def test_a_turning_head_leaves_no_seam(make, warp, turning):
    renderer = make(warp())
    frames = list(filmed(renderer, turning))
    assert max(seam(renderer, frame) for frame in frames) < 0.2
    assert np.abs(frames[6].astype(float) - renderer.square.still_HW3).mean() > 2


def test_a_painter_of_another_tone_leaves_no_seam(make, warp, turning):
    renderer = make(warp(tone=0.15, keep=0.5), size_px=(256, 256))
    frame = next(iter(filmed(renderer, turning))).astype(float)
    rows, columns = renderer.square.part
    middle = frame[rows, columns][40:-40, 40:-40] - renderer.square.still_HW3[rows, columns][40:-40, 40:-40]
    assert middle.mean() > 10
    assert seam(renderer, frame) < 2
    change = (frame - renderer.square.still_HW3).mean(-1)[(rows.start + rows.stop) // 2 - 20 : (rows.start + rows.stop) // 2 + 20]
    assert np.abs(np.diff(change.mean(0))).max() < 8


def test_neighbouring_frames_are_alike(make, warp, turning):
    frames = np.stack(list(filmed(make(warp()), turning))).astype(float)
    change = np.abs(np.diff(frames, axis=0)).mean((1, 2, 3))
    assert change.max() < 3 * np.median(change)


def test_what_moves_stays_as_sharp_as_the_photo(make, warp, turning):
    renderer = make(warp(), size_px=(256, 256))
    rows, columns = renderer.square.part
    middle = (slice(rows.start + 50, rows.stop - 30), slice(columns.start + 50, columns.stop - 50))

    def sharpness(frame):
        return np.abs(np.diff(frame[middle].astype(float).mean(-1), 2, axis=0)).mean()

    still = sharpness(renderer.square.still_HW3)
    assert min(sharpness(frame) for frame in filmed(renderer, turning)) > 0.8 * still


def test_the_stream_can_be_read_again_and_gives_the_same_bytes(make, warp):
    stream = filmed(make(warp(keep=0.5)), talking(9))
    assert len(stream) == 9
    first, second = (np.stack(list(stream)) for _ in range(2))
    assert (first == second).all()
    assert first.shape == (9, SIZE[1], SIZE[0], 3)
    assert first.dtype == np.uint8


def test_another_seed_paints_otherwise(make, warp):
    renderer = make(warp(keep=0.5))
    one, other, again = (np.stack(list(filmed(renderer, talking(3), seed))) for seed in (1, 2, 1))
    assert (one == again).all()
    assert (one != other).any()


def test_frames_do_not_depend_on_how_many_come_together(make, warp):
    one, other = (np.stack(list(filmed(make(warp(some=some)), talking(7)))).astype(int) for some in (1, 7))
    assert np.abs(one - other).max() <= 1


def test_painters_are_told_the_seed_and_the_whole_take(make, warp):
    painter = warp()
    list(filmed(make(painter), talking(2), 5))
    ((told, seed),) = painter.asked
    assert (told.frames, seed) == (2, 5)
    assert told.part(0, 2).reference_B3HH.shape == (1, 3, painter.size_px, painter.size_px)


def test_frames_come_as_they_are_painted_and_an_abandoned_stream_stops_painting(make, warp):
    class Slow(warp):
        painted = 0
        ended = False

        def paint(self, given, **more):
            try:
                for some in super().paint(given, **more):
                    self.painted += len(some.clean_N3HH)
                    yield some
            finally:
                self.ended = True

    painter = Slow()
    frames = iter(filmed(make(painter), talking(400)))
    assert len(list(itertools.islice(frames, 2))) == 2
    assert painter.painted <= 10
    frames.close()
    assert painter.ended


def test_reading_frames_leaves_the_readers_own_mode_alone(make, warp):
    for _ in filmed(make(warp()), talking(2)):
        assert not torch.is_inference_mode_enabled()


def test_an_empty_motion_has_no_frames(make, warp, track):
    assert list(filmed(make(warp()), track(np.zeros((0, 52))))) == []


def test_a_mouth_that_is_told_to_open_reaches_the_painter(make, warp, track):
    painter = warp()
    list(filmed(make(painter), track([expression(), expression(jawOpen=0.7)])))
    given = painter.asked[0][0].part(0, 2)
    gap = given.landmarks_BFL2[0, :, 14, 1] - given.landmarks_BFL2[0, :, 13, 1]
    assert gap[1] > gap[0] + 0.02


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_missing_device_is_said(make, warp):
    with pytest.raises(DeviceError, match="E110"):
        make(warp(), device="cuda")


def test_no_rim_is_lighter_than_what_is_there_in_the_photo(make, warp, track, portrait):
    class Glaring:
        """Whitens everything."""

        size_px = 128

        def paint(self, take, *, seed):
            for painted in warp().paint(take, seed=seed):
                yield replace(painted, clean_N3HH=torch.ones_like(painted.clean_N3HH))

    renderer = make(Glaring(), size_px=(128, 128))
    frame = next(iter(filmed(renderer, track([portrait.fit.expression_52]))))
    square = renderer.square
    landmarks_L2 = square.landmarks_L2 * square.side_px
    beside = frame[square.part][: int(landmarks_L2[:, 1].min()) - 16].astype(int)
    assert beside.size and (beside < 250).mean() > 0.2
    assert frame[square.part][int(landmarks_L2[1, 1]), int(landmarks_L2[1, 0])].min() > 240


@pytest.mark.parametrize(("levels", "least", "most"), [(1, 0, 0), (12, 5, 12)])
def test_beside_the_face_a_faint_grid_is_not_painted_and_what_is_meant_is(make, warp, track, portrait, levels, least, most):
    class Gridded(warp):
        """Darkens every second column of four."""

        def paint(self, take, **more):
            for painted in super().paint(take, **more):
                clean = painted.clean_N3HH.clone()
                clean[..., 1::4] -= levels / 127.5
                clean[..., 2::4] -= levels / 127.5
                yield replace(painted, clean_N3HH=clean)

    renderer = make(Gridded(size_px=128), size_px=(128, 128))
    frame = next(iter(filmed(renderer, track([portrait.fit.expression_52]))))
    square = renderer.square
    change = np.abs(frame.astype(int) - square.still_HW3)[square.part]
    top, nose = int(square.landmarks_L2[:, 1].min() * square.side_px), (square.landmarks_L2[1] * square.side_px).astype(int)
    beside = change[8 : top - 8]
    assert beside.size and least <= beside.max() <= most
    assert change[nose[1] - 4 : nose[1] + 4, nose[0] - 4 : nose[0] + 4].max() >= max(1, levels // 2)
