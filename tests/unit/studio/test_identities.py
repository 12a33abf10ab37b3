import json
from dataclasses import replace
from pathlib import Path

import pytest

from emostage.core.errors import AssetError, Diagnostic, Place
from emostage.core.identity import Adapter
from emostage.core.plugins import FINISHERS, MOTION_ENGINES, PAINTERS
from emostage.scene.model import IdentityRef
from emostage.studio import edit, identities
from emostage.studio.compile import compile_script, face_digest
from emostage.studio.engines import Engine, Finish
from emostage.studio.events import Notice
from emostage.studio.identities import FACE, MANNER, examine, parts_used, unheeded
from emostage.studio.run import Studio, render

PLACE = Place(file=Path("scene.yaml"), line=3, column=44)
STAGE = Engine(name="stage", performer="stage", painter=None, fingerprint="")
OILS = Engine(name="emotalker", performer="stage", painter="emotalker", fingerprint="")


@pytest.fixture
def film(make, fake, cache, tmp_path):
    """Plans two lines of ada's and one of bob's, who play the identities in these folders at some strength."""

    def plan(ada=None, bob=None, *, strength=1.0, engine="stage", skip_failing=False, **settings):
        lines = [make.said(text, speaker=who, engine=engine) for text, who in (("One.", "ada"), ("Two.", "bob"), ("Three.", "ada"))]
        script = make.script(*lines, **settings)
        refs = {"ada": ada, "bob": bob}
        cast = {
            name: replace(member, identity=IdentityRef(path=refs[name], strength=strength, place=PLACE) if refs.get(name) else None)
            for name, member in script.cast.items()
        }
        script = replace(script, cast=cast)
        return compile_script(script, cache=cache, stages=fake.stages(), skip_failing=skip_failing)

    return plan


def prints(plan):
    return [job.fingerprint for job in plan.jobs]


def misfit(folder, part):
    card = json.loads((folder / "card.json").read_text())
    card["parts"][part]["base"]["sha256"] = "ab" * 32
    (folder / "card.json").write_text(json.dumps(card))
    return folder


def test_the_parts_that_an_engine_asks_for(monkeypatch):
    assert parts_used(STAGE, "standard") == (FACE, MANNER)
    assert parts_used(OILS, "high") == (FACE, MANNER, "emotalker")
    monkeypatch.setattr(identities, "finish_of", lambda engine, quality: Finish(finisher="finish", fingerprint=""))
    assert parts_used(STAGE, "high") == (FACE, MANNER, "finish")


def test_an_identity_changes_the_clips_of_its_person(film, tune, tmp_path):
    before, after = prints(film()), prints(film(tune(tmp_path / "ada", "face")))
    assert [a != b for a, b in zip(before, after, strict=True)] == [True, False, True]


def test_strength_and_bytes_of_parts_that_are_used_count_and_nothing_else_does(film, tune, tmp_path):
    first = prints(film(tune(tmp_path / "ada", "face", "emotalker")))
    (tmp_path / "ada" / "work").mkdir()
    (tmp_path / "ada" / "work" / "log.txt").write_text("step 1")
    (tmp_path / "ada" / "preview.png").write_bytes(b"png")
    assert prints(film(tmp_path / "ada")) == first
    assert prints(film(tune(tmp_path / "ada", "face", what="told anew"))) == first, "the painter's part is not used here"
    assert prints(film(tmp_path / "ada", strength=0.8)) != first
    assert prints(film(tune(tmp_path / "eve", "face", "emotalker"))) == first, "wherever it lies"
    assert prints(film(tune(tmp_path / "ada", "face", seed=1))) != first


def test_no_strength_is_the_portrait_as_it_is_and_asks_for_nothing(film, tune, tmp_path):
    ada = misfit(tune(tmp_path / "ada", "face"), "face")
    plan = film(ada, strength=0)
    assert prints(plan) == prints(film()) and not plan.identities and not plan.findings


def test_the_portrait_is_prepared_of_the_picture_alone(film, tune, tmp_path):
    plain, played = film(), film(tune(tmp_path / "ada", "face"))
    assert face_digest(plain.cast["ada"]) == face_digest(played.cast["ada"])


def test_a_damaged_identity_is_an_error_at_its_place(film, tune, tmp_path):
    ada = tune(tmp_path / "ada", "face")
    (ada / "face.safetensors").write_bytes(b"other")
    with pytest.raises(AssetError) as raised:
        film(ada)
    assert [(d.code, d.place) for d in raised.value.diagnostics] == [("E136", PLACE)], "told once, for both of its lines"


