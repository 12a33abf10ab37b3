import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from emostage.apps.cli import main
from emostage.apps.figures import show_scene
from emostage.core.emotion import EMOTIONS
from emostage.evaluate import endurance, engine, film, filmplot, photo, recital
from emostage.evaluate import reenact as reenactment
from emostage.evaluate import talk as talking
from emostage.evaluate.film import Evaluation, Presence
from emostage.evaluate.leaks import Leak
from emostage.evaluate.liveliness import Liveliness
from emostage.evaluate.onsets import Onset
from emostage.evaluate.readback import READ
from emostage.evaluate.schedule import Closures
from emostage.evaluate.spoken import Spoken
from emostage.film import watch
from emostage.studio import run as making


@pytest.fixture
def quick(monkeypatch):
    """Read one action back, from a small film."""
    monkeypatch.setattr(photo, "READ", {"jawOpen": READ["jawOpen"]})
    monkeypatch.setattr(photo, "SIZE_PX", 160)
    monkeypatch.setattr(photo, "_RAMP_FRAMES", 9)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(["eval", *arguments])
    return int(end.value.code or 0)


def test_a_portrait_is_measured(quick, capsys):
    assert run("sample/astronaut", "--draft", "--json") == 0
    (figures,) = json.loads(capsys.readouterr().out)
    assert figures["name"] == "sample/astronaut"
    assert figures["readback"]["jawOpen"] > 0.9
    assert figures["head_db"] > 40
    assert figures["around_db"] is None, "infinite: nothing changes"
    assert figures["background"] <= 2
    assert figures["flicker"] < 1


def test_portraits_share_a_table(monkeypatch, capsys):
    def figures(source, *, quality):
        return photo.PhotoFigures(
            name=str(source), readback={"jawOpen": 0.987}, head_db=47.1, around_db=np.inf, background=1, flicker=0.25
        )

    monkeypatch.setattr(photo, "photo_figures", figures)
    assert run("sample/astronaut", "sample/hopper") == 0
    head, *rows = (line.split() for line in capsys.readouterr().out.splitlines())
    assert head == ["sample/astronaut", "sample/hopper"]
    assert [row[-2:] for row in rows] == [["0.987"] * 2, ["47.1"] * 2, ["inf"] * 2, ["1"] * 2, ["0.250"] * 2]


def test_a_film_is_drawn_again_and_compared_with_its_first_frame(monkeypatch, capsys, tmp_path):
    like = reenactment.Likeness(psnr_db=21.5, ssim=0.7, face=1.5, mouth=2.5, eyes=1.25, opening=0.9)
    result = reenactment.Reenactment(frames=11, seconds=0.48, size_px=(64, 48), drawn=like, still=replace(like, opening=np.nan))
    monkeypatch.setattr(reenactment, "reenact", lambda film, *, quality: result)
    monkeypatch.setattr(watch, "require_film", lambda path: None)
    clip = tmp_path / "clip.mp4"
    assert run(str(clip), "--json") == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["drawn"]["opening"] == 0.9
    assert figures["still"]["opening"] is None
    assert run(str(clip)) == 0
    shown = capsys.readouterr()
    assert "21.50" in shown.out
    assert "nan" not in shown.out
    assert "11 frames, 0.5 s, 64 x 48" in shown.err


def test_figures_of_a_scene_are_told(capsys):
    nan = float("nan")
    live = Liveliness(
        blinks_per_min=12.4, pitch_deg=1.25, yaw_deg=2.5, roll_deg=nan, speed_deg_s=3.0, head_jitter_deg=0.1, face_jitter=0.25
    )
    leak = Leak(emotion="happy", silent=0.125, speaking=nan)
    said = Spoken(emotion="angry", text="Mama.", r=0.875, lag=-1, amplitude=1.25, shut=1.0, unfelt_shut=0.5)
    result = Evaluation(
        frames=100,
        faces=1.0,
        emotions=(),
        lips=Closures(asked=0, shut=0, others=0, others_shut=0),
        onsets=(Onset(emotion="happy", asked=10.0, seen=12.0), Onset(emotion="sad", asked=10.0, seen=nan)),
        people=(Presence(name="ada", leaks=(leak,), liveliness=live, drift_deg_min=0.5),),
        spoken=(said,),
    )
    show_scene(result)
    shown = capsys.readouterr()
    rows = [line.split() for line in shown.out.splitlines()]
    assert ["happy", "12%", "-"] in rows
    assert ["angry", "0.88", "-1", "1.25", "100%", "50%"] in rows
    told = " ".join(shown.err.split())
    assert "half there 2.0 frames off (median); 1 of 2 seen" in told
    assert "12 blinks a minute; head pitch 1.2, yaw 2.5, roll - degrees" in told
    assert "nan" not in told


