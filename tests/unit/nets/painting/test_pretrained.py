"""Autoencoders of diffusers as codecs: scale, likeliest latents, what does not fit, and painters that see through one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import AutoencoderKL, AutoencoderTiny

from emostage.core.errors import AssetError
from emostage.diffusion.checkpoints import load, save
from emostage.nets.emodiffhead import net as emodiffhead
from emostage.nets.emodiffhead.paint import EmoDiffHeadPainter
from emostage.nets.emotalker import net as emotalker
from emostage.nets.emotalker.paint import EmoTalkerPainter
from emostage.nets.emotivetalk import ethd
from emostage.nets.emotivetalk.paint import EmotiveTalkPainter
from emostage.nets.painting.codec import Shuffle
from emostage.nets.painting.copying import fetched
from emostage.nets.painting.pretrained import CONFIG, WEIGHTS, codec_of, pretrained
from emostage.nets.painting.sketch import sketch

pytestmark = pytest.mark.filterwarnings("ignore")

SIZES: dict[str, Any] = {"widths": (16, 16, 32), "blocks": 1, "embed": 32, "token": 32}
PAINTERS = {
    "emodiffhead": (emodiffhead.PainterConfig, emodiffhead.build, EmoDiffHeadPainter),
    "emotivetalk": (ethd.EthdConfig, ethd.build, EmotiveTalkPainter),
    "emotalker": (emotalker.DenoiserConfig, emotalker.build, EmoTalkerPainter),
}


def tiny(halvings: int = 2, **more: Any) -> Any:
    """An autoencoder that has learnt nothing."""
    torch.manual_seed(0)
    widths, blocks = (8,) * (halvings + 1), (0,) * halvings + (1,)
    return AutoencoderTiny(
        encoder_block_out_channels=widths,
        decoder_block_out_channels=widths,
        num_encoder_blocks=blocks,
        num_decoder_blocks=blocks[::-1],
        **{"latent_channels": 5, "scaling_factor": 2.0, "shift_factor": 0.5, **more},
    )


def kl() -> Any:
    """One that knows a distribution of latents."""
    torch.manual_seed(0)
    down, up = ("DownEncoderBlock2D",) * 3, ("UpDecoderBlock2D",) * 3
    return AutoencoderKL(block_out_channels=(8, 8, 8), norm_num_groups=4, down_block_types=down, up_block_types=up)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("codec")
    tiny().save_pretrained(place)
    return place


@pytest.fixture(scope="module")
def pictures() -> torch.Tensor:
    return torch.rand(2, 3, 128, 128, generator=torch.Generator().manual_seed(0)) * 2 - 1


def test_latents_are_scaled_as_the_configuration_says(folder: Path, pictures: torch.Tensor) -> None:
    codec, model = pretrained(folder, 4), tiny().half().float().eval()
    with torch.no_grad():
        raw = model.encode(pictures).latents
        back = model.decode(raw).sample
    latents = codec.encode(pictures)
    assert (codec.channels, codec.factor, latents.shape) == (5, 4, (2, 5, 32, 32))
    assert torch.allclose(latents, (raw - 0.5) * 2.0, atol=1e-5)
    assert torch.allclose(codec.decode(latents), back, atol=1e-5)


def test_means_and_deviations_of_channels_count_too() -> None:
    config = {**kl().config, "_class_name": "AutoencoderKL", "scaling_factor": 2.0}
    codec = codec_of(4, {**config, "latents_mean": [1.0, 2.0, 3.0, 4.0], "latents_std": [2.0, 4.0, 6.0, 8.0]})
    assert codec.mean_1C11.flatten().tolist() == [1.0, 2.0, 3.0, 4.0]
    assert codec.spread_1C11.flatten().tolist() == [1.0, 2.0, 3.0, 4.0]


def test_a_distribution_is_never_sampled(tmp_path: Path, pictures: torch.Tensor) -> None:
    kl().save_pretrained(tmp_path)
    codec = pretrained(tmp_path, 4)
    with torch.no_grad():
        mode = codec.model.encode(pictures).latent_dist.mode()
    assert torch.allclose(codec.encode(pictures), mode * 0.18215, atol=1e-5)
    assert torch.equal(codec.encode(pictures), codec.encode(pictures))


def test_it_is_frozen(folder: Path) -> None:
    codec = pretrained(folder, 4)
    assert not any(value.requires_grad for value in codec.parameters())
    assert not codec.train().model.training


@pytest.mark.parametrize(
    ("model", "said"),
    [(tiny(1), "2 times"), (tiny(3), "8 times"), (tiny(in_channels=1), "1 channels"), (tiny(latent_channels=65), "65")],
)
def test_what_does_not_fit_is_told(model: Any, said: str, tmp_path: Path) -> None:
    model.save_pretrained(tmp_path)
    with pytest.raises(AssetError) as wrong:
        pretrained(tmp_path, 4)
    assert wrong.value.diagnostics[0].code == "E135"
    assert said in str(wrong.value)


def _changed(folder: Path, **more: Any) -> None:
    config = json.loads((folder / CONFIG).read_text("utf-8"))
    (folder / CONFIG).write_text(json.dumps({**config, **more}), encoding="utf-8")


BROKEN = {
    "no configuration": lambda f: (f / CONFIG).unlink(),
    "a list": lambda f: (f / CONFIG).write_text("[]"),
    "a depth without end": lambda f: (f / CONFIG).write_text("[" * 100_000),
    "another kind of net": lambda f: _changed(f, _class_name="UNet2DModel"),
    "something of another kind": lambda f: _changed(f, _class_name="AutoencoderTiny.from_pretrained"),
    "layers without end": lambda f: _changed(f, num_encoder_blocks=[0, 0, 10**9]),
    "a width without end": lambda f: _changed(f, encoder_block_out_channels=[10**6] * 3),
    "no sizes": lambda f: _changed(f, encoder_block_out_channels="wide"),
    "no scale": lambda f: _changed(f, scaling_factor=0.0),
    "no weights": lambda f: (f / WEIGHTS).unlink(),
    "half of the weights": lambda f: (f / WEIGHTS).write_bytes((f / WEIGHTS).read_bytes()[:-9]),
    "other weights": lambda f: _changed(f, num_encoder_blocks=[0, 0, 2]),
}


@pytest.mark.parametrize("name", list(BROKEN))
def test_a_folder_without_a_codec_is_told(name: str, folder: Path, tmp_path: Path) -> None:
    for file in (CONFIG, WEIGHTS):
        (tmp_path / file).write_bytes((folder / file).read_bytes())
    BROKEN[name](tmp_path)
    with pytest.raises(AssetError) as wrong:
        pretrained(tmp_path, 4)
    assert wrong.value.diagnostics[0].code == "E134"


def test_a_painter_without_one_has_space_to_depth_and_no_more_weights() -> None:
    for config, build, _ in PAINTERS.values():
        net = build(SIZES)
        assert isinstance(net.codec, Shuffle)
        assert config(**SIZES).codec is None
        assert not any(name.startswith("codec") for name in net.state_dict())


@pytest.mark.parametrize("name", list(PAINTERS))
def test_a_codec_that_loses_everything_does_not_blur_what_is_fetched_or_sketched(name: str, folder: Path, given) -> None:  # type: ignore[no-untyped-def]
    _, build, painter = PAINTERS[name]
    net, made = build({**SIZES, "codec": pretrained(folder, 4).config}), given(frames=2, shift=(0.1, 0.0))
    frames = torch.cat([part.clean_N3HH for part in painter(net, steps=2).paint(made, seed=0)])
    moved = fetched(made.each("reference_B3HH"), made.flat("moved_BF3KK")[:, :2])
    assert torch.allclose(frames, sketch(made).over(moved), atol=1e-3)


def test_a_checkpoint_brings_its_codec_along(folder: Path, tmp_path: Path, given, awake) -> None:  # type: ignore[no-untyped-def]
    codec, made = pretrained(folder, 4), given(frames=2)
    config = emodiffhead.PainterConfig(**SIZES, codec=codec.config)
    net = emodiffhead.EmoDiffHead(config)
    net.codec.load_state_dict(codec.state_dict())
    save(tmp_path, awake(net), config, {"what": "test"})
    again = load(tmp_path, emodiffhead.build)
    assert torch.equal(again.codec.encode(made.reference_B3HH), codec.encode(made.reference_B3HH))
    once, twice = (
        torch.cat([part.clean_N3HH for part in EmoDiffHeadPainter(each, steps=2).paint(made, seed=1)]) for each in (net, again)
    )
    assert float((once - twice).abs().mean()) < 5e-3


def test_a_checkpoint_whose_codec_makes_no_sense_is_told(folder: Path, tmp_path: Path) -> None:
    config = emodiffhead.PainterConfig(**SIZES, codec=pretrained(folder, 4).config)
    save(tmp_path, emodiffhead.EmoDiffHead(config), config, {"what": "test"})
    card = json.loads((tmp_path / "card.json").read_text("utf-8"))
    card["config"]["codec"]["_class_name"] = "os"
    (tmp_path / "card.json").write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(AssetError, match="E131"):
        load(tmp_path, emodiffhead.build)
