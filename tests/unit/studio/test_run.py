from dataclasses import replace
from pathlib import Path

import pytest

from emostage.core.errors import AssetError, DeviceError, EmostageError, Place, UsageError
from emostage.studio import preflight
from emostage.studio.cache import Cache
from emostage.studio.compile import compile_script
from emostage.studio.events import FilmEnded, FrameDrawn, LineFailed, Notice, Planned
from emostage.studio.run import Studio, render

TEXTS = ["One two three.", "Four five.", "Six seven eight nine."]


@pytest.fixture
def scene(make):
    return make.script(*(make.said(t, speaker=s) for t, s in zip(TEXTS, ("ada", "bob", "ada"), strict=True)), subtitles=True)


def shoot(scene, fake, cache, out, *, only=None, **more):
    heard = []
    stages = fake.stages()
    plan = compile_script(scene, cache=cache, stages=stages, skip_failing=more.get("best_effort", False))
    plan = plan.only(only) if only else plan
    result = render(plan, out, Studio(cache=cache, stages=stages, listen=heard.append, device="cpu"), **more)
    return result, heard


def test_a_film_and_what_belongs_beside_it(scene, fake, cache, tmp_path):
    result, heard = shoot(scene, fake, cache, tmp_path / "film.mp4", sheet=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cache", "film.mp4", "film.png", "film.srt", "film.vtt"]
    assert result.frames == (tmp_path / "film.mp4").stat().st_size // 48
    assert fake.calls["portrait"] == 2, "a face is prepared once"
    assert result.drawn == (1, 2, 3)
    assert isinstance(heard[0], Planned)
    assert isinstance(heard[-1], FilmEnded)
    drawn = [e for e in heard if isinstance(e, FrameDrawn)]
    assert [e.done for e in drawn] == list(range(1, result.frames + 1))
    assert drawn[-1].to_draw == result.frames


def test_a_picture_without_a_face_is_told_where_its_person_is_cast(scene, fake, cache, tmp_path):
    at = Place(file=None, line=3, column=5, end_column=9)
    cast = {name: replace(member, place=at) for name, member in scene.cast.items()}
    fake.fail = dict.fromkeys(cast, AssetError.of("E070", "no face was found"))
    with pytest.raises(AssetError) as told:
        shoot(replace(scene, cast=cast), fake, cache, tmp_path / "film.mp4")
    assert {found.place for found in told.value.diagnostics} == {at}


def test_a_second_render_makes_nothing(scene, fake, cache, tmp_path):
    shoot(scene, fake, cache, tmp_path / "a.mp4")
    before = dict(fake.calls)
    result, heard = shoot(scene, fake, cache, tmp_path / "b.mp4")
    assert dict(fake.calls) == before
    assert heard[-1].cached
    assert result.drawn == ()
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_editing_one_line_draws_that_line(scene, fake, cache, make, tmp_path):
    shoot(scene, fake, cache, tmp_path / "a.mp4")
    shot = scene.shots[0]
    edited = replace(shot.lines[1], emotion=(make.key(happy=0.7),))
    scene = replace(scene, shots=(replace(shot, lines=(shot.lines[0], edited, shot.lines[2])),))
    result, heard = shoot(scene, fake, cache, tmp_path / "a.mp4")
    assert result.drawn == (2,)
    assert heard[0].cached == 2


def test_only_draws_and_shows_these_lines(scene, fake, cache, tmp_path):
    result, _ = shoot(scene, fake, cache, tmp_path / "a.mp4", only={2})
    assert result.drawn == (2,)
    whole, _ = shoot(scene, fake, cache, tmp_path / "b.mp4")
    assert whole.drawn == (1, 3)


def test_each_person_is_drawn_once_with_each_engine(make, fake, cache, tmp_path):
    engines = ("stage", "emotalker", "stage", "emotalker")
    scene = make.script(*(make.said(f"{n} two.", engine=name) for n, name in zip("1234", engines, strict=True)))
    _, heard = shoot(scene, fake, cache, tmp_path / "a.mp4")
    assert (fake.calls["renderer ada stage"], fake.calls["renderer ada emotalker"]) == (1, 1)
    assert fake.calls["render"] == 4
    assert [n.diagnostic.code for n in heard if isinstance(n, Notice)] == ["W070"], "a face is spoken of once"


@pytest.mark.parametrize("instant", [1, 7, 30, 50, 80])
def test_stopped_at_any_frame_the_next_render_ends_with_the_same_film(scene, fake, cache, tmp_path, instant):
    shoot(scene, fake, Cache(tmp_path / "other"), tmp_path / "whole.mp4")
    left = [instant]

    def stop(_count):
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt

    fake.on_frame = stop
    with pytest.raises(KeyboardInterrupt):
        shoot(scene, fake, cache, tmp_path / "film.mp4")
    assert not (tmp_path / "film.mp4").exists()
    fake.on_frame = lambda count: None
    shoot(scene, fake, cache, tmp_path / "film.mp4")
    assert (tmp_path / "film.mp4").read_bytes() == (tmp_path / "whole.mp4").read_bytes()
    assert not list(tmp_path.rglob(".part-*"))


def test_a_failing_line_stops_the_film_and_loses_no_other(scene, fake, cache, tmp_path):
    fake.fail = {"bob": AssetError.of("E071", "no face")}
    with pytest.raises(AssetError):
        shoot(scene, fake, cache, tmp_path / "a.mp4")
    assert not (tmp_path / "a.mp4").exists()
    fake.fail = {}
    result, _ = shoot(scene, fake, cache, tmp_path / "a.mp4")
    assert result.drawn == (2, 3)


def test_best_effort_leaves_failing_lines_out(scene, fake, cache, tmp_path):
    fake.fail = {"bob": AssetError.of("E071", "no face")}
    result, heard = shoot(scene, fake, cache, tmp_path / "a.mp4", best_effort=True)
    assert result.drawn == (1, 3)
    assert [f.number for f in result.failures] == [2]
    assert [e.number for e in heard if isinstance(e, LineFailed)] == [2]
    assert heard[-1].failed == (2,)


def test_best_effort_needs_one_line_that_works(scene, fake, cache, tmp_path):
    fake.fail = {name: AssetError.of("E071", "no face") for name in ("ada", "bob")}
    with pytest.raises(AssetError):
        shoot(scene, fake, cache, tmp_path / "a.mp4", best_effort=True)


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")])
def test_too_little_memory_is_said_with_advice(scene, fake, cache, tmp_path, error):
    def stop(_count):
        raise error

    fake.on_frame = stop
    with pytest.raises(DeviceError) as caught:
        shoot(scene, fake, cache, tmp_path / "a.mp4")
    assert caught.value.diagnostics[0].code == "E111"
    assert "--size" in caught.value.diagnostics[0].hint


def test_the_film_replaces_another_one_only_when_it_is_whole(scene, fake, cache, tmp_path, monkeypatch):
    out = tmp_path / "film.mp4"
    out.write_bytes(b"old")
    monkeypatch.setattr("shutil.copyfile", lambda a, b: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(EmostageError) as caught:
        shoot(scene, fake, cache, out)
    assert caught.value.diagnostics[0].code == "E100"
    assert out.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir() if "part" in p.name] == []


def test_outputs_that_must_not_be_written(scene, tmp_path):
    path = tmp_path / "scene.mp4"
    path.write_text("")
    (tmp_path / "folder.mp4").mkdir()
    sources = preflight.inputs(replace(scene, path=path))

    def code(out, kind=EmostageError, **more):
        with pytest.raises(kind) as caught:
            preflight.check_output(out, sources, **more)
        return caught.value.diagnostics[0].code

    assert code(tmp_path / "film.txt", UsageError) == "E104"
    assert code(tmp_path / "." / "scene.mp4", UsageError) == "E105"
    assert code(tmp_path / "folder.mp4") == "E102"
    (tmp_path / "film.mp4").write_bytes(b"old")
    assert code(tmp_path / "film.mp4", clobber=False) == "E103"
    assert code(path.parent / "scene.mp4" / "film.mp4") in ("E101", "E102")
    assert code(Path("/proc/none/film.mp4")) in ("E101", "E102")
    preflight.check_output(tmp_path / "new" / "film.mp4", sources, clobber=False)
    assert not (tmp_path / "new").exists(), "nothing is made before there is something to put there"


def test_a_disk_too_small_is_noticed_before_the_work(scene, fake, cache, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda folder: type("Usage", (), {"free": 1 << 20})())
    with pytest.raises(EmostageError) as caught:
        shoot(scene, fake, cache, tmp_path / "a.mp4")
    assert caught.value.diagnostics[0].code == "E100"
    assert fake.calls["encode"] == 0
