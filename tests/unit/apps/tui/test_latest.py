"""Work in the background of which only the last matters."""

from __future__ import annotations

import threading
import time

from emostage.apps.tui.latest import Latest


def test_what_was_asked_before_and_has_not_begun_is_forgotten() -> None:
    begun, go, done = threading.Event(), threading.Event(), list[int]()

    def work(number: int) -> None:
        done.append(number)
        begun.set()
        assert go.wait(10)

    latest = Latest("test", work)
    latest.ask(1)
    assert begun.wait(10)
    begun.clear()
    for number in (2, 3, 4):
        latest.ask(number)
    go.set()
    assert begun.wait(10)
    latest.close(wait_s=10)
    assert done == [1, 4]


def test_what_is_asked_in_the_rest_takes_the_place_and_closed_means_nothing_more() -> None:
    done, ended = list[int](), threading.Event()
    latest = Latest("test", lambda number: (done.append(number), ended.set())[0], rest_s=0.2)
    latest.ask(1)
    latest.ask(2)
    assert ended.wait(10)
    assert done == [2]
    latest.ask(3)
    latest.close(wait_s=10)
    assert done == [2]


def test_it_rests_until_nothing_is_asked_for_any_more() -> None:
    done, ended = list[int](), threading.Event()
    latest = Latest("test", lambda number: (done.append(number), ended.set())[0], rest_s=0.25)
    for number in range(6):
        latest.ask(number)
        time.sleep(0.1)
    assert ended.wait(10)
    assert done == [5]
    latest.close(wait_s=10)
