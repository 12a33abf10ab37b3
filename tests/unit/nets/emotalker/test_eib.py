"""The block itself: what any weights give."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from emostage.nets.emotalker.eib import EIBConfig, EmotionIntensityBlock, TorchReader
from emostage.nets.emotalker.pieces import PieceWording, common_pieces
from emostage.nets.emotalker.wording import WHOLE, pieces

CONFIG = EIBConfig(known=512, width=16, layers=2, heads=2, reach=3)
PROMPTS = ["a little sad and fearful", "", "furious", "not happy at all, just tired of everything and everyone in this house!"]
KNOWN = common_pieces(PROMPTS, CONFIG.known, least=1)


@pytest.fixture
def reader():
    torch.manual_seed(0)
    block = EmotionIntensityBlock(CONFIG)
    with torch.no_grad():
        block.share.bias.fill_(0.5)
        block.words.weight.normal_()
    return TorchReader(block=block.eval(), wording=PieceWording(KNOWN))


def test_weights_are_a_mix_and_the_embedding_is_as_wide_as_the_block(reader):
    reading = reader.read(PROMPTS)
    np.testing.assert_allclose(reading.weights_N8.sum(1), 1.0, atol=1e-6)
    assert reading.weights_N8.min() >= 0 and reading.embedding_ND.shape == (len(PROMPTS), CONFIG.width)


def test_a_prompt_reads_the_same_alone_and_among_others(reader):
    together, alone = reader.read(PROMPTS), [reader.read([prompt]) for prompt in PROMPTS]
    for name in ("weights_N8", "embedding_ND", "sure_N"):
        np.testing.assert_allclose(getattr(together, name), np.concatenate([getattr(each, name) for each in alone]), atol=1e-5)


def test_order_matters(reader):
    with torch.no_grad():
        for layer in reader.block.layers:
            layer.distance.normal_()
    one, other = reader.read(["happy not sad", "sad not happy"]).weights_N8
    assert np.abs(one - other).max() > 1e-4


def test_forgetting_leaves_out_what_stands_for_whole_words_only():
    forgetful = PieceWording(KNOWN, forget=1.0, generator=np.random.default_rng(0))(PROMPTS)
    complete = PieceWording(KNOWN)(PROMPTS)
    whole = (complete["starts_W"][:, None] + torch.arange(WHOLE)).flatten()
    assert (forgetful["shares_P"][whole] == 0).all() and (complete["shares_P"][whole] == 1).any()
    rest = torch.ones(len(complete["shares_P"]), dtype=torch.bool)
    rest[whole] = False
    assert torch.equal(forgetful["shares_P"][rest], complete["shares_P"][rest])


def test_common_pieces_are_the_frequent_ones_in_order():
    known_K = common_pieces(["sad sad glad", "sad", "odd"], 6, least=2)
    assert len(known_K) == 6 and (np.diff(known_K) >= 0).all() and set(known_K[known_K >= 0]) <= set(pieces("sad"))


def test_a_word_without_known_pieces_says_nothing(reader):
    batch = reader.wording(["zyxwvq"])
    assert (batch["shares_P"] == 0).all()
