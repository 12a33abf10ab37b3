"""A tiny corpus, made by the built-in voice alone."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open

from emostage import motion
from emostage.core.errors import EmostageError, UsageError
from emostage.motion.codes import LIP_CHANNELS, Lips, Manner
from emostage.motion.embody import embody
from emostage.motion.reference import play, say
from emostage.training import takes as takes_module
from emostage.training.corpus import Plan, make_corpus, make_shard, shard_path, shard_takes, teacher_digest
from emostage.training.dataset import read_corpus
from emostage.training.sentences import is_held_out

PLAN = Plan(hours=20 / 3600, seed=5, synthesisers=("espeak",), teacher="test")
QUIET = {"workers": 1, "command": "make", "on_shard": lambda done, total: None}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    make_corpus(folder, PLAN, **QUIET)
    return folder


def lines(folder: Path, part: str) -> list[str]:
    with safe_open(shard_path(folder, part, 0), "numpy") as file:
        return json.loads(file.metadata()["lines"])


def test_it_has_the_asked_size_and_a_true_card(made: Path) -> None:
    train, held = read_corpus(made, "train"), read_corpus(made, "held")
    assert 18 < train.starts_K1[-1] / 25 < 36
    assert len(held) >= 1
    card = train.card
    for part, corpus in (("train", train), ("held", held)):
        assert card["parts"][part]["takes"] == len(corpus)
        assert card["parts"][part]["frames"] == corpus.starts_K1[-1]
    assert card["seed"] == 5
    assert card["teacher"] == "test"
    assert set(card["licences"]) == set(card["voices"]) - {"silence"}


def test_the_plain_sound_is_kept_when_asked_for(tmp_path: Path) -> None:
    plan = replace(PLAN, hours=4 / 3600, sound=True)
    make_corpus(tmp_path, plan, **QUIET)
    corpus = read_corpus(tmp_path)
    sound_NS = corpus.frames["sound_N640"].astype(np.float64)
    assert len(sound_NS) == corpus.starts_K1[-1]
    loud_N, heard_N = sound_NS.std(1), corpus.rows("prosody_N3", 0, len(sound_NS))[:, 0]
    spoken_N = heard_N > 0.8
    assert loud_N[spoken_N].mean() > 3 * loud_N[heard_N < 0.1].mean()


def test_values_are_in_range(made: Path) -> None:
    corpus = read_corpus(made)
    for number in range(len(corpus)):
        take = corpus.take(number)
        assert np.allclose(take["weights_N8"].sum(1), 1.0, atol=5e-3)
        assert take["expression_N52"].min() >= 0
        assert take["expression_N52"].max() <= 1
        assert not take["lips_N10"][[0, -1]].any()
        assert np.abs(take["mel_N160"]).max() <= 4
    seals = corpus.frames["lips_N10"][:, LIP_CHANNELS.index("seal")]
    assert (seals > 0.99).sum() > 10


def test_held_out_lines_and_voices_are_others(made: Path) -> None:
    train, held = read_corpus(made, "train"), read_corpus(made, "held")
    assert not (set(train.voice_K.tolist()) & set(held.voice_K.tolist())) - {0}
    assert not any(is_held_out(line) for line in lines(made, "train") if line)
    assert all(is_held_out(line) for line in lines(made, "held") if line)


def test_the_same_seed_makes_the_same_shard_and_another_one_does_not(made: Path, tmp_path: Path) -> None:
    make_shard(tmp_path, PLAN, "held", 0)
    assert shard_path(tmp_path, "held", 0).read_bytes() == shard_path(made, "held", 0).read_bytes()
    other = shard_takes(replace(PLAN, seed=6), "held", 0)
    assert [take.text for take in other] != lines(made, "held")


def test_a_stopped_corpus_goes_on_with_what_is_missing(made: Path) -> None:
    train, held = shard_path(made, "train", 0), shard_path(made, "held", 0)
    before, kept = held.read_bytes(), train.stat()
    held.unlink()
    (made / "card.json").unlink()
    told: list[tuple[int, int]] = []
    make_corpus(made, PLAN, workers=1, command="make", on_shard=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]
    assert held.read_bytes() == before
    assert (train.stat().st_mtime_ns, train.stat().st_ino) == (kept.st_mtime_ns, kept.st_ino)


def test_the_teacher_is_known_by_its_sources(tmp_path: Path) -> None:
    package = Path(motion.__path__[0]).parent
    for folder in ("motion", "emotion"):
        shutil.copytree(package / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    assert teacher_digest(tmp_path) == teacher_digest()
    (tmp_path / "motion" / "diffuse.py").write_text("# another net\n", encoding="utf-8")
    assert teacher_digest(tmp_path) == teacher_digest()
    with (tmp_path / "motion" / "targets.py").open("a", encoding="utf-8") as file:
        file.write("# other lips\n")
    assert teacher_digest(tmp_path) != teacher_digest()


def test_a_file_is_no_folder_for_a_corpus(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(EmostageError, match="E10"):
        make_corpus(tmp_path / "file", PLAN, **QUIET)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_another_corpus_in_the_same_folder_is_refused(made: Path) -> None:
    with pytest.raises(UsageError, match=r"E018.*holds a corpus of another"):
        make_corpus(made, replace(PLAN, seed=9), **QUIET)
    assert read_corpus(made).card["seed"] == 5


def test_labels_are_those_of_the_reference_performer(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    label = takes_module.labelled

    def noted(performance, heard, tone_TS, sound_TS, **more):
        asked.append((performance, more["seed"]))
        return label(performance, heard, tone_TS, sound_TS, **more)

    monkeypatch.setattr(takes_module, "labelled", noted)
    takes = shard_takes(PLAN, "held", 0)
    for take, (performance, seed) in zip(takes, asked, strict=False):
        said = say(performance)
        manner = play(performance, said, seed=seed)
        assert np.allclose(take.lips_TL, said.lips.values(), atol=1e-6)
        assert np.allclose(take.manner_TM, manner.values(), atol=1e-6)
        again = embody(performance, Lips.of(take.lips_TL), Manner.of(take.manner_TM))
        assert np.allclose(take.expression_T52, again.expression_T52, atol=1e-4)
        assert performance.liveliness == 1.0
