"""`emostage track`, with a film that is watched by nobody."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest

from emostage.apps.cli import main
from emostage.core.arkit import expression
from emostage.core.errors import AssetError
from emostage.core.tracks import FrameStream, MotionTrack
from emostage.film.encode import encode
from emostage.motion.recording import read_motion
from emostage.studio import filmed
from emostage.studio.filmed import Filmed
from emostage.studio.fingerprint import file_digest

COUNT = 50


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with a film; `asked` is what the reading was asked for."""
    grey = np.full((48, 64, 3), 90, np.uint8)
    stream = FrameStream(fps=Fraction(25), size_px=(64, 48), count=COUNT, open=lambda: iter([grey] * COUNT))
    encode(stream, tmp_path / "talk.mp4", quality="draft")
    monkeypatch.chdir(tmp_path)

    def read(path, *, neutral=None, on_frame=None):
        tmp_path.joinpath("asked").write_text(f"{path} {neutral}")
        still_T = np.zeros(COUNT, np.float32)
        motion = MotionTrack(
            expression_T52=np.tile(expression(jawOpen=0.4, mouthSmile=0.7), (COUNT, 1)),
            rotation_T3=np.tile(np.radians([-4.0, 10.0, 0.0]), (COUNT, 1)).astype(np.float32),
            shift_T2=np.zeros((COUNT, 2), np.float32),
            scale_T=still_T + 1,
            tongue_T=still_T,
            breath_T=still_T,
            fps=Fraction(25),
        )
        return Filmed(motion=motion, neutral=7 if neutral is None else neutral)

    monkeypatch.setattr(filmed, "read_film", read)
    return tmp_path


@pytest.fixture
def emostage(desk, capsys):
    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["track", *map(str, arguments)])
        said = capsys.readouterr()
        return end.value.code or 0, said.out, said.err

    return call


def test_a_motion_file_is_written_and_described(desk, emostage):
    code, out, err = emostage("talk.mp4")
    assert code == 0, err
    found = read_motion(desk / "talk.npz")
    assert (len(found.motion), found.source) == (COUNT, file_digest(desk / "talk.mp4"))
    assert "2.0 s, 50 frames at 25 fps" in out
    assert "frame 7" in out
    assert "yaw +10° to +10°, pitch +4° to +4°" in out
    assert "mouthSmile 0.7, jawOpen 0.4" in out
    assert "talk.npz is written" in err


def test_json_and_options(desk, emostage):
    code, out, _ = emostage("talk.mp4", "-o", "takes/a.npz", "--neutral", "3", "--json")
    told = json.loads(out)
    assert (code, told["neutral_frame"], told["frames"], told["actions"]["mouthSmile"]) == (0, 3, COUNT, 0.7)
    assert (desk / "takes" / "a.npz").is_file()
    assert (desk / "asked").read_text() == "talk.mp4 3"


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        (("none.mp4",), 4, "E106"),
        (("text.mp4",), 4, "E106"),
        (("other.mkv",), 4, "ffmpeg -i other.mkv other.mp4"),
        (("talk.mp4", "-o", "take.csv"), 2, "E104"),
        (("talk.mp4", "-o", "."), 2, "E104"),
    ],
)
def test_mistakes_are_told_before_the_film_is_watched(desk, emostage, arguments, code, problem):
    (desk / "text.mp4").write_text("no film")
    (desk / "other.mkv").touch()
    ended, _, err = emostage(*arguments)
    assert (ended, problem in err) == (code, True), err
    assert not (desk / "asked").exists()
    assert not list(desk.glob("*.npz"))


def test_what_cannot_be_read_leaves_no_file(desk, emostage, monkeypatch):
    def cut(path, **more):
        raise AssetError.of("E117", "'talk.mp4' cuts to another picture at 1.00 s", "use a clip of a single shot")

    monkeypatch.setattr(filmed, "read_film", cut)
    code, _, err = emostage("talk.mp4")
    assert (code, "E117" in err, list(desk.glob("*.npz"))) == (4, True, [])
