"""The training of a picture codec: golden losses, stopping and going on, its card, and how it is measured."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from emostage.core.errors import AssetError
from emostage.evaluate.similarity import ssim
from emostage.nets.painting.codec import Shuffle
from emostage.nets.painting.recoding import CodecObjective, unevenness
from emostage.training.codec import CodecPlan, Frames, autoencoder, measure_codec, train_codec
from emostage.training.codecfigures import ENCODED, SHUFFLED, codec_figures, similarity, spread
from emostage.training.fit import Terms
from emostage.training.footage.store import Footage, joined

from .conftest import noise

pytestmark = pytest.mark.filterwarnings("ignore")

GOLDEN = Path(__file__).parent / "golden" / "codec_losses.json"


@pytest.fixture(scope="module")
def footage() -> Footage:
    return joined([noise(7, size_px=128), noise(8, size_px=128)])


def plan(folder: Path, steps: int) -> CodecPlan:
    out, work = folder / "out", folder / "run"
    terms = Terms(accelerator="cpu", devices=1)
    return CodecPlan(footage=folder, out=out, work=work, steps=steps, channels=4, width=8, check_every=2, terms=terms)


def six_losses(footage: Footage) -> list[float]:
    torch.manual_seed(0)
    net, examples = autoencoder(4, 8, 4), iter(Frames(footage, batch=4, seed=0))
    optimiser, losses = torch.optim.AdamW(net.parameters(), lr=2e-3), []
    for _ in range(6):
        loss = CodecObjective().losses(net, next(examples), None)["loss"]
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(round(float(loss.detach()), 4))
    return losses


def test_six_steps_cost_what_they_did(footage: Footage) -> None:
    assert six_losses(footage) == pytest.approx(json.loads(GOLDEN.read_text("utf-8")), rel=0.02)


def test_a_run_that_stopped_goes_on_and_its_card_tells(folder: Path) -> None:
    train_codec(plan(folder, 2), "emostage train codec f out --steps 2")
    found = train_codec(plan(folder, 4), "emostage train codec f out --steps 4")
    card = json.loads((folder / "out" / "card.json").read_text("utf-8"))
    assert [step for step, _ in card["held_out_curve"]] == [2, 4]
    assert card["command"].endswith("--steps 4")
    assert card["figures"] == found
    assert card["data"]["what"] == "noise"
    assert (found[ENCODED]["channels"], found[SHUFFLED]["channels"]) == (4, 48)
    assert found[ENCODED]["psnr_db"]["whole"] < 30
    assert found[SHUFFLED]["psnr_db"]["whole"] is None
    assert found[SHUFFLED]["ssim"] == {"whole": 1.0, "mouth": None, "eyes": None}
    assert found[ENCODED]["deviation"] == pytest.approx(1.0, abs=0.1)
    again = measure_codec(folder, folder / "out")
    assert again[ENCODED]["psnr_db"] == found[ENCODED]["psnr_db"]


def test_what_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(AssetError, match="E134"):
        measure_codec(folder, folder / "nothing")
    with pytest.raises(AssetError, match="E130"):
        train_codec(replace(plan(folder, 1), footage=folder / "nothing"), "")


def test_similarity_is_that_of_the_paper(footage: Footage) -> None:
    rng = np.random.default_rng(0)
    one = footage.picture(0)
    other = np.clip(one + rng.normal(0, 20, one.shape), 0, 255).astype(np.uint8)
    a, b = (torch.from_numpy(each.copy()).permute(2, 0, 1)[None].double() / 255 for each in (one, other))
    everywhere = np.ones(one.shape[:2], np.bool_)
    assert float(similarity(a, b).mean()) == pytest.approx(ssim(one, other, everywhere), abs=2e-3)
    assert float(similarity(a, a).mean()) == pytest.approx(1.0)


class Darkens(Shuffle):
    """A codec that loses five levels."""

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        return super().decode(latents) - 5 / 127.5


def test_parts_are_measured_where_they_are() -> None:
    frames = spread(noise(9, size_px=128))
    frames.parts_NGG[:] = 0
    frames.parts_NGG[:, 20:24, 10:20] = 2
    frames.clean_N3HH[:] = 100 / 127.5 - 1
    frames.clean_N3HH[:, :, 80:96, 40:80] = -1.0
    found = codec_figures(Darkens(), frames)
    assert found["psnr_db"]["mouth"] is None
    assert found["psnr_db"]["whole"] == pytest.approx(20 * np.log10(255 / 5) - 10 * np.log10(1 - 640 / 128**2), abs=0.01)


def test_latents_of_unit_variance_are_even() -> None:
    latents = torch.randn(4, 8, 32, 32, generator=torch.Generator().manual_seed(0))
    assert float(unevenness(latents)) < 1e-3
    assert float(unevenness(latents * 3)) == pytest.approx(4.0, rel=0.05)
    assert float(unevenness(latents + 2)) == pytest.approx(4.0, rel=0.05)


def test_a_factor_is_a_power_of_two() -> None:
    with pytest.raises(ValueError, match="3 times"):
        autoencoder(4, 8, 3)
