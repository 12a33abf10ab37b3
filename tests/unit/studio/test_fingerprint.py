from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.core.tracks import Span
from emostage.studio import fingerprint
from emostage.studio.fingerprint import digest, file_digest, seed_of, sources

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON, JSON)
def test_equal_values_and_only_they_share_a_fingerprint(one, other):
    assert digest(one) == digest(one)
    assert (digest(one) == digest(other)) == (repr(_ordered(one)) == repr(_ordered(other)))


def _ordered(value):
    if isinstance(value, dict):
        return {"map": sorted((k, repr(_ordered(v))) for k, v in value.items())}
    if isinstance(value, list):
        return [_ordered(v) for v in value]
    return value + 0.0 if isinstance(value, float) else value


def test_kinds_are_told_apart():
    values = [1, 1.0, "1", True, Fraction(1), Path("1"), [1], {"1": 1}, None, np.ones(1), np.ones(1, np.float32), np.ones((1, 1))]
    assert len({digest(v) for v in values}) == len(values)
    assert digest([1], [2]) != digest([1, 2])
    assert digest((1, 2)) == digest([1, 2])
    with pytest.raises(TypeError):
        digest(object())


def test_dataclasses_are_told_apart_by_name_and_field():
    @dataclass(frozen=True)
    class Other:
        text: str
        start_s: float
        end_s: float

    span = Span(text="a", start_s=0.0, end_s=1.0)
    assert digest(span) != digest(Other("a", 0.0, 1.0))
    assert digest(span) != digest(replace(span, end_s=1.0000001))


def test_fingerprints_outlive_the_process():
    assert digest("clip", 1, 2.5, None, [Fraction(25), Path("a/b")], {"x": True})[:16] == "7a43fb627d03eb05"


def test_files_count_by_their_bytes(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"x" * 3_000_000)
    two.write_bytes(b"x" * 3_000_000)
    assert file_digest(one) == file_digest(two)
    two.write_bytes(b"x" * 2_999_999 + b"y")
    assert file_digest(one) != file_digest(two)
    before = file_digest(tmp_path)
    one.rename(tmp_path / "three")
    assert file_digest(tmp_path) != before


def test_the_sources_of_a_stage_count(tmp_path, monkeypatch):
    monkeypatch.setattr(fingerprint, "_PACKAGE", tmp_path)
    (tmp_path / "motion").mkdir()
    (tmp_path / "motion" / "a.py").write_text("x = 1")
    sources.cache_clear()
    before = sources("motion")
    (tmp_path / "motion" / "a.py").write_text("x = 2")
    sources.cache_clear()
    assert sources("motion") != before
    sources.cache_clear()


@given(st.text())
def test_seeds_fit_every_generator(text):
    assert 0 <= seed_of(text) < 2**63
    np.random.Generator(np.random.PCG64(seed_of(text)))
