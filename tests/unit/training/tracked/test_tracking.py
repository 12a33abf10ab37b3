"""From films to takes, with squares for people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emostage.core.errors import AssetError, UsageError
from emostage.film.ffmpeg import place, run
from emostage.training.tracked import tracking
from emostage.training.tracked.checks import findings
from emostage.training.tracked.sources import sources_of
from emostage.training.tracked.store import read_takes
from emostage.training.tracked.tracking import Tracked, Wanted, track

from .conftest import BLUE, GREEN, RED, drawn, moving


def tracked(work: Path, *given: Path, **more) -> Tracked:
    return track(sources_of(given)[0], work, Wanted(**more))


def codes(found: Tracked) -> list[str]:
    return [problem.code for problem in findings(found)]


def box(take, number: int) -> tuple[float, ...]:
    landmarks_L2 = take.landmarks_TL2[number][:468]
    return (*landmarks_L2.min(0), *landmarks_L2.max(0))


def coloured(picture_HW3: np.ndarray, channel: int = 0) -> tuple[float, ...]:
    others = np.delete(picture_HW3, channel, 2).max(2)
    rows, columns = np.nonzero((picture_HW3[..., channel] > 140) & (others < 100))
    return (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)


def test_a_film_becomes_a_take_whose_landmarks_lie_on_its_pictures(squares, filmed, tmp_path: Path) -> None:
    told = []
    sources = sources_of([filmed(moving(40))])[0]
    found = track(sources, tmp_path / "work", on_frame=lambda done, every: told.append((done, every)))
    (take,) = found.takes
    assert (take.name, take.first_s, len(take), bool(take.seen_T.all())) == ("me.mp4#000000", 0.0, 40, True)
    for number in (0, 20, 39):
        assert box(take, number) == pytest.approx(coloured(take.picture(number)), abs=1.6)
    width, height = take.size_px
    assert 40 * (1 + 2 * 0.6) <= width < 160
    assert 40 * (1 + 0.7 + 0.6) - 2 <= height < 120
    clip = take.audio()
    assert clip is not None
    assert clip.duration_s == take.seconds
    assert np.abs(clip.samples_S).max() > 0.05
    assert told[-1] == (told[-1][1],) * 2
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert [one.name for one in read_takes(found.folder)] == [take.name]
    assert codes(found) == ["W140", "W145"]


def test_a_run_that_was_stopped_goes_on_with_what_is_missing(squares, filmed, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("emostage.training.tracked.pieces.PIECE_S", 1)
    film, work = filmed(moving(50)), tmp_path / "work"
    once = tracked(work, film)
    assert [take.first_s for take in once.takes] == [0.0, 1.0]
    (once.folder / "000-0000025.json").unlink()
    (once.folder / "000-0000000.json").touch()
    made = {path.name: path.stat().st_mtime_ns for path in once.folder.glob("*.safetensors")}
    seen = []
    follow = tracking.follow_piece
    monkeypatch.setattr(tracking, "follow_piece", lambda job, **more: (seen.append(job.piece.first), follow(job, **more)))
    monkeypatch.setattr(tracking, "survey_piece", lambda *_, **__: seen.append("looked again"))
    again = tracked(work, film)
    assert seen == [25] or seen == [0, 25]
    assert [take.name for take in again.takes] == [take.name for take in once.takes]
    assert made.keys() == {path.name for path in again.folder.glob("*.safetensors")}
    with pytest.raises(UsageError, match="E018"):
        tracked(work, filmed(moving(30), "other.mp4"))


def test_the_larger_of_two_is_followed_unless_another_is_asked_for(squares, filmed, tmp_path: Path) -> None:
    film = filmed([drawn((RED, 40, 60, 44), (GREEN, 120, 60, 30)) for _ in range(30)])
    red = tracked(tmp_path / "work", film)
    assert "W149" in codes(red)
    assert box(red.takes[0], 3) == pytest.approx(coloured(red.takes[0].picture(3)), abs=1.6)
    green = tracked(tmp_path / "work", film, face=2)
    assert green.folder != red.folder
    assert box(green.takes[0], 3) == pytest.approx(coloured(green.takes[0].picture(3), 1), abs=1.6)


def test_shots_are_takes_of_their_own_and_those_of_others_are_left_out(squares, filmed, tmp_path: Path) -> None:
    def shot(colour, count: int, back: int, x: float) -> list[np.ndarray]:
        return [drawn((colour, x, 60, 40), back=back) for _ in range(count)]

    film = filmed([*shot(RED, 33, 20, 50), *shot(BLUE, 28, 90, 60), *shot(RED, 31, 60, 110)])
    found = tracked(tmp_path / "work", film)
    assert [(round(take.first_s * 25), len(take)) for take in found.takes] == [(0, 33), (61, 31)]
    assert {"W148", "W151"} <= set(codes(found))


def test_faces_that_are_hidden_are_filled_in_for_a_moment_and_left_out_for_longer(squares, filmed, tmp_path: Path) -> None:
    frames = moving(75)
    for hidden in (*range(20, 24), *range(40, 58)):
        frames[hidden] = drawn()
    (one, two) = tracked(tmp_path / "work", filmed(frames)).takes
    assert [(round(take.first_s * 25), len(take)) for take in (one, two)] == [(0, 40), (58, 17)]
    assert np.flatnonzero(~one.seen_T).tolist() == [20, 21, 22, 23]
    middle_T = one.landmarks_TL2[:, :468, 0].mean(1)
    np.testing.assert_allclose(np.diff(middle_T[18:26]), 0.5, atol=0.6)


def test_phones_held_upright_uneven_pace_and_no_sound(squares, filmed, tmp_path: Path) -> None:
    flat = filmed(moving(40), hz=0, more=["-vf", "select='gt(n,19)+not(mod(n,2))'", "-fps_mode", "vfr"], name="flat.mp4")
    phone = tmp_path / "phone.mov"
    run(["-display_rotation", "90", "-i", place(flat), "-c", "copy", place(phone)])
    found = tracked(tmp_path / "work", phone)
    (take,) = found.takes
    assert len(take) == pytest.approx(40, abs=1)
    assert take.samples_S is None
    assert "W150" in codes(found)
    middle_T = take.landmarks_TL2[:, :468].mean(1)
    assert abs(middle_T[-1, 1] - middle_T[0, 1]) > 15 > 3 > abs(middle_T[-1, 0] - middle_T[0, 0])


def test_half_an_hour_is_looked_at_here_and_there(squares, tmp_path: Path, monkeypatch) -> None:
    """Two pictures a second; only pieces of it are decoded, and fewer are kept."""
    monkeypatch.setattr("emostage.training.tracked.pieces.PIECE_S", 2)
    path = tmp_path / "long.mp4"
    look = "drawbox=x=20:y=14:w=24:h=24:color=#e61414:t=fill"
    made = ["-f", "lavfi", "-i", "color=c=#3c3c3c:s=64x48:r=2:d=1800", "-vf", look, "-g", "20", "-preset", "ultrafast"]
    run([*made, "-pix_fmt", "yuv444p", place(path)])
    found = tracked(tmp_path / "work", path, cap_s=4.0)
    assert found.whole_s == pytest.approx(1800, abs=1)
    assert sum(take.seconds for take in found.takes) == pytest.approx(4, abs=0.2)
    starts = [take.first_s for take in found.takes]
    assert 200 < starts[0] < 700
    assert 1100 < starts[-1] < 1600
    assert len(list((tmp_path / "work" / "survey").glob("*.json"))) == 4
    assert {"W141", "W153"} <= set(codes(found))


@pytest.mark.parametrize(("frames", "told"), [(moving(20), r"E117.*0\.8 s"), ([drawn()] * 20, "E070"), (moving(11), "E117")])
def test_too_little_is_told(squares, filmed, tmp_path: Path, frames, told: str) -> None:
    with pytest.raises(AssetError, match=told):
        findings(tracked(tmp_path / "work", filmed(frames)))


def test_two_seconds_are_taken_with_a_warning(squares, filmed, tmp_path: Path) -> None:
    (problem, *_) = findings(tracked(tmp_path / "work", filmed(moving(50))))
    assert (problem.code, problem.message) == ("W140", "2.0 s of film teach the look but not the manner")


def test_what_only_looks_like_a_face_is_not_followed(squares, filmed, tmp_path: Path) -> None:
    squares.human = False
    with pytest.raises(AssetError, match=r"E07[05]"):
        tracked(tmp_path / "work", filmed(moving(40)))
