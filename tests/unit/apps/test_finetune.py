"""`emostage finetune`: what is refused before anything is done, and what is told at the end."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from emostage.core.errors import Diagnostic
from emostage.core.identity import PARTS, read_identity
from emostage.tuning import make
from emostage.tuning.make import Made
from emostage.tuning.order import USUAL
from emostage.tuning.parts import Learnt, Left

CONSENT = ("--consent", "Ada Lovelace, by letter")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EMOSTAGE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "me.mp4").write_bytes(b"no film")


@pytest.fixture
def done(monkeypatch):
    """Orders are carried out in no time."""
    told = SimpleNamespace(orders=[], outcomes=())

    def make_identity(order, listen):
        told.orders.append(order)
        listen.begins("tracking")
        listen.goes_on(1, 2)
        listen.finds("a loss of 0.5")
        listen.warns(Diagnostic(code="W140", message="2 s of film teach the look", hint="give more"))
        card = {"name": order.name, "parts": {outcome.name: {} for outcome in told.outcomes}}
        return Made(folder=order.folder, portrait=order.folder / "portrait.png", outcomes=told.outcomes, card=card)

    monkeypatch.setattr(make, "make_identity", make_identity)
    return told


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("me.mp4", "--name", "ada"), "E012"),
        (("me.mp4", "--name", "ada", "--consent", " "), "E012"),
        (("me.mp4", "--name", "ada", "--consent", "Ada\x07 by mail"), "E012"),
        (("me.mp4", "--name", "ada", *CONSENT, "--parts", "nose"), "E014"),
        (("me.mp4", "--name", "ada", *CONSENT, "--parts", ","), "E014"),
        (("me.mp4", "--name", "../ada", *CONSENT), "E021"),
        (("me.mp4", "--name", "", *CONSENT), "E021"),
        (("me.mp4", "--name", "../ada", *CONSENT, "-o", "here"), "E021"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_done(emostage, done, arguments, code):
    status, out, err = emostage("finetune", *arguments)
    assert (status, out) == (2, "") and code in err
    assert not done.orders and sorted(path.name for path in Path.cwd().iterdir()) == ["me.mp4"]


def test_an_identity_is_not_written_over(emostage, done, tune):
    folder = tune(Path("checkpoints") / "ada", "face")
    before = read_identity(folder)
    status, _, err = emostage("finetune", "me.mp4", "--name", "ada", *CONSENT)
    assert status == 2 and "E105" in err and "--resume" in err
    assert read_identity(folder) == before and not done.orders
    assert emostage("finetune", "me.mp4", "--name", "ada", *CONSENT, "--resume")[0] == 0
    assert emostage("finetune", "me.mp4", "--name", "ada", *CONSENT, "-o", "other")[0] == 0
    assert [order.folder for order in done.orders] == [folder, Path("other")]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("none.mp4", "E106"),
        ("me.txt", "E106"),
        ("empty", "E106"),
        ("https://example.org/me.mp4", "E025"),
        ("me.mp4", "E1"),
    ],
)
def test_footage_that_cannot_be_used_is_told(emostage, tmp_path, given, code):
    (tmp_path / "me.txt").write_text("me")
    (tmp_path / "empty").mkdir()
    status, _, err = emostage("finetune", given, "--name", "ada", *CONSENT)
    assert status in (2, 3, 4) and code in err
    assert not (tmp_path / "checkpoints" / "ada" / "card.json").exists()


def test_work_of_other_footage_is_not_gone_on_with(emostage, tmp_path):
    work = tmp_path / "checkpoints" / "ada" / "work"
    work.mkdir(parents=True)
    (work / "plan.json").write_text("{}")
    status, _, err = emostage("finetune", "me.mp4", "--name", "ada", *CONSENT)
    assert status == 2 and "E018" in err


def test_what_is_asked_for_is_ordered(emostage, done):
    emostage(
        *("finetune", "me.mp4", "photos", "--name", "ada", *CONSENT, "--parts", "all", "--max-time", "3", "--steps", "7"),
        *("--rank", "2", "--seconds", "9", "--held-out", "1.5", "--face", "2", "--alike", "0.4", "--workers", "2"),
        *("--seed", "5", "--accelerator", "cpu", "--devices", "1", "--precision", "32-true"),
    )
    (order,) = done.orders
    assert order.given == (Path("me.mp4"), Path("photos")) and order.parts == tuple(PARTS)
    assert (order.minutes, order.steps, order.rank, order.cap_s) == (3, 7, 2, 9)
    assert (order.held_out_s, order.face, order.alike, order.workers) == (1.5, 2, 0.4, 2)
    assert (order.terms.seed, order.terms.accelerator, order.terms.precision) == (5, "cpu", "32-true")
    assert order.consent.text == "Ada Lovelace, by letter" and "Lovelace" not in order.command
    for told in ("me.mp4 photos --name ada", "--alike 0.4", "--face 2", "--max-time 3", "--rank 2", "--held-out 1.5", "--seed 5"):
        assert told in order.command
    assert "--out" not in order.command and "--workers" not in order.command


def test_usual_options_are_those_of_an_order(emostage, done):
    emostage("finetune", "me.mp4", "--name", "ada", *CONSENT)
    (order,) = done.orders
    assert order.command == "emostage finetune me.mp4 --name ada --consent ..."
    assert order.folder == Path("checkpoints") / "ada" and order.parts == USUAL


@pytest.mark.parametrize("options", [("--alike", "1.2"), ("--face", "0"), ("--max-time", "0"), ("--rank", "65")])
def test_what_is_beyond_its_limits_is_refused(emostage, done, options):
    assert emostage("finetune", "me.mp4", "--name", "ada", *CONSENT, *options)[0] == 2 and not done.orders


def looked(mouth, ssim=0.9, identity=0.8):
    return {"mouth": mouth, "mouth_ssim": ssim, "identity": identity, "ssim": ssim}


def test_the_report_tells_what_was_gained_and_what_to_write_in_a_scene(emostage, done):
    gain = {"before": looked(2.0), "after": looked(1.0, 0.95), "mouth_error_less_percent": 50.0}
    performance = {"before": looked(2.0), "after": looked(1.0, 0.97)}
    done.outcomes = (
        Learnt(name="face", file=Path("face.safetensors"), figures={"stage": gain}),
        Learnt(name="manner", file=Path("manner.safetensors")),
        Learnt(name="emotalker", file=Path("emotalker.safetensors"), figures={"performance": performance}),
        Left(name="emotivetalk", why="it does not help on the held-out footage"),
    )
    status, out, err = emostage("finetune", "me.mp4", "--name", "Ada Lovelace", *CONSENT)
    assert status == 0
    assert out.splitlines() == [
        "cast:",
        "  ada_lovelace: {portrait: 'checkpoints/Ada Lovelace/portrait.png', identity: 'checkpoints/Ada Lovelace'}",
    ]
    err = " ".join(err.split())
    for told in (
        "face with 'stage': landmark error of the mouth 2.00 -> 1.00 % (-50 %), SSIM of the mouth 0.900 -> 0.950",
        "manner: learnt",
        "emotalker beside the photo renderer: SSIM 0.900 -> 0.970",
        "emotivetalk: nothing is kept, it does not help on the held-out footage",
        "tracking: a loss of 0.5",
        "W140 2 s of film teach the look",
    ):
        assert told in err


def test_figures_of_what_was_never_seen_can_be_told(emostage, done):
    gain = {"before": looked(float("nan")), "after": looked(float("nan")), "mouth_error_less_percent": float("nan")}
    done.outcomes = (Learnt(name="face", file=Path("face.safetensors"), figures={"stage": gain}),)
    assert "nan" in emostage("finetune", "me.mp4", "--name", "ada", *CONSENT)[2]


def test_the_card_is_data(emostage, done):
    done.outcomes = (Learnt(name="face", file=Path("face.safetensors")),)
    told = json.loads(emostage("finetune", "me.mp4", "--name", "ada", *CONSENT, "--json")[1])
    assert told == {"name": "ada", "parts": {"face": {}}}
