"""How well feelings are heard, in figures."""

from __future__ import annotations

import numpy as np
import pytest

from emostage.motion.tone import SUMS
from emostage.training.dataset import FRAMES, Corpus
from emostage.training.feelingfigures import feeling_figures


def corpus(seed: int, takes: int = 60) -> Corpus:
    """Takes of one feeling each, of which the tone tells the first three; the last take is silence."""
    rng = np.random.default_rng(seed)
    weights_K8 = np.zeros((takes, 8))
    weights_K8[np.arange(takes), rng.integers(1, 8, takes)] = rng.uniform(0.2, 1.0, takes)
    weights_K8[:, 0] = 1.0 - weights_K8.sum(1)
    frames = {name: np.zeros((takes * 10, columns), kind) for name, (columns, kind) in FRAMES.items()}
    frames["weights_N8"] = np.repeat(weights_K8, 10, 0).astype(np.float16)
    tone_NS = rng.normal(size=(takes * 10, SUMS))
    tone_NS[:, :3] += 20.0 * frames["weights_N8"][:, 1:4]
    frames["tone_NS"] = tone_NS.astype(np.float16)
    voice_K = np.ones(takes, np.int32)
    voice_K[-1] = 0
    return Corpus(
        starts_K1=np.arange(takes + 1) * 10,
        frames=frames,
        kind_K=(np.arange(takes) % 3).astype(np.uint8),
        voice_K=voice_K,
        voices=("silence", "ada"),
        card={},
    )


def test_perfect_ears_are_told_from_a_line_through_the_tone() -> None:
    train, held = corpus(0), corpus(1)
    figures = feeling_figures(held.frames["weights_N8"].astype(np.float64), train, held)
    assert set(figures) == {"all", "clean", "light", "heavy"}
    net, line = figures["all"]["net"], figures["all"]["linear regression"]
    assert net["strongest_right"] == net["activity_r"] == 1.0
    assert set(net["r_over_time"].values()) == {1.0}
    assert net["strong_takes"] > 20
    assert line["r_over_time"]["sad"] > 0.8 > line["r_over_time"]["contempt"]
    assert line["strongest_right"] < 0.9


def test_guessing_is_right_as_often_as_chance() -> None:
    train, held = corpus(0), corpus(1, takes=900)
    heard_N8 = np.random.default_rng(2).dirichlet(np.ones(8), len(held.frames["weights_N8"]) // 10).repeat(10, 0)
    figures = feeling_figures(heard_N8, train, held)["all"]["net"]
    assert figures["strongest_right"] == pytest.approx(1 / 7, abs=0.05)
    assert abs(figures["activity_r"]) < 0.1


def test_silence_is_not_asked() -> None:
    train, held = corpus(0), corpus(1)
    heard_N8 = held.frames["weights_N8"].astype(np.float64)
    heard_N8[-10:] = np.nan
    assert feeling_figures(heard_N8, train, held)["all"]["net"]["activity_r"] == 1.0
