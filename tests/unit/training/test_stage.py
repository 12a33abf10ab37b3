"""Both nets of the engine from a tiny corpus, by one call, and performed with."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from emostage.apps.cli import main
from emostage.apps.exampages import show_nets
from emostage.core.arkit import ARKIT_INDEX
from emostage.core.emotion import NEUTRAL_8
from emostage.core.errors import AssetError
from emostage.core.tracks import AudioClip, Directions, Performance, SpeechTake
from emostage.diffusion.checkpoints import load
from emostage.motion.codes import LIP_CHANNELS, MANNER_CHANNELS
from emostage.motion.diffuse import StagePerformer
from emostage.motion.hearing import SAMPLES
from emostage.motion.tone import SUMS
from emostage.nets.emotivetalk.dicte import Dicte, DicteConfig
from emostage.nets.emotivetalk.vaid import Vaid, VaidConfig
from emostage.studio.stages import real_stages
from emostage.training import figures
from emostage.training.dataset import SOUND
from emostage.training.fit import Terms
from emostage.training.motion import DICTE, VAID
from emostage.training.stage import Plan, train_stage

pytestmark = pytest.mark.filterwarnings("ignore")


def shard(path: Path, takes: int, seed: int, *, sound: bool = False) -> None:
    """Takes whose sound tells the jaw and whose face tells jaw and brow; with `sound` the plain sound is kept."""
    rng = np.random.default_rng(seed)
    starts_K1 = np.arange(takes + 1, dtype=np.int64) * 90
    frames = int(starts_K1[-1])
    wave_N = np.abs(np.sin(np.arange(frames) / 3.0))
    weights_N8 = np.tile(NEUTRAL_8, (frames, 1))
    weights_N8[:, 2] = np.repeat(rng.random(takes), 90)
    weights_N8[:, 0] -= weights_N8[:, 2]
    lips_NL, expression_NE = np.zeros((frames, len(LIP_CHANNELS))), np.zeros((frames, 52))
    lips_NL[:, 0] = expression_NE[:, ARKIT_INDEX["jawOpen"]] = 0.3 * wave_N
    lips_NL[:, -1] = 1.0
    expression_NE[:, ARKIT_INDEX["browInnerUp"]] = weights_N8[:, 2]
    plain_NS = 3000 * wave_N[:, None] * rng.normal(size=(frames, SAMPLES))
    save_file(
        {
            **({SOUND: plain_NS.astype(np.int16)} if sound else {}),
            "starts_K1": starts_K1,
            "mel_N160": np.clip(60 + 120 * wave_N[:, None] + rng.normal(0, 8, (frames, 160)), 0, 255).astype(np.uint8),
            "prosody_N3": np.stack([wave_N, wave_N > 0.5, 0 * wave_N], 1).astype(np.float16),
            "tone_NS": rng.normal(size=(frames, SUMS)).astype(np.float16),
            "lips_N10": lips_NL.astype(np.float16),
            "manner_N27": rng.normal(0, 0.1, (frames, len(MANNER_CHANNELS))).astype(np.float16),
            "weights_N8": weights_N8.astype(np.float16),
            "expression_N52": expression_NE.astype(np.float16),
            "kind_K": (np.arange(takes) % 3).astype(np.uint8),
            "voice_K": np.zeros(takes, np.int32),
        },
        path,
    )


def plan_in(folder: Path, *, sound: bool = False, **more: object) -> Plan:
    """A small training on a tiny corpus that is made here."""
    shard(folder / "train-00.safetensors", 12, 0, sound=sound)
    shard(folder / "held-00.safetensors", 6, 1, sound=sound)
    about = dict.fromkeys(("what", "command", "teacher"), "made in a test")
    card = {"format": 1, "shards": {"train": 1, "held": 1}, "voices": ["nobody"], "seed": 0, "parts": {}, "licences": {}}
    (folder / "card.json").write_text(json.dumps({**about, **card, "synthesisers": {}}))
    return Plan(
        corpora=(folder,),
        out=folder / "out",
        work=folder / "runs",
        vaid=replace(VAID, config=VaidConfig(width=32, code=8), batch=4, held=1),
        dicte=replace(DICTE, config=DicteConfig(width=32, blocks=1, heads=2, sound=32 + 13), batch=2, held=1),
        vaid_steps=60,
        dicte_steps=4,
        terms=Terms(accelerator="cpu", devices=1),
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict]:
    folder = tmp_path_factory.mktemp("corpus")
    with pytest.MonkeyPatch.context() as few:
        few.setattr(figures, "TAKES", 3)
        return folder / "out", folder, train_stage(plan_in(folder), "a test")


def test_cards_tell_how_and_how_well_the_nets_were_trained(trained: tuple[Path, Path, dict]) -> None:
    out, _, told = trained
    for name in ("vaid", "dicte"):
        card = json.loads((out / name / "card.json").read_text())
        assert card["command"] == "a test"
        assert card["figures"] == told[name]
        assert card["held_out_loss"] > 0
        assert min(loss for _, loss in card["held_out_curve"]) == pytest.approx(card["held_out_loss"], abs=1e-3)
        assert card["best_step"] > 0
    heard = told["vaid"]["lips_heard_r"]
    assert set(heard) == {"clean", "light", "heavy"}
    assert heard["clean"]["jaw"] > 0.4, "even so small a net hears a jaw that the sound tells"
    assert set(told["dicte"]["samples_over_teacher"]) == {"2", "4", "8", "16", "40"}


def test_cards_tell_whom_swapped_codes_follow_and_what_guidance_does(trained: tuple[Path, Path, dict]) -> None:
    _, _, told = trained
    swapped = told["vaid"]["swapped_codes_r"]
    assert swapped["mouth"]["lip_code_owner"] > swapped["mouth"]["expression_code_owner"]
    found = told["dicte"]
    for kind in ("sound", "emotion"):
        assert list(found["guidance"][kind]) == ["0.5", "1", "1.5", "2"]
        usual = found["guidance"][kind]["1"]
        assert usual["distance"] == found["reference_performer"]["distance"]
        assert usual["spread"]["head"] == found["samples_over_teacher"]["8"]["head_spread"]
    assert set(found["reference_performer"]["blinks_per_min"]) == {"teacher", "samples"}
    assert min(found["reference_performer"]["distance_of_halves"].values()) >= 0


def test_guidance_changes_what_is_sampled() -> None:
    torch.manual_seed(0)
    dicte = Dicte(DicteConfig(width=32, blocks=1, heads=2, sound=45)).eval()
    for parameter in dicte.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    rng = np.random.default_rng(0)
    shapes = {"motion": len(MANNER_CHANNELS), "sound": 45, "emotion": 8, "edges": 2}
    cut = {name: rng.normal(size=(20, columns)).astype(np.float32) for name, columns in shapes.items()}
    usual, sound, emotion = (figures._sampled(dicte, cut, 4, 1, weights) for weights in ((1, 1, 1), (2, 1, 1), (1, 2, 1)))
    assert np.abs(usual - sound).max() > 1e-3
    assert np.abs(usual - emotion).max() > 1e-3
    assert np.abs(sound - emotion).max() > 1e-3


def test_nets_are_measured_again_on_the_corpus(trained, capsys, monkeypatch) -> None:
    out, corpus, told = trained
    monkeypatch.setattr(figures, "COMPARED", (figures.STEPS,))
    monkeypatch.setattr(figures, "TAKES", 3)
    monkeypatch.setattr(figures, "WEIGHTS", (1.0,))
    with pytest.raises(SystemExit) as end:
        main(["eval", str(corpus), "--nets", str(out), "--json"])
    assert not end.value.code
    found = json.loads(capsys.readouterr().out)
    assert found["vaid"]["lips_heard_r"]["clean"]["jaw"] == pytest.approx(told["vaid"]["lips_heard_r"]["clean"]["jaw"], abs=0.02)
    show_nets(found)
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].split() == ["vaid:", "lips", "heard", "r", "clean", "light", "heavy"]
    assert ["lip", "code", "owner"] in [line.split()[:3] for line in shown]
    assert ["head", "spread"] in [line.split()[:2] for line in shown]


def test_what_was_trained_performs(trained: tuple[Path, Path, dict]) -> None:
    out, _, _ = trained
    vaid = load(out / "vaid", lambda config: Vaid(VaidConfig(**config)))
    dicte = load(out / "dicte", lambda config: Dicte(DicteConfig(**config)))
    assert StagePerformer(vaid, dicte, steps=2) is not None


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound encoder as they come from the hub, small and random."""
    import transformers as hub

    folder = tmp_path_factory.mktemp("encoder")
    small = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "conv_dim": (8,) * 7}
    config = hub.Wav2Vec2Config(**small, num_conv_pos_embeddings=4, num_conv_pos_embedding_groups=2)
    hub.Wav2Vec2Model(config).save_pretrained(folder)
    hub.Wav2Vec2FeatureExtractor().save_pretrained(folder)
    return folder


