"""An identity is made part by part; each part is told in its card, and what is not asked for is left alone."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from emostage.core.errors import AssetError, UsageError
from emostage.core.identity import PARTS, misfits, read_identity
from emostage.evaluate.person.hearing import Following
from emostage.tuning import make as making
from emostage.tuning.make import make_identity, require_free
from emostage.tuning.parts import Learnt, Left, forget_part, part_file, write_arrays


@pytest.fixture
def workshop(monkeypatch, studied):
    """Parts are learnt in no time, as often as `times` says; those in `useless` are left. What was done is told."""
    told = SimpleNamespace(times=1.0, useless=(), done=[], figures={"loss": 0.5}, dies="", rows=[], films=[], found=None)

    def learn(bench, name):
        told.done.append(name)
        if told.dies == name:
            raise KeyboardInterrupt
        if name in told.useless:
            forget_part(bench.folder, name)
            return Left(name=name, why="it does not help", figures=told.figures)
        file = part_file(bench.folder, name)
        write_arrays(file, {"x": np.full(3, told.times)})
        return Learnt(name=name, file=file, figures=told.figures)

    def tune_face(bench):
        outcome = learn(bench, "face")
        return ("somebody" if isinstance(outcome, Learnt) else None), outcome

    @contextmanager
    def exam(studied):
        yield told.found

    def tune_painter(bench, name, material, person, left):
        told.done.append((material, person, left))
        return learn(bench, name)

    made = {
        "study": lambda order, listen: studied,
        "exam": exam,
        "tune_face": tune_face,
        "tune_manner": lambda bench, minutes: learn(bench, "manner"),
        "material_of": lambda bench, person: ("footage", person),
        "tune_painter": tune_painter,
        "read_person": lambda path, head: "somebody who was learnt before",
        "write_sheet": lambda rows, reading, out: told.rows.append([row.name for row in rows]),
        "write_film": lambda rows, reading, out, title, tags: told.films.append((len(rows), title, tags)),
    }
    for name, it in made.items():
        monkeypatch.setattr(making, name, it)
    return told


def asked(order, *parts):
    order.folder.mkdir(exist_ok=True)
    return replace(order, parts=parts)


def card_of(order):
    return json.loads((order.folder / "card.json").read_text("utf-8"), parse_constant=pytest.fail)


def test_an_identity_is_made_that_can_be_read(order, ear, workshop):
    made = make_identity(asked(order, "face", "manner", "emotalker"), ear)
    identity = read_identity(made.folder)
    assert set(identity.parts) == {"face", "manner", "emotalker"} and misfits(identity, PARTS) == ()
    assert (identity.name, identity.consent, identity.command) == ("ada", order.consent, order.command)
    assert identity.data["film_s"] == 1.8 and identity.trained_with["emostage"]
    assert made.portrait.is_file() and made.portrait.parent == made.folder
    assert [part.name for part in made.learnt] == ["face", "manner", "emotalker"] and not made.left
    assert made.card == card_of(order)


def test_painters_are_told_who_is_known_and_how_many_are_left(order, ear, workshop):
    make_identity(asked(order, "emotalker", "face", "emotivetalk"), ear)
    material = ("footage", "somebody")
    assert workshop.done == ["face", (material, "somebody", 2), "emotivetalk", (material, "somebody", 1), "emotalker"]
    workshop.done.clear()
    make_identity(asked(order, "emotalker"), ear)
    before = "somebody who was learnt before"
    assert workshop.done == [(("footage", before), before, 1), "emotalker"], "films use both parts together"
    part_file(order.folder, "face").unlink()
    workshop.done.clear()
    make_identity(asked(order, "emotalker"), ear)
    assert workshop.done == [(("footage", None), None, 1), "emotalker"]


def test_an_identity_stays_whole_until_another_is(order, ear, workshop):
    make_identity(asked(order, "face", "emotalker"), ear)
    before = read_identity(order.folder)
    workshop.times, workshop.dies = 2.0, "emotalker"
    with pytest.raises(KeyboardInterrupt):
        make_identity(asked(order, "face", "emotalker"), ear)
    assert read_identity(order.folder) == before


def test_what_does_not_help_is_no_part_but_the_card_says_so(order, ear, workshop):
    workshop.useless = ("face",)
    made = make_identity(asked(order, "face", "manner"), ear)
    assert set(read_identity(made.folder).parts) == {"manner"}
    assert card_of(order)["figures"]["face"] == {"left": "it does not help", "loss": 0.5}
    assert [left.name for left in made.left] == ["face"]


def test_there_is_no_finish_to_be_tuned_yet(order, ear, workshop):
    made = make_identity(asked(order, "finish", "face"), ear)
    assert set(read_identity(made.folder).parts) == {"face"} and made.left[0].name == "finish"


def test_parts_that_are_not_asked_for_stay(order, ear, workshop):
    """Though others are learnt anew, or lost."""
    make_identity(asked(order, "face", "manner", "emotalker"), ear)
    before = read_identity(order.folder)
    workshop.times = 2.0
    make_identity(asked(order, "face"), ear)
    after = read_identity(order.folder)
    assert set(after.parts) == {"face", "manner", "emotalker"}
    assert after.parts["face"].sha256 != before.parts["face"].sha256
    assert after.parts["manner"] == before.parts["manner"]
    workshop.useless = ("manner",)
    make_identity(asked(order, "manner"), ear)
    assert set(read_identity(order.folder).parts) == {"face", "emotalker"}
    part_file(order.folder, "emotalker").write_bytes(b"damaged")
    make_identity(asked(order, "manner"), ear)
    assert set(read_identity(order.folder).parts) == {"face"}, "a part that is damaged is told no more"
    workshop.useless = ()
    make_identity(asked(order, "manner", "emotalker"), ear)
    part_file(order.folder, "emotalker").unlink()
    make_identity(asked(order, "face"), ear)
    assert set(read_identity(order.folder).parts) == {"face", "manner"}, "nor is one that is gone"


@pytest.mark.parametrize("card", [b"", b"{}", b"[1]", b"\xff", b'{"format": "emostage.identity.v1", "parts": 5}'])
def test_a_card_that_says_nothing_is_written_anew(order, ear, workshop, card):
    order.folder.mkdir()
    (order.folder / "card.json").write_bytes(card)
    make_identity(asked(order, "face"), ear)
    assert set(read_identity(order.folder).parts) == {"face"}


@pytest.mark.parametrize("dies", ["face", "manner", "emotalker"])
def test_a_call_that_was_stopped_ends_when_it_is_repeated_as_if_it_had_not_been(order, ear, workshop, tmp_path, dies):
    wanted = asked(order, "face", "manner", "emotalker")
    whole = replace(wanted, folder=tmp_path / "whole")
    whole.folder.mkdir()
    make_identity(whole, ear)
    workshop.dies = dies
    with pytest.raises(KeyboardInterrupt):
        make_identity(wanted, ear)
    assert not (order.folder / "card.json").exists(), "what is not finished is no identity"
    workshop.dies = ""
    make_identity(wanted, ear)
    cards = [card_of(one) for one in (whole, wanted)]
    assert cards[0]["parts"] == cards[1]["parts"] and cards[0]["figures"] == cards[1]["figures"]


def test_numbers_that_are_none_are_null_in_the_card(order, ear, workshop):
    workshop.figures = {"stage": {"mouth": float("nan"), "worst": [float("inf"), 1.5]}}
    make_identity(asked(order, "face"), ear)
    assert card_of(order)["parts"]["face"]["figures"] == {"stage": {"mouth": None, "worst": [None, 1.5]}}


def test_names_of_files_that_are_no_text_can_be_told(order, ear, workshop, studied, monkeypatch):
    odd = replace(studied, about={"sources": [{"file": "me\udcff.mp4"}]})
    monkeypatch.setattr(making, "study", lambda order, listen: odd)
    make_identity(replace(asked(order, "face"), command="emostage finetune me\udcff\x07.mp4"), ear)
    identity = read_identity(order.folder)
    assert identity.command == "emostage finetune me??.mp4" and identity.data["sources"][0]["file"] == "me?.mp4"


class Judge:
    """An exam whose engines are their names."""

    def __init__(self, readings):
        self.readings, self.heard = readings, []

    def shows(self, *given):
        return given

    def following(self, engine, *given):
        self.heard.append((engine, *given))
        value = float("nan") if engine == "emotalker" else 0.5 + 0.1 * bool(given)
        return Following(opening=value, width=value, opening_amplitude=1.0, width_amplitude=1.0)


def test_what_is_held_out_is_shown_and_listened_to_before_and_after(order, ear, workshop, studied):
    workshop.found = Judge(studied.held)
    make_identity(asked(order, "face", "manner", "emotalker"), ear)
    assert workshop.rows == [["filmed", "stage before", "stage after", "emotalker before", "emotalker after"]]
    ((rows, title, tags),) = workshop.films
    assert rows == 3 and title == "ada, before and after" and "Ada Lovelace, by letter (2025-03-01)" in tags["synopsis"]
    heard = card_of(order)["figures"]["mouth from sound"]
    assert heard["stage"]["before"]["opening"] == 0.5 and heard["stage"]["after"]["opening"] == 0.6
    assert heard["emotalker"]["after"]["opening"] is None
    engine, manner, person, adapter = workshop.found.heard[1]
    assert (engine, manner.file.name, person, adapter) == ("stage", "manner.safetensors", "somebody", None)
    assert ear.begun == ["listening to the held-out sound", "making the preview"]


def test_without_sound_there_is_nothing_to_listen_to(order, ear, workshop, studied):
    silent = tuple(replace(reading, take=replace(reading.take, samples_S=None)) for reading in studied.held)
    workshop.found = Judge(silent)
    make_identity(asked(order, "face"), ear)
    assert not workshop.found.heard and "mouth from sound" not in card_of(order)["figures"]
    workshop.useless = ("face",)
    workshop.found = Judge(studied.held)
    make_identity(asked(order, "face"), ear)
    assert not workshop.found.heard, "nothing was learnt"


def test_an_identity_is_written_over_only_when_that_is_said(order, ear, workshop):
    require_free(order.folder, resume=False)
    make_identity(asked(order, "face"), ear)
    require_free(order.folder, resume=True)
    with pytest.raises(UsageError, match="E105"):
        require_free(order.folder, resume=False)


def test_of_footage_that_is_of_no_use_nothing_stays(order, ear, workshop, monkeypatch):
    def useless(order, listen):
        (order.folder / "work" / "survey").mkdir(parents=True)
        raise AssetError.of("E070", "nobody is seen")

    monkeypatch.setattr(making, "study", useless)
    with pytest.raises(AssetError):
        make_identity(replace(order, folder=order.folder / "new"), ear)
    assert not (order.folder / "new").exists()


def test_what_was_tracked_before_stays_though_more_is_of_no_use(order, ear, workshop, monkeypatch):
    def useless(order, listen):
        raise AssetError.of("E070", "nobody is seen")

    monkeypatch.setattr(making, "study", useless)
    (asked(order, "face").folder / "work").mkdir()
    with pytest.raises(AssetError):
        make_identity(order, ear)
    assert (order.folder / "work").is_dir()
