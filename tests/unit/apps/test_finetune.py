"""`finetune`: what is asked for goes where it should, and how it goes is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from emostage.apps.cli import main
from emostage.core.errors import Diagnostic
from emostage.tuning import make
from emostage.tuning.make import Made
from emostage.tuning.order import Listener, Order
from emostage.tuning.parts import Learnt, Left

CONSENT = "Ada Lovelace, by letter, 1 November 2026"


@pytest.fixture
def call(monkeypatch, tmp_path: Path, capsys):
    """The command with a tuning that does nothing but tell; its orders, and what was said."""
    orders: list[Order] = []

    def make_identity(order: Order, listen: Listener) -> Made:
        orders.append(order)
        listen.begins("training emotivetalk")
        listen.goes_on(1, 4)
        listen.finds("held-out loss 0.2735 after 25 steps of 200")
        listen.warns(Diagnostic(code="W152", message="passed over", hint="--alike"))
        numbers = {"psnr_db": 23.3, "ssim": 0.8216, "identity": 0.9346, "mouth": 5.3}
        figures = {"performance": {"before": numbers, "after": {**numbers, "ssim": 0.8818}}}
        outcomes = (Learnt(name="emotivetalk", file=tmp_path, figures=figures), Left(name="finish", why="there is none"))
        return Made(folder=order.folder, portrait=order.folder / "portrait.png", outcomes=outcomes, card={})

    def called(*options: str) -> tuple[int, list[Order], str]:
        with pytest.raises(SystemExit) as end:
            main(["finetune", "me.mp4", "--name", "ada", *options])
        said = capsys.readouterr()
        return int(end.value.code or 0), orders, said.out + said.err

    monkeypatch.setattr(make, "make_identity", make_identity)
    monkeypatch.chdir(tmp_path)
    return called


def test_options_go_into_the_order_and_the_card(call) -> None:
    more = ("--alike", "0.45", "--face", "2", "--max-time", "10", "--rank", "16", "--parts", "emotivetalk", "--seed", "3")
    code, (order,), _ = call("--consent", CONSENT, *more)
    assert code == 0
    assert (order.alike, order.face, order.minutes, order.rank, order.parts) == (0.45, 2, 10.0, 16, ("emotivetalk",))
    assert order.consent.text == CONSENT and order.terms.seed == 3
    assert order.folder == Path("checkpoints") / "ada"
    for text in ("me.mp4 --name ada", "--alike 0.45", "--face 2", "--max-time 10", "--rank 16", "--parts emotivetalk", "--seed 3"):
        assert text in order.command
    assert "--steps" not in order.command and "Lovelace" not in order.command


def test_usual_options_are_those_of_an_order(call) -> None:
    _, (order,), _ = call("--consent", CONSENT)
    assert order.command == "emostage finetune me.mp4 --name ada --consent ..."


def test_how_it_goes_is_told(call) -> None:
    _, _, said = call("--consent", CONSENT)
    text = " ".join(said.split())
    assert "training emotivetalk: held-out loss 0.2735 after 25 steps of 200" in text
    assert "W152" in text and "SSIM 0.822 -> 0.882" in text
    assert "finish: nothing is kept, there is none" in text
    assert "ada: {portrait: checkpoints/ada/portrait.png, identity: checkpoints/ada}" in text


@pytest.mark.parametrize(("options", "code"), [((), "E012"), (("--consent", CONSENT, "--parts", "nose"), "E014")])
def test_what_cannot_be_done_is_a_message(call, options: tuple[str, ...], code: str) -> None:
    ended, orders, said = call(*options)
    assert ended and not orders and code in said


@pytest.mark.parametrize("options", [("--alike", "1.2"), ("--face", "0"), ("--max-time", "0")])
def test_what_is_beyond_its_limits_is_refused(call, options: tuple[str, ...]) -> None:
    ended, orders, said = call("--consent", CONSENT, *options)
    assert ended and not orders and "Traceback" not in said
