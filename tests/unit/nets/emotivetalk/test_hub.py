"""Sound encoders from the hub, made small and random here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emostage.core.errors import AssetError
from emostage.nets.emotivetalk.hub import RATE_HZ, SAMPLES, HubSound

pytestmark = pytest.mark.filterwarnings("ignore")
RNG = np.random.default_rng(0)
KINDS = ("wav2vec2", "hubert", "whisper")


@pytest.fixture(scope="module", params=KINDS)
def encoder(request, tmp_path_factory) -> HubSound:
    return HubSound(made(request.param, tmp_path_factory.mktemp(request.param)))


def made(kind: str, folder: Path) -> Path:
    import torch
    import transformers as hub

    torch.manual_seed(0)
    small = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    strides = {"conv_dim": (8,) * 7, "num_conv_pos_embeddings": 4, "num_conv_pos_embedding_groups": 2}
    if kind == "whisper":
        config = hub.WhisperConfig(
            d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2
        )
        hub.WhisperModel(config).save_pretrained(folder)
        hub.WhisperFeatureExtractor().save_pretrained(folder)
    else:
        kinds = {"wav2vec2": (hub.Wav2Vec2Config, hub.Wav2Vec2Model), "hubert": (hub.HubertConfig, hub.HubertModel)}
        config, model = kinds[kind]
        model(config(**small, **strides)).save_pretrained(folder)
        hub.Wav2Vec2FeatureExtractor().save_pretrained(folder)
    return folder


def test_a_frame_every_40_ms(encoder: HubSound) -> None:
    for samples in (1, SAMPLES, 3 * SAMPLES + 1, 2 * RATE_HZ):
        heard = encoder.encode(RNG.standard_normal(samples) * 0.1)
        assert heard.shape == (-(-samples // SAMPLES), encoder.width)
        assert heard.dtype == np.float32
        assert np.isfinite(heard).all()


def test_the_same_sound_is_heard_the_same_and_another_differently(encoder: HubSound) -> None:
    sound = RNG.standard_normal(RATE_HZ) * 0.1
    assert np.array_equal(encoder.encode(sound), encoder.encode(sound))
    assert np.abs(encoder.encode(sound) - encoder.encode(sound[::-1].copy())).max() > 1e-3


def test_what_is_heard_comes_when_it_sounds(tmp_path: Path) -> None:
    encoder = HubSound(made("wav2vec2", tmp_path))
    sound = np.zeros(2 * RATE_HZ)
    sound[RATE_HZ : RATE_HZ + 3200] = RNG.standard_normal(3200)
    change_T = np.abs(np.diff(encoder.encode(sound), axis=0)).sum(1)
    assert change_T[23:32].sum() > 2 * np.delete(change_T, range(23, 32)).sum()


def test_chunks_join_without_a_seam(tmp_path: Path, monkeypatch) -> None:
    from emostage.nets.emotivetalk import hub

    encoder = HubSound(made("hubert", tmp_path))
    sound = np.sin(np.arange(12 * RATE_HZ) * 0.05) * np.sin(np.arange(12 * RATE_HZ) * 1e-4)
    whole = encoder.encode(sound)
    monkeypatch.setattr(hub, "_CHUNK_S", 4)
    chunked = encoder.encode(sound)
    assert chunked.shape == whole.shape
    assert np.median(np.abs(chunked - whole)) < 0.3 * whole.std()


def test_a_folder_without_an_encoder_is_told(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="holds no sound encoder") as told:
        HubSound(tmp_path)
    assert told.value.diagnostics[0].code == "E134"