def test_only_parts_that_are_used_have_to_fit(film, tune, tmp_path):
    ada = misfit(tune(tmp_path / "ada", "face", "manner", "emotalker"), "emotalker")
    assert set(film(ada).identities) == {"ada"}
    with pytest.raises(AssetError) as raised:
        film(ada, engine="emotalker")
    (problem,) = raised.value.diagnostics
    assert (problem.code, problem.place) == ("E137", PLACE) and "'emotalker'" in problem.message
    with pytest.raises(AssetError, match="E137"):
        film(misfit(tune(tmp_path / "bob", "face", "manner"), "manner"))


def test_lines_of_a_damaged_identity_can_be_left_out(film, tune, tmp_path):
    plan = film(misfit(tune(tmp_path / "ada", "face"), "face"), skip_failing=True)
    assert [job.on_screen for job in plan.jobs] == ["bob"]
    assert [failure.number for failure in plan.failures] == [1, 3] and not plan.identities


def test_an_engine_that_it_was_not_tuned_for_is_a_warning(film, tune, tmp_path):
    ada = tune(tmp_path / "ada", "face", "emodiffhead")
    plan = film(ada, engine="emotalker")
    (warning,) = plan.findings
    assert (warning.code, warning.place) == ("W136", PLACE) and "'emotalker'" in warning.message
    assert warning.hint == "it was tuned for: stage, emodiffhead"
    assert not film(ada).findings and not film(ada, engine="emodiffhead").findings
    assert plan.only({2}).findings == (), "bob plays no identity"


def test_an_identity_without_parts_is_a_warning(film, tune, tmp_path):
    assert [d.code for d in film(tune(tmp_path / "ada")).findings] == ["W136"]


def test_a_scene_is_examined_without_a_plan(make, tune, tmp_path):
    ada = misfit(tune(tmp_path / "ada", "face", "manner"), "manner")
    script = make.script(make.said("One."), make.said("Two.", engine="emotalker"), make.said("Three.", engine="not there"))
    cast = script.cast | {"ada": replace(script.cast["ada"], identity=IdentityRef(path=ada, place=PLACE))}
    found = examine(replace(script, cast=cast))
    assert [d.code for d in found] == ["E137", "E137", "W136"] and {d.place for d in found} == {PLACE}
    assert examine(script) == ()
    gone = {"ada": replace(script.cast["ada"], identity=IdentityRef(path=tmp_path / "none", place=PLACE))}
    assert examine(replace(script, cast=script.cast | gone)) == (), "that is told by those who look at files"


def test_each_person_is_drawn_and_moved_as_their_own_identity(film, fake, cache, tune, tmp_path):
    plan = film(tune(tmp_path / "a", "face", "manner"), tune(tmp_path / "b", "face", "manner", seed=1), strength=0.5)
    render(plan, tmp_path / "film.mp4", Studio(cache=cache, stages=fake.stages(), device="cpu"))
    assert {call: n for call, n in fake.calls.items() if call.startswith("performer")} == {
        "performer stage a": 1,
        "performer stage b": 1,
    }
    drawn = dict(fake.played)
    assert drawn["ada"].adapter(FACE).file == tmp_path / "a" / "face.safetensors"
    assert drawn["bob"].adapter(FACE).strength == 0.5
    assert drawn["ada"].adapter("finish") is None


def test_people_without_identity_share_a_performer(film, fake, cache, tmp_path):
    render(film(), tmp_path / "film.mp4", Studio(cache=cache, stages=fake.stages(), device="cpu"))
    assert fake.calls["performer stage -"] == 1
    assert fake.played == [("ada", None), ("bob", None)]


def test_what_a_plug_in_cannot_use_is_said_once(film, fake, cache, tune, tmp_path):
    fake.unheeded = (Diagnostic(code="W137", message="'stage' cannot be tuned"),)
    heard = []
    plan = film(tune(tmp_path / "ada", "manner"))
    render(plan, tmp_path / "film.mp4", Studio(cache=cache, stages=fake.stages(), listen=heard.append, device="cpu"))
    told = [event.diagnostic for event in heard if isinstance(event, Notice) and event.diagnostic.code == "W137"]
    assert [d.place for d in told] == [PLACE]


