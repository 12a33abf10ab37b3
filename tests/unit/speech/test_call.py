from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.core.errors import AssetError, EmostageError
from emostage.speech.call import call
from emostage.speech.worker.protocol import MAGIC, parse_reply

REQUEST = {"engine": "espeak", "voice": "gmw/en-US", "phrases": [{"text": "Hello.", "rate": 165, "pitch": 50, "range": 50}]}
HEADER = "import sys; o=sys.stdout.buffer; w=lambda h,b=b'': o.write(b'EMOSPEAK'+len(h).to_bytes(8,'big')+h+b); "


def failing(code: str, limit_s: float = 20) -> EmostageError:
    with pytest.raises(EmostageError) as caught:
        call(REQUEST, limit_s=limit_s, command=(sys.executable, "-c", code))
    return caught.value


def test_the_real_worker_answers() -> None:
    (utterance,) = call(REQUEST, limit_s=20)
    assert utterance.rate_hz == 22_050
    assert len(utterance.samples_S) > 5_000
    assert utterance.events[0].kind == "word"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import os; os.kill(os.getpid(), 9)", "signal 9"),
        ("import sys; sys.exit('out of cheese')", "exit code 1"),
        ("print('hello')", "nonsense"),
        ("", "nonsense"),
        (HEADER + "w(b'{')", "nonsense"),
        (HEADER + "w(b'[]')", "nonsense"),
        (HEADER + "w(b'{}')", "nonsense"),
        (HEADER + """w(b'{"rate_hz": 1, "format": "s16", "phrases": [{"samples": 3, "events": []}]}', b'12345')""", "cut short"),
        (HEADER + """w(b'{"rate_hz": 1, "format": "s16", "phrases": [{"samples": 1, "events": [[1]]}]}', b'12')""", "nonsense"),
        ("import sys; sys.stdout.buffer.write(b'EMOSPEAK' + b'\\xff' * 8)", "nonsense"),
    ],
)
def test_crashes_and_garbage_are_told(code: str, says: str) -> None:
    error = failing(code)
    assert error.diagnostics[0].code == "E064"
    assert says in error.diagnostics[0].message


def test_a_worker_that_hangs_is_stopped() -> None:
    error = failing("import time; time.sleep(60)", limit_s=0.5)
    assert error.diagnostics[0].code == "E065"


def test_a_worker_that_cannot_be_started() -> None:
    with pytest.raises(EmostageError, match="E064"):
        call(REQUEST, limit_s=5, command=("/no/such/program",))


def test_the_workers_own_refusals_keep_their_kind() -> None:
    with pytest.raises(AssetError, match="E063"):
        call({**REQUEST, "voice": "gmw/none"}, limit_s=20)
    with pytest.raises(EmostageError, match="E064"):
        call({"engine": "harp"}, limit_s=20)
    with pytest.raises(EmostageError, match="E064"):
        call({"engine": "espeak"}, limit_s=20)


@given(st.binary(max_size=60))
def test_no_reply_upsets_the_parser(data: bytes) -> None:
    for reply in (data, MAGIC + data, MAGIC + len(data).to_bytes(8, "big") + data):
        with pytest.raises((ValueError, KeyError, TypeError)):
            parse_reply(reply)
