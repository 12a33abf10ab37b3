"""Terminals are asked once, quickly, and left as they were."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import termios
import time

import pytest

from emostage.apps.tui.graphics.kind import CELL_PX, Graphics
from emostage.apps.tui.graphics.probe import FAR_LIMIT_S, LIMIT_S, QUESTIONS, forget, probe, resized, understood

KITTY = b"\x1b_Gi=31;OK\x1b\\\x1b[6;21;9t\x1bP>|kitty(0.39.1)\x1b\\\x1b[?62;c"
OLD_KITTY = KITTY.replace(b"0.39.1", b"0.26.5")
WARP = KITTY.replace(b"kitty(0.39.1)", b"Warp(v0.2025)")
GHOSTTY = b"\x1b_Gi=31;OK\x1b\\\x1b[6;34;16t\x1bP>|ghostty 1.1.3\x1b\\\x1b[?62;22;52c"
WEZTERM = b"\x1b_Gi=31;OK\x1b\\\x1b[6;18;8t\x1bP>|WezTerm 20240203\x1b\\\x1b[?65;4;6;18;22;52c"
FOOT = b"\x1b[6;30;14t\x1bP>|foot(1.16.2)\x1b\\\x1b[?62;4;22;28;29c"
XTERM = b"\x1b[6;13;6t\x1b[?64;1;2;6;9;15;16;17;18;21;22;28c"
OLD = b"\x1b[?1;2c"


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("NO_COLOR", "TERM_PROGRAM", "SSH_CONNECTION", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.parametrize(
    ("answers", "kind", "cell_px"),
    [
        (KITTY, "kitty", (9, 21)), (OLD_KITTY, "half", (9, 21)), (WARP, "half", (9, 21)), (GHOSTTY, "kitty", (16, 34)),
        (WEZTERM, "sixel", (8, 18)), (FOOT, "sixel", (14, 30)), (XTERM, "half", (6, 13)), (OLD, "half", CELL_PX),
    ],
)  # fmt: skip
def test_terminals_are_known_by_their_answers_at_once(sitting_at, answers, kind, cell_px):
    with sitting_at(answers) as terminal:
        before = termios.tcgetattr(terminal.slave)
        start_s = time.monotonic()
        assert probe() == Graphics(kind=kind, cell_px=cell_px)
        assert time.monotonic() - start_s < LIMIT_S / 2
        assert termios.tcgetattr(terminal.slave) == before
        assert terminal.heard.count(QUESTIONS) == 1
        assert not select.select([terminal.slave], [], [], 0)[0]


def test_who_never_answers_is_not_waited_for_long(sitting_at):
    with sitting_at(b"") as terminal:
        before = termios.tcgetattr(terminal.slave)
        start_s = time.monotonic()
        assert probe() == Graphics(late=True)
        assert LIMIT_S * 0.9 < time.monotonic() - start_s < LIMIT_S + 0.2
        assert termios.tcgetattr(terminal.slave) == before


def test_a_terminal_far_away_has_longer(sitting_at, monkeypatch):
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 22 10.0.0.2 22")
    with sitting_at(b""):
        start_s = time.monotonic()
        probe()
        assert LIMIT_S < FAR_LIMIT_S * 0.9 < time.monotonic() - start_s < FAR_LIMIT_S + 0.3


@pytest.mark.parametrize("wanted", ["kitty", "sixel"])
def test_what_is_forced_is_used_without_an_answer(sitting_at, wanted):
    with sitting_at(b""):
        assert probe(wanted) == Graphics(kind=wanted, cell_px=(10, 20), late=True)
    with sitting_at(XTERM):
        assert probe(wanted) == Graphics(kind=wanted, cell_px=(6, 13))


@pytest.mark.parametrize(
    ("wanted", "variables"),
    [
        ("half", {}), ("none", {}), ("auto", {"TERM": "dumb"}), ("auto", {"TERM": "linux"}), ("auto", {"NO_COLOR": "1"}),
        ("kitty", {"NO_COLOR": ""}), ("auto", {"TERM_PROGRAM": "Apple_Terminal"}),
    ],
)  # fmt: skip
def test_terminals_that_need_nothing_are_not_asked(sitting_at, monkeypatch, wanted, variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with sitting_at(KITTY) as terminal:
        assert probe(wanted).kind == "half"
        time.sleep(0.03)
        assert not terminal.heard


def test_the_system_knows_the_size_of_cells_too(sitting_at):
    with sitting_at(OLD) as terminal:
        fcntl.ioctl(terminal.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 80 * 12, 24 * 25))
        assert probe("half").cell_px == probe().cell_px == (12, 25)
        fcntl.ioctl(terminal.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 80, 24 * 25))
        assert probe().cell_px == CELL_PX


def test_cells_grow_with_the_font(sitting_at):
    with sitting_at(FOOT) as terminal:
        fcntl.ioctl(terminal.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 80 * 7, 24 * 15))
        graphics = probe()
        assert graphics == Graphics(kind="sixel", cell_px=(14, 30), system_px=(7, 15)) == resized(graphics)
        fcntl.ioctl(terminal.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 12, 40, 40 * 14, 12 * 30))
        grown = resized(graphics)
        assert grown == Graphics(kind="sixel", cell_px=(28, 60), system_px=(14, 30))
        fcntl.ioctl(terminal.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        assert resized(grown) is grown
        assert resized(Graphics()) == Graphics()


def test_what_is_typed_meanwhile_disturbs_nothing(sitting_at):
    with sitting_at(b"i\x1b[A" + KITTY + b"\x1b[Bq", before=b"4;c\x1b[1;2Bkk\xff") as terminal:
        assert probe() == Graphics(kind="kitty", cell_px=(9, 21))
        assert not select.select([terminal.slave], [], [], 0.02)[0]
    for answers in (b"i\x1b_G" + FOOT, b"\x1b[?" + FOOT, b"\x1b[<0;3;4M" + FOOT):
        assert understood(answers) == ("sixel", (14, 30))


def test_answers_that_came_too_late_are_forgotten(sitting_at):
    with sitting_at(b"") as terminal:
        probe()
        fcntl.ioctl(terminal.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.write(terminal.master, KITTY + b"\n")
        assert select.select([terminal.slave], [], [], 1.0)[0]
        forget()
        assert not select.select([terminal.slave], [], [], 0.02)[0]


def test_without_a_terminal_nothing_is_asked(monkeypatch, tmp_path):
    with (tmp_path / "file").open("w+b") as file:
        monkeypatch.setattr("sys.__stdin__", file)
        monkeypatch.setattr("sys.__stderr__", file)
        assert probe() == probe("kitty") == Graphics()
        assert (tmp_path / "file").stat().st_size == 0
    monkeypatch.setattr("sys.__stdin__", None)
    assert probe() == Graphics()


def test_kitty_without_a_name_is_known_by_its_term(monkeypatch):
    said = KITTY.replace(b"\x1bP>|kitty(0.39.1)\x1b\\", b"")
    assert understood(said)[0] == "half"
    monkeypatch.setenv("TERM", "xterm-kitty")
    assert understood(said)[0] == "kitty"
    assert understood(OLD_KITTY)[0] == "half"


def test_senseless_sizes_are_not_believed():
    for cell in (b"0;0", b"1;1", b"9999;10", b"10;200"):
        assert understood(b"\x1b[6;" + cell + b"t\x1b[?62;4c") == ("sixel", None)
