"""The training commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emostage.apps.cli import main
from emostage.training import codec, expression, painters, prompt_figures, prompts, stage
from emostage.training.films import make as films_made


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return int(end.value.code or 0)


def test_train_motion_hands_on_what_was_asked(tmp_path: Path, monkeypatch, capsys) -> None:
    asked = []
    monkeypatch.setattr(stage, "train_stage", lambda plan, command: asked.append((plan, command)) or {"vaid": {}})
    assert run("train", "motion", tmp_path / "corpus", tmp_path / "out", "--steps", "7", "--seed", "3", "--minutes", "2") == 0
    plan, command = asked[0]
    assert (plan.dicte_steps, plan.terms.seed, plan.terms.minutes) == (7, 3, 2.0)
    assert plan.work == tmp_path / "out" / "runs"
    assert command == "emostage train motion corpus out --steps 7 --seed 3"
    assert json.loads(capsys.readouterr().out) == {"vaid": {}}


def test_train_expression_hands_on_what_was_asked(tmp_path: Path, monkeypatch, capsys) -> None:
    asked = []
    monkeypatch.setattr(expression, "train_expression", lambda plan, command: asked.append((plan, command)) or {"mouth_r": {}})
    assert run("train", "expression", tmp_path / "corpus", tmp_path / "out", "--steps", "7", "--seed", "3", "--minutes", "2") == 0
    ((plan, command),) = asked
    assert (plan.steps, plan.terms.seed, plan.terms.minutes, plan.work) == (7, 3, 2.0, tmp_path / "out-run")
    assert command == "emostage train expression corpus out --steps 7 --seed 3 --minutes 2.0"
    assert json.loads(capsys.readouterr().out) == {"mouth_r": {}}


def test_a_missing_corpus_is_told_plainly(tmp_path: Path, capsys) -> None:
    assert run("train", "motion", tmp_path / "nothing", tmp_path / "out") == 4
    said = capsys.readouterr().err
    assert "E130" in said
    assert "Traceback" not in said


FOUND = {
    "unseen phrasings": {"prompts": 9, "strongest": 0.5, "error": 0.25, "error_asked": 0.125, "denied": None},
    "ladders in order": {"sad": 1.0},
    "told from no feeling": {"feeling": 1.0, "none": 0.75},
}


def test_train_prompts_hands_on_what_was_asked_and_shows_the_figures(tmp_path: Path, monkeypatch, capsys) -> None:
    asked = []
    found = {"block": FOUND, "looking words up": FOUND}
    monkeypatch.setattr(prompts, "train_prompts", lambda plan, command: asked.append((plan, command)) or found)
    assert run("train", "prompts", tmp_path / "eib", "--steps", "7", "--seed", "3") == 0
    ((plan, command),) = asked
    assert (plan.out, plan.work, plan.steps, plan.terms.seed, plan.hub) == (tmp_path / "eib", tmp_path / "eib-run", 7, 3, None)
    assert command == "emostage train prompts eib --steps 7 --seed 3"
    told = capsys.readouterr()
    assert "unseen phrasings" in told.out and "50.0%" in told.out and "sad 100%" in told.err
    assert run("train", "prompts", tmp_path / "eib", "--json") == 0
    assert json.loads(capsys.readouterr().out) == found


def test_train_prompts_measures_a_checkpoint(tmp_path: Path, monkeypatch, capsys) -> None:
    read = []
    monkeypatch.setattr(
        prompt_figures, "compared", lambda reader: read.append(reader) or {"block": FOUND, "looking words up": FOUND}
    )
    assert run("train", "prompts", "--measure") == 0
    assert len(read) == 1 and "unseen phrasings" in capsys.readouterr().out
    assert run("train", "prompts", tmp_path / "nothing", "--measure") == 4
    assert "E131" in capsys.readouterr().err


def test_train_prompts_needs_a_place(capsys) -> None:
    assert run("train", "prompts") == 2
    assert "E012" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["emodiffhead", "emotivetalk", "emotalker"])
def test_train_a_painter_hands_on_what_was_asked(name: str, tmp_path: Path, monkeypatch, capsys) -> None:
    asked = []

    def train_from(*given: object) -> dict[str, object]:
        asked.append(given)
        return {"best_step": 7}

    monkeypatch.setattr(painters, "train_from", train_from)
    assert run("train", name, tmp_path / "footage", tmp_path / "out", "--steps", "7", "--size", "large", "--minutes", "2") == 0
    footage, recipe, plan, command, _ = asked[0]
    assert footage == tmp_path / "footage"
    assert recipe.shape.stills > 24
    assert (plan.steps, plan.terms.minutes, plan.work) == (7, 2.0, tmp_path / "out-run")
    assert command == f"emostage train {name} footage out --steps 7 --seed 0 --size large"
    assert json.loads(capsys.readouterr().out) == {"best_step": 7}


def test_train_finish_learns_from_pairs(tmp_path: Path, monkeypatch, capsys) -> None:
    from emostage.training.recipes import finish_lessons

    asked = []
    monkeypatch.setattr(painters, "train_from", lambda *given: asked.append(given) or {"best_step": 7})
    assert run("train", "finish", tmp_path / "pairs", tmp_path / "out", "--steps", "7", "--begin", tmp_path / "old") == 0
    pairs, recipe, plan, command, read = asked[0]
    assert (pairs, read, recipe.what.split(":")[0]) == (tmp_path / "pairs", finish_lessons, "diffusion finish")
    assert (plan.steps, plan.begin, plan.work) == (7, tmp_path / "old", tmp_path / "out-run")
    assert command == "emostage train finish pairs out --steps 7 --seed 0 --begin old"
    assert run("train", "finish", "--help") == 0
    assert "PAIRS" in capsys.readouterr().out


def test_painters_have_two_sizes(tmp_path: Path, capsys) -> None:
    assert run("train", "emotalker", tmp_path / "footage", tmp_path / "out", "--size", "huge") == 2
    assert "small, large" in capsys.readouterr().err


def test_a_painters_codec_is_handed_on(tmp_path: Path, monkeypatch, capsys) -> None:
    asked, seen = [], []
    monkeypatch.setattr(painters, "coded", lambda recipe, folder: seen.append(folder) or recipe)
    monkeypatch.setattr(painters, "train_from", lambda *given: asked.append(given) or {})
    assert run("train", "emotalker", tmp_path / "footage", tmp_path / "out", "--steps", "7", "--codec", tmp_path / "small") == 0
    assert seen == [tmp_path / "small"]
    assert asked[0][3] == "emostage train emotalker footage out --steps 7 --seed 0 --codec small"
    assert capsys.readouterr().out == ""


def test_a_folder_without_a_codec_is_told(tmp_path: Path, capsys) -> None:
    assert run("train", "emotalker", tmp_path / "footage", tmp_path / "out", "--codec", tmp_path / "nothing") == 4
    assert "E134" in capsys.readouterr().err


def test_train_codec_hands_on_what_was_asked_and_measures(tmp_path: Path, monkeypatch, capsys) -> None:
    asked, measured = [], []
    monkeypatch.setattr(codec, "train_codec", lambda plan, command: asked.append((plan, command)) or {"autoencoder": {}})
    monkeypatch.setattr(codec, "measure_codec", lambda *given: measured.append(given) or {"autoencoder": {"channels": 8}})
    footage, out = tmp_path / "footage", tmp_path / "out"
    assert run("train", "codec", footage, out, "--steps", "7", "--channels", "8", "--minutes", "2") == 0
    ((plan, command),) = asked
    assert (plan.steps, plan.channels, plan.terms.minutes, plan.work) == (7, 8, 2.0, tmp_path / "out-run")
    assert command == "emostage train codec footage out --steps 7 --seed 0 --channels 8"
    assert json.loads(capsys.readouterr().out) == {"autoencoder": {}}
    assert run("train", "codec", footage, out, "--measure") == 0
    assert measured == [(footage, out)]
    assert json.loads(capsys.readouterr().out) == {"autoencoder": {"channels": 8}}


@pytest.fixture
def films(tmp_path: Path) -> str:
    for name in ("ada", "bob"):
        (tmp_path / "people" / name).mkdir(parents=True)
        (tmp_path / "people" / name / "talk.mp4").touch()
    return f"videos:{tmp_path / 'people'}"


def test_train_motion_learns_from_films_alone_or_beside_a_corpus(tmp_path: Path, films: str, monkeypatch, capsys) -> None:
    asked, made = [], []
    monkeypatch.setattr(stage, "train_stage", lambda plan, command: asked.append((plan, command)) or {})
    monkeypatch.setattr(films_made, "make_films", lambda out, found, **more: made.append((out, found, more)))
    out, corpus = tmp_path / "out", tmp_path / "corpus"
    assert run("train", "motion", out, "--data", films, "--steps", "7") == 0
    assert run("train", "motion", corpus, out, "--data", films, "--steps", "7", "--work", tmp_path / "work") == 0
    (alone, command), (beside, other) = asked
    assert alone.corpora == (out / "runs" / "films",)
    assert beside.corpora == (corpus, tmp_path / "work" / "films")
    assert command == "emostage train motion out --steps 7 --seed 0 --data videos:people"
    assert other == "emostage train motion corpus out --steps 7 --seed 0 --data videos:people"
    assert [place for place, _, _ in made] == [out / "runs" / "films", tmp_path / "work" / "films"]
    assert len(made[0][1].films) == 2
    assert made[0][2]["sound"] is False


def test_painters_learn_from_films_alone_or_beside_footage(tmp_path: Path, films: str, monkeypatch, capsys) -> None:
    from emostage.training.footage import make, store

    asked, made = [], []
    monkeypatch.setattr(painters, "train_from", lambda *given: asked.append(given) or {})
    monkeypatch.setattr(store, "read_card", lambda folder: {"size_px": 96})
    skipping = {"skipped": {"files": 1}}
    monkeypatch.setattr(make, "make_footage", lambda out, plan, material, **more: made.append((out, plan, material)) or skipping)
    out, footage = tmp_path / "out", tmp_path / "footage"
    assert run("train", "emotalker", out, "--data", films, "--steps", "7") == 0
    assert run("train", "emotalker", footage, out, "--data", films, "--steps", "7") == 0
    assert [place for place, _, _ in made] == [tmp_path / "out-run" / "films"] * 2
    assert [(plan.people, plan.size_px) for _, plan, _ in made] == [(0, 128), (0, 96)]
    assert [material.acting for _, _, material in made] == [None, None]
    (alone, *_, command, _), (beside, *_, read) = asked
    assert (alone, beside) == (tmp_path / "out-run" / "films", footage)
    assert read.keywords == {"beside": tmp_path / "out-run" / "films"}
    assert command == "emostage train emotalker out --steps 7 --seed 0 --data videos:people"
    assert "1 films were passed over" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["motion", "emodiffhead", "finish"])
def test_one_place_is_too_few_without_films(name: str, tmp_path: Path, capsys) -> None:
    assert run("train", name, tmp_path / "out") == 2
    assert "E012" in capsys.readouterr().err


def test_what_is_no_collection_of_films_is_told(tmp_path: Path, films: str, capsys) -> None:
    assert run("train", "motion", tmp_path / "out", "--data", "films:here") == 2
    assert run("train", "emotalker", tmp_path / "out", "--data", f"mead:{tmp_path}") == 4
    assert run("train", "finish", tmp_path / "out", "--data", films) == 2
    told = capsys.readouterr().err
    assert all(code in told for code in ("E014", "E106", "E018"))
    assert "Traceback" not in told
