"""`emostage train corpus`, of speech and of pictures."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from emostage.apps.cli import main
from emostage.training import corpus as speech
from emostage.training.footage import acting, drawn, make
from emostage.training.footage.store import read_footage


@pytest.fixture
def emostage(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(["train", "corpus", *map(str, arguments)])
        told = capsys.readouterr()
        return int(end.value.code or 0), told.out, told.err

    return call


def test_people_who_exist_nowhere_act_a_motion_corpus(emostage, monkeypatch) -> None:
    for name, count in {"CLIPS": 1, "CLIP": 2, "STILLS": 1}.items():
        monkeypatch.setattr(acting, name, count)
    monkeypatch.setattr(drawn, "seat", partial(drawn.seat, texture_px=64))
    code, _, err = emostage("spoken", "--hours", "0.001", "--workers", "1")
    assert code == 0, err
    code, out, err = emostage("faces", "--frames", "--from", "spoken", "--people", "2", "--size", "64", "--workers", "1")
    assert code == 0, err
    told, card = json.loads(out), json.loads(Path("faces/card.json").read_text(encoding="utf-8"))
    assert told == {"parts": card["parts"], "shards": {"train": 1, "held": 1}, "skipped": 0}
    assert card["command"] == "emostage train corpus faces --frames --from spoken --people 2 --size 64 --seed 0"
    train, held = read_footage(Path("faces")), read_footage(Path("faces"), "held")
    assert (len(train), train.shots["identity_S"].tolist()) == (6, [0, 1])
    assert (len(held), held.shots["identity_S"].tolist()) == (3, [1_000_000])
    assert train.picture(0).shape == (64, 64, 3)
    code, _, err = emostage("faces", "--frames", "--from", "spoken", "--people", "3", "--size", "64", "--workers", "1")
    assert (code, "E018" in err) == (2, True)


def test_what_is_asked_of_pictures_is_handed_on(emostage, monkeypatch, tmp_path: Path) -> None:
    for name in ("spoken/card.json", "photos/ada.png", "photos/notes.txt", "films/me.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "spoken/card.json").write_text('{"format": 1, "shards": {"train": 1, "held": 1}, "voices": []}', encoding="utf-8")
    asked = []

    def made(out, plan, material, *, workers, command, on_shard):
        asked.append((plan, material, workers, command))
        return {"parts": {}, "shards": {}, "skipped": {"files": 1}}

    monkeypatch.setattr(make, "make_footage", made)
    more = ("--portraits", "photos", "--data", "videos:films", "--seed", "4", "--workers", "3")
    code, _, err = emostage("faces", "--frames", "--from", "spoken", *more)
    assert code == 0, err
    assert "1 files were passed over" in err
    ((plan, material, workers, command),) = asked
    assert (plan.people, plan.size_px, plan.seed, workers) == (1000, 128, 4, 3)
    assert [picture.name for picture in material.pictures] == ["ada.png"]
    assert [film.person for film in material.films] == ["videos/me"]
    assert command.endswith("--people 1000 --size 128 --seed 4 --portraits photos --data videos:films")


def test_pairs_are_made_of_footage(emostage, monkeypatch) -> None:
    from emostage.training.finish import make as pairing
    from emostage.training.finish import plan as planning

    asked = []

    def made(out, plan, footage, *, workers, command, on_shard):
        asked.append((out, plan, footage, workers, command))
        return {"parts": {}, "shards": {}, "skipped": {"shots": 2}}

    monkeypatch.setattr(pairing, "make_pairs", made)
    monkeypatch.setattr(planning, "plan_of", lambda footage, **more: more)
    code, _, err = emostage("pairs", "--finish", "--from", "faces", "--people", "9", "--seed", "4", "--workers", "3")
    assert code == 0, err
    assert "2 people were passed over" in err
    command = "emostage train corpus pairs --finish --from faces --people 9 --seed 4"
    assert asked == [(Path("pairs"), {"people": 9, "seed": 4}, Path("faces"), 3, command)]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--frames",), 2, "E012"),
        (("--frames", "--from", "nowhere"), 4, "E130"),
        (("--frames", "--from", "nowhere", "--hours", "1"), 2, "'--hours' does not go with '--frames'"),
        (("--frames", "--from", "nowhere", "--sound"), 2, "'--sound' does not go with '--frames'"),
        (("--people", "3"), 2, "'--people' goes with '--frames' or '--finish' only"),
        (("--finish",), 2, "E012"),
        (("--finish", "--from", "nowhere"), 4, "E130"),
        (("--finish", "--frames", "--from", "nowhere"), 2, "'--finish' does not go with '--frames'"),
        (("--finish", "--from", "nowhere", "--size", "64"), 2, "'--size' does not go with '--finish'"),
        (("--from", "nowhere"), 2, "'--from' goes with '--frames' or '--finish' only"),
        (("--data", "mead:films"), 2, "'--data' goes with '--frames' only"),
        (("--frames", "--from", "x", "--size", "1000"), 2, "512"),
    ],
)
def test_mistakes_are_told_plainly(emostage, arguments, code: int, told: str) -> None:
    ended, _, err = emostage("faces", *arguments)
    assert (ended, told in err) == (code, True), err
    assert not Path("faces").exists()


def test_speech_is_made_as_before(emostage, monkeypatch) -> None:
    asked = []
    card = {"parts": {}, "voices": [], "teacher": "t"}
    monkeypatch.setattr(speech, "make_corpus", lambda out, plan, **more: asked.append((plan, more["command"])) or card)
    assert emostage("spoken")[0] == emostage("spoken", "--hours", "0.5", "--seed", "2", "--sound")[0] == 0
    assert [(plan.hours, plan.seed, plan.sound) for plan, _ in asked] == [(3.0, 0, False), (0.5, 2, True)]
    assert [command for _, command in asked] == [
        "emostage train corpus spoken --hours 3 --seed 0",
        "emostage train corpus spoken --hours 0.5 --seed 2 --sound",
    ]
