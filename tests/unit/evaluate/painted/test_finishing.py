"""When a finish counts as better, and what is written of it."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from emostage.core.errors import AssetError
from emostage.evaluate.painted import artists
from emostage.evaluate.painted.acts import Sitter
from emostage.evaluate.painted.artists import Finished
from emostage.evaluate.painted.finishing import LEAST_CLIPS, Verdict, record
from emostage.evaluate.painted.finishing import verdict as judged
from emostage.evaluate.painted.likeness import Clip
from emostage.nets.finish.net import Finish, FinishConfig
from emostage.nets.finish.paint import NetFinisher

BETTER = {"psnr_db": 0.5, "ssim": 0.01, "mouth_error": -0.5, "identity": 0.0}


def clips(count: int = 12, seed: int = 0, **gains: float) -> list[Clip | None]:
    """Clips that differ a lot; gains differ little from clip to clip."""
    rng, own = np.random.default_rng(seed), np.random.default_rng(9)
    return [
        Clip(
            **{
                name: base + spread * own.normal() + gains.get(name, 0.0) * (1 + 0.2 * rng.normal())
                for name, base, spread in (
                    ("psnr_db", 25, 3),
                    ("ssim", 0.8, 0.1),
                    ("error", 2, 0.7),
                    ("mouth_error", 4, 1.5),
                    ("identity", 0.9, 0.05),
                )
            }
        )
        for _ in range(count)
    ]


def verdict(plain: list[Clip | None], finished: list[Clip | None]) -> Verdict:
    """The verdict on clips of people who were filmed."""
    return judged(plain, finished, [True] * len(plain))


def test_drawn_people_alone_let_no_finish_win():
    plain, finished = clips(), clips(seed=1, **BETTER)
    found = judged(plain, finished, [False] * 12)
    assert (found.clips, found.filmed, found.wins) == (12, 0, False)
    assert found.gains["psnr_db"].sure
    mixed = [c if k % 2 else p for k, (p, c) in enumerate(zip(plain * 2, finished * 2, strict=True))]
    assert judged(plain * 2, mixed, [k % 2 == 1 for k in range(24)]).wins
    assert not judged(plain * 2, mixed, [k % 2 == 0 for k in range(24)]).wins


def test_what_is_better_in_all_clips_wins_however_clips_differ():
    found = verdict(clips(), clips(seed=1, **BETTER))
    assert found.wins and found.clips == 12
    assert found.gains["psnr_db"].mean == pytest.approx(0.5, abs=0.1)
    assert found.gains["mouth_error"].mean > found.gains["mouth_error"].noise > 0


@pytest.mark.parametrize("name", ["psnr_db", "ssim", "mouth_error"])
def test_all_three_must_become_better(name):
    assert not verdict(clips(), clips(seed=1, **{**BETTER, name: 0.0})).wins
    assert not verdict(clips(), clips(seed=1, **{**BETTER, name: -BETTER[name]})).wins


def test_identity_must_not_become_worse():
    assert not verdict(clips(), clips(seed=1, **{**BETTER, "identity": -0.02})).wins
    assert verdict(clips(), clips(seed=1, **{**BETTER, "identity": 0.02})).wins


def test_a_gain_within_the_noise_does_not_count():
    noisy = [
        replace(c, psnr_db=c.psnr_db + (3.0 if k % 2 else -2.8), ssim=c.ssim + 0.1, mouth_error=c.mouth_error - 1)
        for k, c in enumerate(clips())
    ]
    found = verdict(clips(), noisy)
    assert found.gains["psnr_db"].mean > 0 and not found.wins


def test_refused_portraits_and_too_few_clips():
    plain, finished = clips(), clips(seed=1, **BETTER)
    plain[3] = finished[5] = None
    assert verdict(plain, finished).clips == 10
    assert not verdict(plain[: LEAST_CLIPS + 1], finished[: LEAST_CLIPS + 1]).wins
    nothing = verdict([None], [None])
    assert nothing.clips == 0 and not nothing.wins


def test_what_was_measured_goes_into_the_card_and_the_rest_stays(tmp_path):
    (tmp_path / "card.json").write_text(json.dumps({"what": "a finish", "sha256": "x", "figures": {"wins": True}}), "utf-8")
    record(tmp_path, verdict([None], [None]), {"measured_on": {"seed": 3}, "shown": {"photo renderer": {"psnr_db": float("nan")}}})
    card = json.loads((tmp_path / "card.json").read_text("utf-8"))
    assert (card["what"], card["sha256"], card["figures"]["wins"]) == ("a finish", "x", False)
    assert card["figures"]["measured_on"]["seed"] == 3
    assert card["figures"]["gains"]["ssim"] == {"mean": None, "noise": None}
    record(tmp_path, verdict(clips(), clips(seed=1, **BETTER)), {})
    assert json.loads((tmp_path / "card.json").read_text("utf-8"))["figures"]["wins"] is True


def test_a_card_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(AssetError, match="E131"):
        record(tmp_path, verdict([None], [None]), {})


def test_frames_are_finished_in_order_and_a_new_net_changes_none(footage, monkeypatch):
    class Performed:
        def __init__(self, picture_HW3, rotation_3):
            self.picture = picture_HW3

        def frames(self, expression_T52, rotation_T3):
            return (np.roll(self.picture, k, 0) for k in range(len(expression_T52)))

    monkeypatch.setattr(artists, "Performed", Performed)
    monkeypatch.setattr(artists, "_TOGETHER", 3)
    sitter = Sitter(footage=footage, portrait=8)
    finisher = NetFinisher(Finish(FinishConfig(widths=(16, 16, 16), enter=16, embed=16)))
    frames = list(Finished(finisher).sits(sitter)(sitter.true(range(8))))
    assert len(frames) == 8
    assert all((frame == np.roll(sitter.picture, k, 0)).all() for k, frame in enumerate(frames))
