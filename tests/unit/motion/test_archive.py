"""Foreign archives: whatever is in them, the worst that happens is an error a user can read."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emostage.core.errors import AssetError
from emostage.motion import archive
from emostage.motion.archive import Archive


def npz(**arrays) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


GOOD = npz(a_T=np.arange(12.0), words=np.array(["ab", "c"]))


def opened(path):
    with Archive(path) as found:
        return found.shape("a_T"), found.array("a_T", "f"), found.array("words", "U")


def code(path) -> str:
    with pytest.raises(AssetError) as refused:
        opened(path)
    return refused.value.diagnostics[0].code


def test_arrays_come_out(tmp_path):
    (tmp_path / "a.npz").write_bytes(GOOD)
    shape, values, words = opened(tmp_path / "a.npz")
    assert shape == (12,)
    assert values.tolist() == list(range(12))
    assert words.tolist() == ["ab", "c"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), value=st.integers(0, 255), cut=st.booleans())
def test_damage_is_an_error_or_harmless(tmp_path, where, value, cut):
    data, at = bytearray(GOOD), int(where * len(GOOD))
    if cut:
        del data[at:]
    else:
        data[at] = value
    (tmp_path / "a.npz").write_bytes(data)
    try:
        shape, values, _ = opened(tmp_path / "a.npz")
    except AssetError as refused:
        assert refused.diagnostics[0].code == "E089"
    else:
        assert shape == values.shape


def test_objects_are_never_unpickled(tmp_path):
    (tmp_path / "a.npz").write_bytes(npz(a_T=np.array([{"a": 1}], object)))
    assert code(tmp_path / "a.npz") == "E089"


def test_a_header_that_promises_too_much_is_refused(tmp_path):
    member = io.BytesIO()
    np.lib.format.write_array_header_1_0(member, {"descr": "<f8", "fortran_order": False, "shape": (1 << 40,)})
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as bad:
        bad.writestr("a_T.npy", member.getvalue() + bytes(64))
    assert code(tmp_path / "a.npz") == "E089"


def test_bombs_and_large_files_are_refused(tmp_path, monkeypatch):
    (tmp_path / "a.npz").write_bytes(npz(a_T=np.zeros(100_000)))
    monkeypatch.setattr(archive, "MOST_BYTES", 1 << 16)
    assert (tmp_path / "a.npz").stat().st_size < 1 << 16
    assert code(tmp_path / "a.npz") == "E089"
    (tmp_path / "a.npz").write_bytes(bytes(1 << 17))
    assert code(tmp_path / "a.npz") == "E089"


def test_what_is_not_there_or_no_file(tmp_path):
    assert code(tmp_path / "none.npz") == "E088"
    assert code(tmp_path) == "E088"
    (tmp_path / "text.npz").write_text("no archive")
    assert code(tmp_path / "text.npz") == "E089"
