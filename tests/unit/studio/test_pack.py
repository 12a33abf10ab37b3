import gc
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from emostage.core.errors import Diagnostic
from emostage.core.tracks import AudioClip, Span, SpeechTake
from emostage.scene.model import CastMember
from emostage.studio import pack
from emostage.studio.actors import Prepared
from emostage.studio.fingerprint import digest


@dataclass(frozen=True, kw_only=True)
class Parcel:
    take: SpeechTake | None
    rate: Fraction
    pair: tuple[int, float]
    many: tuple[Span, ...]
    text: str


def test_what_is_saved_is_loaded(tmp_path):
    take = SpeechTake(
        audio=AudioClip(samples_S=np.linspace(-1, 1, 7, dtype=np.float32), rate_hz=22050),
        words=(Span(text="naïve", start_s=0.1, end_s=0.30000000000000004),),
    )
    for value in (take, None):
        parcel = Parcel(take=value, rate=Fraction(30000, 1001), pair=(1, 2.5), many=(), text="ß")
        pack.save(parcel, tmp_path / "x.npz")
        loaded = pack.load(Parcel, tmp_path / "x.npz")
        assert digest(loaded) == digest(parcel)
        assert isinstance(loaded.pair, tuple)


def test_a_portrait_is_loaded_as_it_was(tmp_path, fake):
    portrait, findings = fake.portrait(type("Member", (), {"name": "ada"}))
    face = Prepared(portrait=portrait, findings=findings)
    pack.save(face, tmp_path / "x.npz")
    loaded = pack.load(Prepared, tmp_path / "x.npz")
    assert digest(loaded.portrait) == digest(portrait)
    assert loaded.findings == (Diagnostic(code="W070", message="a turned head"),)
    assert not loaded.portrait.picture_HW3.flags.writeable


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nonsense", b"\x93NUMPY"])
def test_what_is_no_parcel_is_said(tmp_path, content):
    (tmp_path / "x.npz").write_bytes(content)
    with pytest.raises(ValueError, match=r"x\.npz"):
        pack.load(Parcel, tmp_path / "x.npz")


def test_another_kind_is_said(tmp_path):
    pack.save(Span(text="a", start_s=0.0, end_s=1.0), tmp_path / "x.npz")
    with pytest.raises(ValueError, match="Parcel"):
        pack.load(Parcel, tmp_path / "x.npz")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_system_error_and_nothing_more(fake):
    portrait, _ = fake.portrait(CastMember(name="ada", portrait="sample/astronaut"))
    with pytest.raises(OSError, match="No space left"):
        pack.save(portrait, Path("/dev/full"))
    gc.collect()  # what numpy leaves behind would complain now
