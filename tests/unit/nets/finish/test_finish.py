"""The diffusion finish: a new net changes nothing, none changes anything outside of the face, one noise is enough for a take."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from emostage.nets.finish.learning import FinishObjective, begun
from emostage.nets.finish.net import START, Finish, FinishConfig, build, inside
from emostage.nets.finish.paint import NetFinisher
from emostage.nets.painting.given import CELLS, Given, face_mask
from emostage.nets.painting.learning import likeness, part_weights

TINY = FinishConfig(widths=(16, 16, 16), enter=16, embed=16)


def small(made: Given) -> Given:
    """Conditions of a face that fills a part of the picture only."""

    def moved(points):
        return 0.25 + 0.4 * points

    return replace(made, landmarks_BFL2=moved(made.landmarks_BFL2), own_landmarks_BL2=moved(made.own_landmarks_BL2))


def drawn(frames: int = 3, seed: int = 5) -> torch.Tensor:
    return torch.rand(frames, 3, 128, 128, generator=torch.Generator().manual_seed(seed)) * 2 - 1


@pytest.fixture(scope="module")
def net(awake) -> Finish:  # type: ignore[no-untyped-def]
    torch.manual_seed(0)
    return awake(Finish(TINY))


def test_a_new_net_gives_back_what_was_drawn(given) -> None:  # type: ignore[no-untyped-def]
    painted = NetFinisher(Finish(TINY)).finish(drawn(), given(), seed=1)
    assert torch.allclose(painted.clean_N3HH, drawn(), atol=1e-5)
    assert not painted.flow_N2KK.any()
    assert torch.equal(painted.keep_N1HH, torch.ones_like(painted.keep_N1HH))


def test_outside_of_the_face_nothing_changes_at_all(net: Finish, given) -> None:  # type: ignore[no-untyped-def]
    made = small(given())
    painted = NetFinisher(net).finish(drawn(), made, seed=1)
    outside = (inside(face_mask(made.flat("landmarks_BFL2"), CELLS), 128) == 0).expand_as(painted.clean_N3HH)
    changed = painted.clean_N3HH != drawn()
    assert 0.5 < outside.float().mean() < 0.95
    assert not changed[outside].any()
    assert changed[~outside].float().mean() > 0.9
    assert not painted.flow_N2KK[outside[:, :2]].any()


@pytest.mark.parametrize("name", ["landmarks_BFL2", "expression_BF52", "own_B52", "reference_B3HH"])
def test_it_heeds_its_conditions(net: Finish, given, name: str) -> None:  # type: ignore[no-untyped-def]
    made, finisher = given(frames=1), NetFinisher(net)
    other = replace(made, **{name: getattr(made, name) * 0.7})
    one, two = (finisher.finish(drawn(1), each, seed=1).clean_N3HH for each in (made, other))
    assert not torch.allclose(one, two, atol=1e-5)


@pytest.mark.parametrize("name", ["sound_BFWX", "weights_BF8"])
def test_it_neither_hears_nor_feels(net: Finish, given, name: str) -> None:  # type: ignore[no-untyped-def]
    made, finisher = given(frames=1), NetFinisher(net)
    other = replace(made, **{name: getattr(made, name)[..., :1] * 0})
    one, two = (finisher.finish(drawn(1), each, seed=1).clean_N3HH for each in (made, other))
    assert torch.equal(one, two)


def test_one_noise_for_all_frames_however_many_come_together(net: Finish, given) -> None:  # type: ignore[no-untyped-def]
    made, finisher = given(), NetFinisher(net)
    whole = finisher.finish(drawn(), made, seed=1).clean_N3HH
    parts = [finisher.finish(drawn()[k : k + 1], made.part(k, k + 1), seed=1).clean_N3HH for k in range(3)]
    assert torch.allclose(whole, torch.cat(parts), atol=2e-3)
    assert not torch.allclose(whole, finisher.finish(drawn(), made, seed=2).clean_N3HH, atol=1e-2)
    same = small(given(frames=2))
    same = replace(same, landmarks_BFL2=same.landmarks_BFL2[:, :1].expand(-1, 2, -1, -1))
    same = replace(same, expression_BF52=same.expression_BF52[:, :1].expand(-1, 2, -1))
    one, two = finisher.finish(drawn(1).expand(2, -1, -1, -1), same, seed=1).clean_N3HH
    assert torch.allclose(one, two, atol=2e-3)


def test_it_is_small_and_made_of_its_card() -> None:
    assert sum(value.numel() for value in Finish(FinishConfig()).parameters()) < 3_000_000
    assert build({"factor": 4, "enter": 16, "widths": [16, 16, 16], "blocks": 1, "embed": 16}).config == TINY


def lesson(made: Given, error: float) -> dict[str, torch.Tensor]:
    """Frames that are drawn too dark by so much everywhere."""
    takes, frames = made.expression_BF52.shape[:2]
    clean = 0.5 * drawn(takes * frames).view(takes, frames, 3, 128, 128)
    parts = torch.full((takes, frames, 32, 32), 2, dtype=torch.uint8)
    return {**vars(made), "clean_BF3HH": clean, "drawn_BF3HH": clean - error, "parts_BFGG": parts}


def test_a_new_net_is_as_like_as_the_photo(given) -> None:  # type: ignore[no-untyped-def]
    batch, net = lesson(given(takes=2, frames=2), 0.3), Finish(TINY)
    with torch.no_grad():
        losses = FinishObjective().losses(net, batch, torch.Generator().manual_seed(0))
        answer = FinishObjective().predict(net, batch)
    weight = part_weights(batch["parts_BFGG"].flatten(0, 1), 128)
    photo = likeness(batch["drawn_BF3HH"].flatten(0, 1), batch["clean_BF3HH"].flatten(0, 1), weight).loss
    assert float(losses["photo"]) == pytest.approx(float(photo))
    assert float(losses["loss"]) == pytest.approx(float(photo) + 0.01 * float(losses["gate"]), rel=1e-4)
    assert torch.allclose(answer, batch["drawn_BF3HH"], atol=1e-5)


def test_it_learns_to_repair(given) -> None:  # type: ignore[no-untyped-def]
    torch.manual_seed(0)
    batch, net = lesson(given(takes=1, frames=2), 0.3), Finish(TINY)
    optimiser, generator = torch.optim.AdamW(net.parameters(), lr=1e-2), torch.Generator().manual_seed(0)
    for _ in range(12):
        losses = FinishObjective().losses(net, batch, generator)
        optimiser.zero_grad()
        losses["loss"].backward()
        optimiser.step()
    assert float(losses["loss"].detach()) < 0.8 * float(losses["photo"])


def test_a_sample_begins_as_the_noised_drawing() -> None:
    latent, noise = torch.full((2, 4, 8, 8), 3.0), torch.full((1, 4, 8, 8), -1.0)
    assert torch.allclose(begun(latent, noise), torch.full_like(latent, 3.0 - 4.0 * START))
    assert 0 < START < 1
