"""A text encoder of `transformers` in place of hashed pieces, here a tiny one with random weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emostage.core.errors import AssetError
from emostage.emotion.prompt import load_reader
from emostage.nets.emotalker.hub import HubWording
from emostage.training.fit import Terms
from emostage.training.prompts import PromptPlan, train_prompts

transformers = pytest.importorskip("transformers")
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    folder = tmp_path_factory.mktemp("encoder")
    known = ["[PAD]", "[UNK]", *["a", "little", "very", "sad", "happy", "angry", "afraid", "not", "and", "she", "looks"]]
    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(known)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]")
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(known), hidden_size=24, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    transformers.BertModel(config).save_pretrained(folder, safe_serialization=True)
    return folder


def test_a_block_is_trained_on_it_and_read_with_it(encoder: Path, tmp_path: Path):
    terms = Terms(accelerator="cpu")
    plan = PromptPlan(out=tmp_path / "eib", work=tmp_path / "work", steps=4, batch=8, hub=encoder, measured=4, terms=terms)
    train_prompts(plan, "emostage train prompts eib")
    reader = load_reader(tmp_path / "eib")
    reading = reader.read(["a little sad", "very happy and not angry"])
    np.testing.assert_allclose(reading.weights_N8.sum(1), 1.0, atol=1e-5)
    assert len(reading.embedding_ND) == 2 and np.abs(np.diff(reading.embedding_ND, axis=0)).max() > 0
    assert (tmp_path / "eib" / "net.safetensors").stat().st_size < 1_000_000, "the encoder stays where it is"


def test_its_masked_tokens_are_those_that_are_there(encoder: Path):
    batch = HubWording(encoder)(["a little sad", "happy"])
    assert batch["mask_NL"].sum(1).tolist() == [3, 1] and batch["hidden_NLH"].shape == (2, 3, 24)


@pytest.mark.parametrize("folder", ["nothing", "empty"])
def test_a_folder_without_an_encoder_is_told(tmp_path: Path, folder: str):
    (tmp_path / "empty").mkdir()
    with pytest.raises(AssetError) as raised:
        HubWording(tmp_path / folder)
    assert raised.value.diagnostics[0].code == "E134"
