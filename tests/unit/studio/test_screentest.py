import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX
from emostage.core.emotion import EMOTIONS
from emostage.face.portrait import read_portrait
from emostage.studio.screentest import emotions, moves, shoot, sounds, track
from emostage.studio.testsheet import FACE_PX, HERO_PX, MARGIN, WIDTH, draw_sheet, layout
from emostage.studio.verdict import Grade, Remark, Verdict

REMARK = Remark(grade=Grade.USABLE, topic="turn", text="turned 31 degrees to the left", advice="a frontal photo will look better")
VERDICT = Verdict(grade=Grade.USABLE, remarks=(REMARK,))


@pytest.fixture(scope="module")
def portrait():
    return read_portrait("sample/hopper")[0]


@pytest.fixture(scope="module")
def screen_test(portrait):
    return shoot(portrait, size_px=192)


def far(one, other):
    return float(np.abs(one.astype(int) - other).mean())


def test_poses_cover_emotions_sounds_and_moves():
    assert [pose.caption for pose in emotions()] == list(EMOTIONS[1:])
    by_word = {pose.caption.split()[-1]: pose for pose in sounds()}
    jaw, pucker = ARKIT_INDEX["jawOpen"], ARKIT_INDEX["mouthPucker"]
    assert by_word["map"].expression_52[ARKIT_INDEX["mouthPressLeft"]] > 0.3
    assert by_word["five"].expression_52[ARKIT_INDEX["mouthRollLower"]] > 0.3
    assert by_word["father"].expression_52[jaw] > 2 * by_word["tea"].expression_52[jaw]
    assert by_word["you"].expression_52[pucker] > 0.5 > by_word["bed"].expression_52[pucker]
    assert by_word["let"].tongue > 0.9
    yaws = track(moves()).rotation_T3[:, 1]
    assert (yaws.min(), yaws.max()) == pytest.approx((-np.radians(20), np.radians(20)))


def test_every_take_differs_from_the_others(screen_test):
    for takes in (screen_test.emotions, screen_test.moves, screen_test.sounds):
        assert len({take.picture_HW3.shape for take in takes}) == 1
        for i, one in enumerate(takes):
            assert one.picture_HW3.std() > 10
            for other in takes[:i]:
                assert far(one.picture_HW3, other.picture_HW3) > 0.05, (one.caption, other.caption)


def test_a_photo_at_rest_is_its_own_neutral_face(screen_test):
    assert far(screen_test.photo.picture_HW3, screen_test.neutral.picture_HW3) < 1.5
    assert all(far(screen_test.neutral.picture_HW3, take.picture_HW3) > 0.5 for take in screen_test.emotions)


def test_turns_go_to_the_side_they_are_called_after(screen_test):
    left, right = (next(t.picture_HW3 for t in screen_test.moves if t.caption.endswith(side)) for side in ("the left", "the right"))
    flow = far(left[:, : left.shape[1] // 2], right[:, : right.shape[1] // 2])
    assert flow > 3
    assert far(left, right) > far(left, screen_test.neutral.picture_HW3) > 1


def test_cells_do_not_overlap_and_lie_on_the_page(screen_test):
    page = layout(screen_test.photo, screen_test)
    assert len(page.cells) == 3 + 7 + 14 + 7
    taken = np.zeros((page.height, WIDTH), int)
    for cell in page.cells:
        left, top, right, bottom = cell.box
        assert MARGIN <= left < right <= WIDTH - MARGIN
        taken[top:bottom, left:right] += 1
    left, top, right, bottom = page.verdict
    taken[top:bottom, left:right] += 1
    assert taken.max() == 1
    assert right <= WIDTH
    assert page.cells[0].box[3] - page.cells[0].box[1] == HERO_PX


def test_the_sheet_shows_its_takes_captions_and_verdict(portrait, screen_test):
    plain = draw_sheet(portrait, screen_test, Verdict(grade=Grade.EXCELLENT, remarks=()), "hopper.png", ["fit 1.5 px"])
    sheet = draw_sheet(portrait, screen_test, VERDICT, "hopper.png", ["fit 1.5 px"])
    page = layout(screen_test.photo, screen_test)
    assert sheet.shape == (page.height, WIDTH, 3)
    for cell in page.cells:
        left, top, right, bottom = cell.box
        assert sheet[top:bottom, left:right].std() > 10
        assert (sheet[bottom + 4 : bottom + 30, left:right].min(axis=2) < 100).any(), cell.take.caption
    faces = [sheet[c.box[1] : c.box[3], c.box[0] : c.box[2]] for c in page.cells if c.box[3] - c.box[1] == FACE_PX[1]]
    assert min(far(one, other) for i, one in enumerate(faces) for other in faces[:i]) > 0.3
    rows, columns = (plain != sheet).any(2).nonzero()
    left, top, right, bottom = page.verdict
    assert left - 2 <= columns.min() <= columns.max() <= right
    assert top - 10 <= rows.min() <= rows.max() <= bottom


def test_a_long_verdict_is_cut_short(portrait, screen_test):
    long = Verdict(grade=Grade.POOR, remarks=(REMARK,) * 40)
    sheet = draw_sheet(portrait, screen_test, long, "a very long name " * 20, ["fact " * 100] * 4)
    page = layout(screen_test.photo, screen_test)
    left, _, right, bottom = page.verdict
    assert bool((sheet[bottom : bottom + 8, left:right] == sheet[0, 0]).all())