def said(sound: AudioClip) -> Performance:
    stages = real_stages()
    return Performance(
        count=30,
        fps=Fraction(25),
        speech=SpeechTake(audio=sound),
        features=stages.features(sound),
        speech_at_s=0.1,
        emotion=stages.feel((), NEUTRAL_8, 30, Fraction(25)),
        directions=Directions(gaze_T2=np.full((30, 2), np.nan, np.float32), head_T3=np.full((30, 3), np.nan, np.float32)),
        liveliness=1.0,
        portrait=None,
    )


def test_vaid_hears_through_an_encoder_from_the_hub(tmp_path: Path, encoder: Path) -> None:
    plan = plan_in(tmp_path, sound=True, encoder=encoder)
    train_stage(plan, "a test")
    vaid = load(tmp_path / "out" / "vaid", lambda config: Vaid(VaidConfig(**config)))
    dicte = load(tmp_path / "out" / "dicte", lambda config: Dicte(DicteConfig(**config)))
    assert (vaid.config.hub, vaid.config.audio) == (str(encoder), 16 + 3)
    rng = np.random.default_rng(0)
    soft, loud = (
        AudioClip(samples_S=(level * rng.standard_normal(16_000)).astype(np.float32), rate_hz=16_000) for level in (0.01, 0.3)
    )
    performer = StagePerformer(vaid, dicte, steps=2)
    first, other, again = (performer.perform(said(each), seed=0).expression_T52 for each in (soft, loud, soft))
    assert np.isfinite(first).all()
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_corpus_without_sound_is_told_when_an_encoder_needs_it(tmp_path: Path, encoder: Path) -> None:
    with pytest.raises(AssetError, match="keeps no sound") as told:
        train_stage(plan_in(tmp_path, encoder=encoder), "a test")
    assert told.value.diagnostics[0].code == "E130"
