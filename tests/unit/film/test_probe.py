from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from emostage.core.errors import EmostageError
from emostage.core.time import FRAME_RATES
from emostage.film.probe import decode, decode_sound, probe


@pytest.mark.parametrize("fps", FRAME_RATES.values(), ids=str)
def test_any_stretch_decodes_to_the_same_frames(make_clip, streams, fps):
    path = make_clip(streams[0](130, fps))
    frames = list(decode(path))
    for first, count in ((0, 3), (1, 1), (59, 4), (60, 2), (61, 1), (129, 1), (130, 0)):
        part = decode(path, first=first, count=count)
        assert len(part) == count
        assert all(np.array_equal(a, b) for a, b in zip(part, frames[first : first + count], strict=True))


def test_a_stream_can_be_read_again(make_clip, streams):
    stream = decode(make_clip(streams[0](5, Fraction(25))))
    assert [f.mean() for f in stream] == [f.mean() for f in stream]


def test_scaled(make_clip, streams):
    path = make_clip(streams[1](2, Fraction(25), (10, 200, 90)))
    (frame, _) = decode(path, size_px=(20, 14))
    assert frame.shape == (14, 20, 3)
    assert np.abs(frame.astype(int) - (10, 200, 90)).max() <= 3


@pytest.mark.parametrize(("first", "count"), [(-1, 2), (3, 4), (7, 0), (0, -1)])
def test_frames_that_do_not_exist(make_clip, streams, first, count):
    path = make_clip(streams[0](6, Fraction(25)))
    with pytest.raises(ValueError, match="not all within"):
        decode(path, first=first, count=count)


def test_damaged_pictures_are_an_error(make_clip, streams):
    path = make_clip(streams[0](30, Fraction(25)))
    data = bytearray(path.read_bytes())
    begin = data.index(b"mdat") + 4
    data[begin:] = bytes(len(data) - begin)
    path.write_bytes(data)
    with pytest.raises(EmostageError, match=r"E106|E115"):
        list(decode(path))


def test_no_sound(make_clip, streams):
    path = make_clip(streams[0](3, Fraction(25)))
    found = probe(path)
    assert (found.sound_s, found.sound_codec, found.sound_rate_hz, found.priming) == (None, None, None, 0)
    with pytest.raises(EmostageError, match="no sound"):
        decode_sound(path)