def test_plug_ins_say_by_their_arguments_whether_they_can_be_tuned(film, tune, tmp_path, installed, monkeypatch):
    adapted = film(tune(tmp_path / "ada", "face")).identities["ada"]
    adapted = replace(adapted, parts=dict.fromkeys(("face", "manner", "oils", "varnish"), tmp_path / "x.safetensors"))
    monkeypatch.setattr(identities, "finish_of", lambda engine, quality: Finish(finisher="varnish", fingerprint=""))
    engine = Engine(name="oils", performer="dancer", painter="oils", fingerprint="")
    for group, name, stiff in (
        (MOTION_ENGINES, "dancer", lambda: None),
        (PAINTERS, "oils", lambda *, steps, device: None),
        (FINISHERS, "varnish", lambda *, device: None),
    ):
        installed(group, name, stiff)
    told = unheeded(adapted, engine, "high")
    assert [(d.code, d.message.split("'")[1]) for d in told] == [("W137", "dancer"), ("W137", "oils"), ("W137", "varnish")]
    assert [d.message.split("'")[1] for d in unheeded(replace(adapted, parts={"oils": tmp_path}), engine, "high")] == ["oils"]


def test_plug_ins_that_can_be_tuned_are_not_spoken_of(film, tune, tmp_path, installed):
    adapted = film(tune(tmp_path / "ada", "manner")).identities["ada"]
    adapted = replace(adapted, parts=dict.fromkeys(("manner", "oils"), tmp_path / "x.safetensors"))
    installed(MOTION_ENGINES, "dancer", lambda *, manner=None: None)
    installed(PAINTERS, "oils", lambda *, steps, device, adapter=None: None)
    assert unheeded(adapted, Engine(name="oils", performer="dancer", painter="oils", fingerprint=""), "high") == ()


def test_a_film_says_who_agreed(film, fake, cache, tune, tmp_path):
    consent = {"text": "Bob\nby mail", "given": "2024-12-31"}
    plan = film(tune(tmp_path / "a", "face"), tune(tmp_path / "b", "face", name="robert", consent=consent), strength=0.5)
    render(plan, tmp_path / "film.mp4", Studio(cache=cache, stages=fake.stages(), device="cpu"))
    assert fake.tags["identity_1"] == (
        "ada plays the tuned identity 'ada' at strength 0.5; consent of 2025-03-01: Ada Lovelace, by letter"
    )
    assert fake.tags["identity_2"].startswith("bob plays the tuned identity 'robert'")
    assert fake.tags["identity_2"].endswith("consent of 2024-12-31: Bob by mail")
    assert "identity_1" not in edit.tags(film()) and "synopsis" not in edit.tags(film())
    assert "identity_2" not in edit.tags(plan.only({1})), "bob is not seen"


def test_a_consent_told_anew_makes_the_film_anew_and_no_clip(film, tune, tmp_path):
    first = film(tune(tmp_path / "ada", "face"))
    other = film(tune(tmp_path / "ada", "face", consent={"text": "Ada, in person", "given": "2025-03-02"}))
    assert prints(first) == prints(other) and first.fingerprint != other.fingerprint


def test_cached_clips_films_and_sheets_are_found_by_the_identity(film, fake, cache, tune, tmp_path):
    ada = tune(tmp_path / "ada", "face")
    render(film(ada), tmp_path / "film.mp4", Studio(cache=cache, stages=fake.stages(), device="cpu"), sheet=True)
    marks = film(ada).identities["ada"].marks
    found = [entry.kind for entry in cache.entries() if set(marks) & entry.marks]
    assert sorted(found) == ["clips", "clips", "films", "sheets"]


def test_adapters_tell_files_of_one_name_apart(film, tune, tmp_path):
    first = film(tune(tmp_path / "ada", "face")).identities["ada"].adapter(FACE)
    second = film(tune(tmp_path / "ada", "face", seed=1)).identities["ada"].adapter(FACE)
    assert isinstance(first, Adapter) and first.file == second.file and first != second


def test_a_part_that_turns_out_to_be_unusable_is_an_error_at_the_identitys_place(film, fake, cache, tune, tmp_path):
    fake.fail = {"ada": AssetError.of("E136", "the adapter 'face.safetensors' is of another net")}
    with pytest.raises(AssetError) as raised:
        render(film(tune(tmp_path / "ada", "face")), tmp_path / "film.mp4", Studio(cache=cache, stages=fake.stages(), device="cpu"))
    assert [(d.code, d.place) for d in raised.value.diagnostics] == [("E136", PLACE)]
