import itertools
import threading

import numpy as np
import pytest
import torch

from emostage.core.arkit import expression
from emostage.core.errors import DeviceError
from emostage.portrait.bench import bench, talking
from emostage.portrait.photo import PhotoRenderer

SIZE = (256, 256)


@pytest.fixture(scope="module")
def renderer(portrait, head):
    return PhotoRenderer(portrait, head, size_px=SIZE)


@pytest.fixture(scope="module")
def still(renderer):
    return renderer.backing.still_HW3


def test_the_photos_own_expression_returns_the_photo(renderer, still, track):
    frame = next(iter(renderer.render(track([renderer.painter.sheet.source_52]))))
    error = np.abs(frame.astype(float) - still)
    psnr = 10 * np.log10(255**2 / (error**2).mean())
    assert psnr > 45
    assert (error > 0).any(-1).mean() < 0.02, "only the rebuilt eyes may differ"


def test_where_nothing_moves_the_pixels_are_the_photos(renderer, still, track):
    frame = next(iter(renderer.render(track([expression(mouthSmile=0.6, browInnerUp=0.5)]))))
    backing = renderer.backing
    points = backing.plate.landmarks_L2[:468] + np.array([backing.left, backing.top])
    low, high = points.min(0) - 0.5 * np.ptp(points, axis=0), points.max(0) + 0.5 * np.ptp(points, axis=0)
    rows, columns = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    outside = (columns < low[0]) | (columns > high[0]) | (rows < low[1]) | (rows > high[1])
    assert (frame[outside] == still[outside]).all()
    assert (frame != still).any()


def test_a_turning_head_leaves_everything_outside_the_plate_alone(renderer, still, track):
    frame = next(iter(renderer.render(track([expression()], [(6, 10, 4)]))))
    backing = renderer.backing
    height, width = backing.plate.photo_HW3.shape[:2]
    changed = (frame != still).any(-1)
    inside = np.zeros_like(changed)
    inside[backing.top + 1 : backing.top + height - 1, backing.left + 1 : backing.left + width - 1] = True
    assert changed[inside].mean() > 0.1
    assert not changed[~inside].any()


def test_frames_do_not_depend_on_how_they_are_batched(portrait, head, renderer):
    motion = talking(7)
    expected = np.stack(list(renderer.render(motion)))
    for batch in (1, 3):
        other = PhotoRenderer(portrait, head, size_px=SIZE, batch=batch)
        difference = np.abs(np.stack(list(other.render(motion))).astype(int) - expected)
        assert difference.max() <= 2
        assert (difference > 0).mean() < 1e-3


def test_the_stream_can_be_read_again_and_gives_the_same_bytes(renderer):
    stream = renderer.render(talking(9))
    assert len(stream) == 9
    first, second = (np.stack(list(stream)) for _ in range(2))
    assert (first == second).all()
    assert first.shape == (9, SIZE[1], SIZE[0], 3)
    assert first.dtype == np.uint8


def test_an_abandoned_stream_stops_working(renderer):
    frames = iter(renderer.render(talking(400)))
    assert len(list(itertools.islice(frames, 2))) == 2
    frames.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("portrait")]


def test_an_empty_motion_has_no_frames(renderer, track):
    assert list(renderer.render(track(np.zeros((0, 52))))) == []


def test_neighbouring_frames_are_alike(renderer):
    frames = np.stack(list(renderer.render(talking(24)))).astype(float)
    change = np.abs(np.diff(frames, axis=0)).mean((1, 2, 3))
    assert change.max() < 3 * np.median(change) + 0.2


def test_a_new_background_stands_still_behind_a_moving_person(portrait, head, track):
    renderer = PhotoRenderer(portrait, head, size_px=SIZE, background="#00ff00")
    frames = list(renderer.render(track([expression(), expression()], [(0, 0, 0), (3, 8, 0)])))
    assert all((frame[:12, -12:] == [0, 255, 0]).all() for frame in frames)
    plate, backing = renderer.backing.plate, renderer.backing
    nose = (plate.landmarks_L2[1] + np.array([backing.left, backing.top])).astype(int)
    assert all(frame[nose[1], nose[0], 0] > 80 for frame in frames)


@pytest.mark.parametrize("quality", ["draft", "standard", "high"])
@pytest.mark.parametrize("size", [(128, 72), (90, 160)])
def test_any_quality_in_any_shape(portrait, head, quality, size):
    frames = list(PhotoRenderer(portrait, head, size_px=size, quality=quality).render(talking(2)))
    assert [frame.shape for frame in frames] == [(size[1], size[0], 3)] * 2


def test_every_stage_is_timed(portrait, head):
    figures = bench(portrait, head, size_px=(128, 128))
    assert {"pose", "light", "flow", "dress", "warp", "mouth", "eyes", "composite", "sum", "wall", "prepare"} <= set(figures)
    assert all(value >= 0 for value in figures.values())


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_missing_device_is_said(portrait, head):
    with pytest.raises(DeviceError, match="E110"):
        PhotoRenderer(portrait, head, size_px=SIZE, device="cuda")


def test_a_single_frame_is_that_of_the_film(renderer):
    motion = talking(5)
    expected = list(renderer.render(motion))[3]
    assert np.abs(renderer.frame(motion, 3).astype(int) - expected).max() <= 2
