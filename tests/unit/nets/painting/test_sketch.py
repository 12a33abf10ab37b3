"""What the moved photo cannot show, sketched over it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from emostage.core.marks import IRISES, TEETH
from emostage.face.topology import OVAL
from emostage.nets.painting.given import Given
from emostage.nets.painting.maps import FACE, RINGS, drawn
from emostage.nets.painting.sketch import sketch

SKIN, LIPS, INNER, IRIS, WHITE = 0.2, -0.1, -0.9, -0.7, 0.8
"""Colours of a face made of patches."""
MOUTH_AT, EYES_AT = (0.5, 0.75), ((0.3, 0.4), (0.7, 0.4))


def around(count: int, at: tuple[float, float], width: float, height: float) -> torch.Tensor:
    turn = torch.arange(count) * (2 * torch.pi / count)
    return torch.stack([at[0] + width * turn.cos(), at[1] + height * turn.sin()], -1)


def row(y: float, gum: float) -> torch.Tensor:
    x_A = torch.linspace(0.35, 0.65, 9)
    return torch.cat([torch.stack([x_A, torch.full_like(x_A, y)], -1), torch.stack([x_A.flip(0), torch.full_like(x_A, gum)], -1)])


def points(*, mouth: float, lids: float, look: float = 0.0) -> tuple[torch.Tensor, torch.Tensor]:
    """Landmarks (468, 2) and marks (M, 2) of a face with lips and lids so far open, that looks so far aside."""
    landmarks, marks = torch.full((468, 2), 0.5), torch.zeros(60, 2)
    landmarks[list(OVAL)] = around(len(OVAL), (0.5, 0.5), 0.45, 0.45)
    landmarks[list(RINGS["lips"].points)] = around(20, MOUTH_AT, 0.14, mouth + 0.05)
    landmarks[list(RINGS["mouth"].points)] = around(20, MOUTH_AT, 0.1, mouth)
    for name, iris, at in zip(("right", "left"), IRISES, EYES_AT, strict=True):
        landmarks[list(RINGS[f"{name} eye"].points)] = around(16, at, 0.1, lids)
        landmarks[list(RINGS[f"{name} brow"].points)] = around(10, (at[0], 0.2), 0.1, 0.02)
        marks[list(iris)] = around(12, (at[0] + look, at[1]), 0.04, 0.04)
    marks[list(TEETH[0])], marks[list(TEETH[1])] = row(0.7, 0.6), row(0.8, 0.9)
    return landmarks, marks


def patches(landmarks: torch.Tensor, marks: torch.Tensor) -> torch.Tensor:
    """A picture (3, 128, 128) of such a face, without teeth."""
    masks = dict(zip(FACE, drawn(torch.cat([landmarks, marks])[None], FACE, 128)[0], strict=True))
    picture = torch.full((3, 128, 128), SKIN)
    colours = {"lips": LIPS, "mouth": INNER, "right eye": WHITE, "left eye": WHITE, "right iris": IRIS, "left iris": IRIS}
    for name, colour in colours.items():
        picture = torch.lerp(picture, torch.full_like(picture, colour), masks[name])
    return picture


@pytest.fixture
def face(given):  # type: ignore[no-untyped-def]
    """A take that goes from one face to another without moving the head; the flow knows nothing of it."""

    def make(own: dict[str, float], now: dict[str, float]) -> Given:
        (own_landmarks, own_marks), (landmarks, marks) = points(**own), points(**now)
        return replace(
            given(frames=1),
            reference_B3HH=patches(own_landmarks, own_marks)[None],
            own_landmarks_BL2=own_landmarks[None],
            own_marks_BM2=own_marks[None],
            landmarks_BFL2=landmarks[None, None],
            marks_BFM2=marks[None, None],
        )

    return make


REST = {"mouth": 0.002, "lids": 0.05}


def test_what_the_photo_shows_is_left_as_it_is(face) -> None:  # type: ignore[no-untyped-def]
    made = face(REST, REST)
    over = sketch(made).over(made.reference_B3HH)
    off = (over - made.reference_B3HH).abs().mean(1)[0]
    assert float(off.mean()) < 2e-3
    assert float(off[:40].max()) == 0.0


def test_an_opened_mouth_is_dark_with_teeth_at_its_borders(face) -> None:  # type: ignore[no-untyped-def]
    made = face(REST, {**REST, "mouth": 0.12})
    over = sketch(made).over(made.reference_B3HH)[0].mean(0)
    column = over[:, 64]
    assert float(column[96]) < -0.4
    assert float(column[85:89].min()) > float(column[96]) + 0.3
    assert float(column[104:108].min()) > float(column[96]) + 0.3


def test_a_shut_mouth_gets_lips_where_it_was_open(face) -> None:  # type: ignore[no-untyped-def]
    made = face({**REST, "mouth": 0.12}, REST)
    over = sketch(made).over(made.reference_B3HH)[0]
    assert float((over[:, 84:108, 60:68] - LIPS).abs().mean()) < 0.1
    assert float((made.reference_B3HH[0][:, 84:108, 60:68] - LIPS).abs().mean()) > 0.6


def test_shut_lids_have_the_colour_of_the_skin_above_them(face) -> None:  # type: ignore[no-untyped-def]
    made = face(REST, {**REST, "lids": 0.0})
    over = sketch(made).over(made.reference_B3HH)[0]
    for x, y in EYES_AT:
        at = over[:, int(128 * y), int(128 * x) - 6 : int(128 * x) + 6]
        assert float((at - SKIN).abs().max()) < 0.05


def test_an_iris_is_taken_to_where_the_eye_looks_and_leaves_white(face) -> None:  # type: ignore[no-untyped-def]
    made = face(REST, {**REST, "look": 0.045})
    row = sketch(made).over(made.reference_B3HH)[0, 0, int(128 * 0.4)]
    for x, _ in EYES_AT:
        assert float(row[int(128 * (x + 0.045))]) == pytest.approx(IRIS, abs=0.05)
        assert float(row[int(128 * (x - 0.025))]) == pytest.approx(WHITE, abs=0.1)


def test_teeth_that_the_photo_shows_are_its_own(face) -> None:  # type: ignore[no-untyped-def]
    opened = {**REST, "mouth": 0.12}
    made = face(opened, opened)
    green = made.reference_B3HH.clone()
    green[:, :, 82:88] = torch.tensor([-1.0, 1.0, -1.0])[:, None, None]
    over = sketch(replace(made, reference_B3HH=green)).over(green)[0]
    assert float((over[:, 84:88, 60:68] - green[0][:, 84:88, 60:68]).abs().max()) < 0.05


def test_what_is_sketched_is_not_kept_from_the_photo(face) -> None:  # type: ignore[no-untyped-def]
    made = face(REST, {**REST, "mouth": 0.12})
    lines, still = sketch(made), torch.zeros(1, 2, 32, 32)
    painted = lines.painted(made.reference_B3HH, still, torch.zeros_like(made.reference_B3HH))
    assert float(painted.keep_N1HH[0, 0, 96, 64]) == pytest.approx(0.0, abs=1e-5)
    assert float(painted.keep_N1HH[0, 0, 10, 64]) == 1.0
    assert torch.equal(painted.clean_N3HH, lines.over(made.reference_B3HH))
    more = lines.painted(made.reference_B3HH, still, torch.full_like(made.reference_B3HH, 0.05))
    assert torch.allclose(more.clean_N3HH, painted.clean_N3HH + 0.05, atol=1e-6)


def test_every_take_is_sketched_from_its_own_photo(face) -> None:  # type: ignore[no-untyped-def]
    one, other = face(REST, {**REST, "mouth": 0.12}), face({**REST, "lids": 0.03}, REST)
    both = Given(**{name: torch.cat([getattr(one, name), getattr(other, name)]) for name in Given.__dataclass_fields__})
    together = sketch(both).colour_N3HH
    assert torch.allclose(together, torch.cat([sketch(one).colour_N3HH, sketch(other).colour_N3HH]), atol=1e-6)


def test_beside_lids_that_have_shut_nothing_of_the_open_eye_is_kept(face) -> None:  # type: ignore[no-untyped-def]
    made = face(REST, {**REST, "lids": 0.0})
    drawn = sketch(made).painted(made.reference_B3HH, torch.zeros(1, 2, 32, 32), torch.zeros_like(made.reference_B3HH))
    x, y = (int(128 * place) for place in EYES_AT[0])
    border = int(128 * (EYES_AT[0][1] - REST["lids"]))
    assert float(drawn.keep_N1HH[0, 0, border - 1 : y, x].max()) < 0.05
    assert float(drawn.keep_N1HH[0, 0, border - 5, x]) == 1.0


def test_a_lid_that_a_brow_hides_in_the_photo_has_the_colour_of_the_skin(face) -> None:  # type: ignore[no-untyped-def]
    made = face(REST, {**REST, "lids": 0.0})
    points = made.own_landmarks_BL2.clone()
    for name, at in zip(("right", "left"), EYES_AT, strict=True):
        points[0, list(RINGS[f"{name} brow"].points)] = around(10, at, 0.14, 0.12)
    over = sketch(replace(made, own_landmarks_BL2=points)).over(made.reference_B3HH)[0]
    for x, y in EYES_AT:
        assert float((over[:, int(128 * y), int(128 * x)] - SKIN).abs().max()) < 0.15
