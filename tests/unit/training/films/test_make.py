"""Motion corpora of films: who is held out, what is passed over, and that they go on where they were."""

from __future__ import annotations

import json
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from emostage.core.errors import AssetError, UsageError
from emostage.core.tracks import AudioClip, MotionTrack
from emostage.nets.emotivetalk.vaid import Vaid, VaidConfig
from emostage.training.dataset import SOUND, read_corpus
from emostage.training.films import make
from emostage.training.films.make import collected, held_films, make_films
from emostage.training.footage.layouts import feeling

COUNT = 40


@pytest.fixture(autouse=True)
def tracked(monkeypatch) -> list[str]:
    """The names of the films that have been followed, in order; those called 'blind' cannot be."""
    asked: list[str] = []

    @contextmanager
    def followed(film):
        asked.append(film.name)
        if "blind" in film.name:
            raise AssetError.of("E117", f"the face in '{film.path.name}' is hidden")
        rng, zeros_T = np.random.default_rng(len(film.name)), np.zeros(COUNT, np.float32)
        motion = MotionTrack(
            expression_T52=rng.uniform(0, 0.2, (COUNT, 52)).astype(np.float32),
            rotation_T3=rng.normal(0, 0.05, (COUNT, 3)).astype(np.float32),
            shift_T2=np.zeros((COUNT, 2), np.float32),
            scale_T=zeros_T + 1,
            tongue_T=zeros_T,
            breath_T=zeros_T,
            fps=Fraction(25),
        )
        hum_S = 0.3 * np.sin(np.arange(3 * 16_000) / 18).astype(np.float32)
        yield SimpleNamespace(actor=SimpleNamespace(motion=motion), audio=AudioClip(samples_S=hum_S, rate_hz=16_000))

    torch.manual_seed(0)
    vaid = Vaid(VaidConfig(width=16, code=8)).eval()
    monkeypatch.setattr(make, "followed", followed)
    monkeypatch.setattr(make, "shipped_vaid", lambda: vaid)
    monkeypatch.setattr(make, "FILMS_PER_SHARD", 2)
    return asked


@pytest.fixture
def mead(tmp_path: Path) -> str:
    """Two people, happy and sad, one film of which cannot be followed, and one that lies elsewhere."""
    for person in ("M003", "W009"):
        for emotion, name in (("happy", "001"), ("sad", "001"), ("sad", "blind")):
            path = tmp_path / "mead" / person / "video" / "front" / emotion / "level_3" / f"{name}.mp4"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    (tmp_path / "mead" / "lost.mp4").touch()
    return f"mead:{tmp_path / 'mead'}"


def made(out: Path, *collections: str, sound: bool = False):
    return make_films(out, collected(collections), sound=sound, workers=1, command="make", on_shard=lambda done, total: None)


def test_films_become_a_corpus_whose_people_are_held_out(mead: str, tmp_path: Path) -> None:
    card = made(tmp_path / "out", mead)
    train, held = read_corpus(tmp_path / "out"), read_corpus(tmp_path / "out", "held")
    assert len(train) == len(held) == 2
    assert {train.voices[v] for v in train.voice_K}.isdisjoint({held.voices[v] for v in held.voice_K})
    assert train.take(0)["manner_N27"].shape == (COUNT, 27)
    assert np.allclose(train.take(0)["weights_N8"][0], feeling("happy", 1.0), atol=1e-3)
    assert (card["films"], card["people"], card["labelled"]) == (6, 2, 6)
    assert SOUND not in train.frames


def test_what_was_passed_over_is_told(mead: str, tmp_path: Path) -> None:
    card = made(tmp_path / "out", mead)
    assert card["skipped"]["files"] == 3
    told = {one["file"]: one["why"] for one in card["skipped"]["of_which"]}
    assert "E117" in told["mead/M003/video/front/sad/level_3/blind.mp4"]
    assert "does not tell" in told["mead/lost.mp4"]
    assert json.loads((tmp_path / "out" / "card.json").read_text())["skipped"] == card["skipped"]


def test_films_are_followed_once(mead: str, tmp_path: Path, tracked) -> None:
    made(tmp_path / "out", mead)
    assert len(tracked) == 6
    (tmp_path / "out" / "train-001.safetensors").unlink()
    made(tmp_path / "out", mead)
    assert len(tracked) == 7
    with pytest.raises(UsageError, match=r"E018.*other films"):
        made(tmp_path / "out", mead, sound=True)


def test_sound_is_kept_where_it_is_wanted(mead: str, tmp_path: Path) -> None:
    made(tmp_path / "out", mead, sound=True)
    assert read_corpus(tmp_path / "out").frames[SOUND].any()


def test_of_one_person_films_are_held_out(tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    for name in "abc":
        (tmp_path / "ada" / f"{name}.mp4").touch()
    found = collected([f"videos:{tmp_path}"])
    assert len(held_films(found.films)) == 1
    made(tmp_path / "out", f"videos:{tmp_path}")
    assert len(read_corpus(tmp_path / "out")) == 2


def test_too_few_films_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    with pytest.raises(AssetError, match=r"E106.*one film only"):
        collected([f"videos:{tmp_path}"])
    (tmp_path / "blind.mp4").touch()
    with pytest.raises(AssetError, match=r"E106.*none can be used"):
        made(tmp_path / "out", f"videos:{tmp_path}")
