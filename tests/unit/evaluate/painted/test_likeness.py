import numpy as np
import pytest

from emostage.core.errors import AssetError
from emostage.evaluate.painted.artists import Repeating
from emostage.evaluate.painted.cases import clips
from emostage.evaluate.painted.likeness import PARTS, Truth
from emostage.evaluate.painted.showing import show, show_true


class Perfect:
    """Shows the true frames."""

    def sits(self, sitter):
        numbers = {np.asarray(sitter.footage.frames["rotation_N3"][n], np.float32).tobytes() + bytes([sitter.shot]): n
                   for n in range(len(sitter.footage)) if sitter.footage.frames["shot_N"][n] == sitter.shot}  # fmt: skip
        return lambda act: (sitter.footage.picture(numbers[turn.tobytes() + bytes([sitter.shot])]) for turn in act.rotation_T3)


class Refusing:
    """Cannot use the portrait of the first person."""

    def sits(self, sitter):
        if sitter.shot == 0:
            raise AssetError.of("E070", "no face", "another picture")
        return Perfect().sits(sitter)


class Dithering:
    """The true frames with noise."""

    def sits(self, sitter):
        rng, perfect = np.random.default_rng(0), Perfect().sits(sitter)
        return lambda act: (np.clip(frame + rng.normal(0, 9, frame.shape), 0, 255).astype(np.uint8) for frame in perfect(act))


@pytest.fixture
def truths(footage, recogniser, reading):
    return [Truth(case, None, recogniser) for case in clips(footage, 2)]


def test_a_perfect_painter_makes_no_error(truths):
    found = show(Perfect(), truths).likeness
    assert found.psnr_db == found.whole_psnr_db == np.inf
    assert found.ssim == pytest.approx(1) and found.boiling_face == 0
    assert found.error == dict.fromkeys(PARTS, 0.0) and found.unread == 0 and found.frames == 16
    true = show_true(truths).likeness
    assert (found.identity, found.tremor) == pytest.approx((true.identity, true.tremor))


def test_a_repeated_portrait_makes_errors_but_keeps_the_person(truths):
    found = show(Repeating(), truths).likeness
    assert found.psnr_db < 30 and found.error["mouth"] > 1 and found.boiling_face > 1
    assert found.identity == pytest.approx(1)
    assert found.tremor < show_true(truths).likeness.tremor


def test_frames_without_a_face_are_counted_and_left_out(truths):
    found = show(Dithering(), truths).likeness
    assert found.unread == 16 and found.frames == 0
    assert all(np.isnan(value) for value in found.error.values()) and found.psnr_db > 20


def test_refused_portraits_are_counted(truths):
    found = show(Refusing(), truths)
    assert found.refused == 1 and found.likeness.frames == 8
    nothing = show(Refusing(), truths[:1])
    assert nothing.refused == 1 and np.isnan(nothing.likeness.psnr_db) and np.isnan(nothing.ms)