def test_clips_are_performed_again_and_their_means_come_last(monkeypatch, capsys, tmp_path):
    good = talking.ChannelFigures(r=0.5, lag=3, r_at_0=0.25, quick_r=0.125, amplitude=1.5, loudness=0.3, shuffled=np.nan)
    asked = []

    def talk(film, stages, performer, *, portrait, rendered):
        asked.append((film.name, portrait, rendered))
        channels, felt = dict.fromkeys(talking.CHANNELS, good), dict.fromkeys(EMOTIONS, 0.25)
        return talking.Talk(name=film.name, frames=50, seconds=2.0, channels=channels, felt=felt), None

    monkeypatch.setattr(talking, "talk", talk)
    monkeypatch.setattr(watch, "require_film", lambda path: None)
    clips = [tmp_path / "one.mp4", tmp_path / "two.mp4"]
    assert run("--clip", *map(str, clips), "--engine", "reference", "--motion-only", "--portrait", "sample/astronaut") == 0
    shown = capsys.readouterr()
    rows = [line.split() for line in shown.out.splitlines()[1:]]
    assert rows[0] == ["one.mp4", "opening", "0.50", "+3", "0.25", "0.12", "1.50", "0.30", "-"]
    assert rows[-1][:4] == ["mean", "rounding", "0.50", "3.0"]
    assert "100 frames, 4.0 s" in shown.err
    assert "one.mp4, opening of the fitted head in full feeling, r: neutral 0.25, happy 0.25" in " ".join(shown.err.split())
    assert asked == [("one.mp4", "sample/astronaut", False), ("two.mp4", "sample/astronaut", False)]
    assert run("--clip", str(clips[0]), "--engine", "reference", "--json") == 0
    (figures,) = json.loads(capsys.readouterr().out)
    assert figures["channels"]["width"]["lag"] == 3
    assert asked[-1] == ("one.mp4", None, True)


@pytest.mark.parametrize(
    ("targets", "code", "status"),
    [
        (["--clip", "clip.mp4"], "E106", 4),
        (["scene.yaml", "--motion-only"], "E018", 2),
        (["scene.yaml", "--engine", "reference"], "E018", 2),
        (["sample/astronaut", "--plot", "plot.png"], "E018", 2),
        (["scene.yaml", "--nets", "nets"], "E018", 2),
        (["scene.yaml", "--minutes", "1"], "E018", 2),
        (["engine/stage", "scene.yaml"], "E018", 2),
        (["engine/reference", "--nets", "nets"], "E018", 2),
        (["engine/stage", "--nets", "nets"], "E133", 4),
        (["engine/nobody"], "E090", 2),
        (["."], "E130", 4),
        (["sample/astronaut", "scene.yaml"], "E018", 2),
        (["clip.mp4"], "E106", 4),
        (["clip.webm"], "E106", 4),
        (["nobody.png"], "E071", 4),
        (["sample/nobody"], "E071", 4),
        (["scene.yaml"], "E001", 3),
    ],
)
def test_what_cannot_be_measured_is_said(targets, code, status, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(*targets) == status
    assert code in capsys.readouterr().err


def test_a_film_of_another_kind_is_said_to_be_one(capsys, tmp_path):
    clip = tmp_path / "my clip.webm"
    clip.write_bytes(b"film")
    assert run(str(clip)) == 4
    assert "is not an MP4 film" in capsys.readouterr().err


def test_engines_are_examined_side_by_side(monkeypatch, capsys):
    """A long take in a process of its own, then in this one."""
    short = recital.recital(["en"], ["f4"], sentences=1)
    monkeypatch.setattr(recital, "recital", lambda: short)
    assert run("engine/reference", "--minutes", "0.2", "--json") == 0
    (figures,) = json.loads(capsys.readouterr().out)
    assert figures["name"] == "reference"
    assert figures["holds"]["cost"]
    assert figures["endurance"]["seconds"] == 12
    assert figures["endurance"]["trends"]["yaw"]["per_min"] is None, "twelve seconds tell no trend"
    assert figures["known"]["languages"][0]["shut"] == 1
    assert figures["heard"]["visemes"]["table"]["p b m"]
    monkeypatch.setattr(engine.examine, "__kwdefaults__", {**engine.examine.__kwdefaults__, "endured": endurance.endure})
    assert run("engine/reference", "engine/reference", "--minutes", "0.2") == 0
    shown = capsys.readouterr()
    rows = [line.split() for line in shown.out.splitlines()]
    assert rows[0][-2:] == ["reference", "reference"]
    assert ["same", "seed,", "same", "take", "yes", "yes"] in rows
    assert any(row[:5] == ["p", "b", "m", "that", "shut"] and row[6] == row[8] == "100%" for row in rows)
    assert "reference: all that must hold holds" in shown.err
    assert "nan" not in shown.out


def test_a_scene_is_drawn_as_asked_and_seen(monkeypatch, capsys, tmp_path):
    """What was seen of the clips goes into the plot."""
    live = Liveliness(**dict.fromkeys(Liveliness.__dataclass_fields__, 0.0))
    result = Evaluation(
        frames=1,
        faces=1.0,
        emotions=(),
        lips=Closures(asked=0, shut=0, others=0, others_shut=0),
        people=(Presence(name="ada", leaks=(), liveliness=live, drift_deg_min=0.0),),
    )
    monkeypatch.setattr(film, "evaluate", lambda plan, path, *, unfelt, stages, on_clips: (on_clips(["clip"]), result)[1])
    monkeypatch.setattr(making, "render", lambda plan, path, here: SimpleNamespace(path=path))
    monkeypatch.setattr(filmplot, "write_film_plot", lambda clips, path: path.write_text(str(clips)))
    scene = tmp_path / "a.yaml"
    scene.write_text("emostage: 1\ncast:\n  ada: {portrait: sample/astronaut}\nshots:\n  - lines:\n      - ada: Hello.\n")
    assert run(str(scene), "--plot", str(tmp_path / "new" / "plot.png")) == 0
    assert (tmp_path / "new" / "plot.png").read_text() == "['clip']"
    assert run(str(scene), "--plot", str(tmp_path / "plot.txt")) == 2
