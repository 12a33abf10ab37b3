import json
import re
import signal
import subprocess
import sys
import time

import pytest
from PIL import Image
from typer.testing import CliRunner

from emostage import __version__
from emostage.apps import cli, guard
from emostage.apps.cli import main
from emostage.core import plugins
from emostage.core.errors import AssetError, DeviceError, EmostageError
from emostage.core.plugins import PAINTERS
from emostage.studio.plan import Failure
from emostage.studio.run import Rendered

SCENE = """\
emostage: 1
title: Two
film: {size: 128, quality: draft, seed: 5}
cast: {ada: {portrait: sample/astronaut}, bob: {portrait: sample/hopper}}
shots:
  - name: pad
    lines:
      - ada: "[happy 0.6] We have lift-off!"
      - bob: {pause: 1s}
  - name: end
    lines:
      - bob: "I do not believe it."
"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("EMOSTAGE_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def scene(tmp_path):
    path = tmp_path / "scene.yaml"
    path.write_text(SCENE)
    return path


def test_help_and_version(emostage):
    code, out, _ = emostage("--help")
    assert code == 0
    for command in ("new", "check", "plan", "render", "schema", "portrait", "voices", "cache", "bench", "doctor", "sheet"):
        assert f" {command} " in out
    assert emostage("--version") == (0, f"emostage {__version__}\n", "")


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["render"], ["render", "--foo"], ["check"], ["check", "x.yaml", "--format", "xml"]]
)
def test_a_wrong_command_line_is_2(emostage, arguments):
    assert emostage(*arguments)[0] == 2


def test_a_new_scene_is_a_good_scene(emostage, tmp_path):
    assert emostage("new", "films/first.yaml")[0] == 0
    assert emostage("check", "films/first.yaml")[0] == 0
    code, _, err = emostage("new", "films/first.yaml")
    assert (code, "E103" in err) == (1, True)
    assert emostage("new", "films/first.yaml", "--force", "--name", "eve", "-t", "dialogue")[0] == 0
    assert emostage("new", "x.yaml", "--name", "no name")[0] == 2
    assert emostage("new", "x.yaml", "-t", "nothing")[0] == 2
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == ["first.yaml"]


def test_problems_are_data(emostage, scene):
    scene.write_text(SCENE.replace("happy 0.6", "hapy 0.6").replace("pause: 1s", "pause: 1x"))
    code, out, err = emostage("check", scene)
    assert code == 3
    assert "E031" in out
    assert "^" in out
    assert "2 errors" in err
    code, out, _ = emostage("check", scene, "--format", "json")
    assert (code, [d["line"] for d in json.loads(out)]) == (3, [8, 9])
    assert json.loads(emostage("check", scene, "--format", "sarif")[1])["version"] == "2.1.0"
    assert emostage("check", scene, "--format", "github")[1].count("::error ") == 2


def test_several_scenes_are_checked_at_once(emostage, scene, tmp_path):
    (tmp_path / "other.yaml").write_text(SCENE.replace("ada:", "eve:"))
    code, out, _ = emostage("check", scene, tmp_path / "other.yaml", "missing.yaml")
    assert code == 3
    assert "missing.yaml" in out


def test_a_missing_picture_is_4_and_a_missing_scene_3(emostage, scene):
    scene.write_text(SCENE.replace("sample/hopper", "nobody.png"))
    assert emostage("check", scene)[0] == 4
    assert emostage("render", scene)[0] == 4
    assert emostage("render", "nothing.yaml")[0] == 3


def test_warnings_fail_only_when_strict(emostage, scene):
    scene.write_text(SCENE.replace("cast: {", "cast: {cyd: {portrait: sample/hopper}, "))
    code, out, _ = emostage("check", scene)
    assert (code, "W020" in out) == (0, True)
    assert emostage("check", scene, "--strict")[0] == 3


def test_what_cannot_be_rendered_yet_is_said_and_planned(emostage, scene):
    scene.write_text(SCENE.replace("  - name: pad", "  - name: pad\n    camera: {zoom: [1.0, 1.1]}"))
    assert emostage("check", scene)[0] == 0
    code, _, err = emostage("render", scene)
    assert (code, "E092" in err) == (3, True)
    assert emostage("plan", scene)[0] == 0


def test_the_plan_is_a_table_or_data_or_a_picture(emostage, scene, tmp_path):
    code, out, _ = emostage("plan", scene)
    assert code == 0
    assert "happy 0.6" in out
    assert "(a beat)" in out
    plan = json.loads(emostage("plan", scene, "--json")[1])
    assert plan["schema"] == "emostage.plan.v1"
    assert [line["speaker"] for line in plan["lines"]] == ["ada", "bob", "bob"]
    assert plan["frames"] == sum(line["frames"] for line in plan["lines"])
    assert emostage("plan", scene, "-o", "plan.json", "--plot", "plan.png")[1] == ""
    assert json.loads((tmp_path / "plan.json").read_text()) == plan
    assert (tmp_path / "plan.png").read_bytes().startswith(b"\x89PNG")
    assert emostage("plan", scene, "-o", "plan.npz")[0] == 0
    assert emostage("plan", scene, "-o", "plan.txt")[0] == 2


def test_the_plan_says_who_paints(emostage, scene, installed, warp):
    said = emostage("plan", scene)[2]
    assert "performed by stage, drawn by moving the photo\n" in said
    installed(PAINTERS, "oils", warp)
    scene.write_text(SCENE.replace("  - name: end", "  - name: end\n    engine: oils"))
    said = emostage("plan", scene)[2]
    assert "drawn by moving the photo: line 1, 2\n" in said
    assert "performed by stage, painted by oils in 1 step: line 3\n" in said
    plan = json.loads(emostage("plan", scene, "--json")[1])
    assert [(line["engine"], line["painter"]) for line in plan["lines"]] == [("stage", None)] * 2 + [("oils", "oils")]


def test_the_command_line_chooses_another_engine(emostage, scene, installed, warp):
    installed(PAINTERS, "oils", warp)
    plan = json.loads(emostage("plan", scene, "--engine", "oils", "--json")[1])
    assert [line["painter"] for line in plan["lines"]] == ["oils"] * 3
    assert plan["engine"] == "oils"
    code, _, err = emostage("render", scene, "--engine", "oil")
    assert (code, "E090 the engine 'oil' is not installed; did you mean 'oils'?" in err) == (3, True)


def test_an_engine_of_the_language_that_is_not_installed_is_said(emostage, scene, monkeypatch):
    real = plugins.entry_points
    monkeypatch.setattr(plugins, "entry_points", lambda *, group: [] if group == PAINTERS else real(group=group))
    scene.write_text(SCENE.replace("  - name: end", "  - name: end\n    engine: emotalker"))
    assert emostage("check", scene)[0] == 0
    code, _, err = emostage("plan", scene)
    assert (code, "scene.yaml:13:" in err, "E090 the engine 'emotalker' is not installed" in err) == (3, True, True)


def test_the_same_scene_gives_the_same_plan_and_another_seed_another(emostage, scene):
    plans = [emostage("plan", scene, "--json", *more)[1] for more in ([], [], ["--seed", "6"])]
    assert plans[0] == plans[1] != plans[2]


def test_the_schema_is_json(emostage):
    code, out, _ = emostage("schema")
    assert (code, json.loads(out)["type"]) == (0, "object")


@pytest.mark.parametrize("value", ["9", "0", "2-1", "x", "1,,2", "-1", "1-9999999999999999999"])
def test_lines_that_are_not_there(emostage, scene, value):
    code, _, err = emostage("render", scene, f"--only={value}")
    assert (code, "E014" in err) == (2, True)


def test_settings_that_contradict_each_other(emostage, scene):
    assert emostage("render", scene, "--draft", "--quality", "high")[0] == 2
    assert emostage("render", scene, "--only", "1", "--shot", "end")[0] == 2
    assert emostage("render", scene, "--size", "513")[0] == 2
    assert emostage("render", scene, "--shot", "endd")[0] == 2
    assert emostage("render", scene, "-o", scene)[0] == 2
    assert emostage("render", scene, "-o", "scene.png")[0] == 2


@pytest.fixture
def asked(monkeypatch):
    """Renders nothing, remembers what was asked; `result` may be an error."""
    calls = []

    def render(plan, out, studio, **more):
        calls.append((plan, out, studio, more))
        if isinstance(calls_result[0], BaseException):
            raise calls_result[0]
        return Rendered(path=out, beside=(), frames=plan.frames, drawn=(), failures=calls_result[0])

    calls_result = [()]
    monkeypatch.setattr("emostage.studio.run.render", render)
    return calls, calls_result


def test_what_is_asked_for_reaches_the_studio(emostage, scene, asked):
    calls, _ = asked
    options = ["--seed", "9", "--size", "256x128", "--draft", "--only", "2-3", "--contact-sheet", "--device", "cpu", "-q"]
    assert emostage("render", scene, *options)[0] == 0
    plan, out, studio, more = calls[0]
    assert [job.number for job in plan.jobs] == [2, 3]
    assert (plan.film.seed, plan.film.size_px, plan.film.quality) == (9, (256, 128), "draft")
    assert (str(out), studio.device, more) == ("out/scene.mp4", "cpu", {"sheet": True, "best_effort": False})
    assert emostage("render", scene, "--shot", "end")[0] == 0
    assert [job.number for job in calls[1][0].jobs] == [3]


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (EmostageError.of("E100", "no space left"), 1),
        (AssetError.of("E070", "no face"), 4),
        (DeviceError.of("E111", "not enough memory"), 5),
        ((Failure(number=2, diagnostics=()),), 6),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError("division by zero"), 1),
        (MemoryError(), 5),
        (PermissionError(13, "Permission denied", "x.mp4"), 1),
    ],
)
def test_every_end_has_its_code(emostage, scene, asked, result, code):
    asked[1][0] = result
    assert emostage("render", scene)[0] == code


def test_the_unknown_is_called_a_fault_and_shown_when_asked_for(emostage, scene, asked):
    asked[1][0] = ZeroDivisionError("division by zero")
    _, _, err = emostage("render", scene)
    assert "E120 internal error: ZeroDivisionError: division by zero" in err
    assert "report" in err
    with pytest.raises(ZeroDivisionError):
        main(["--traceback", "render", str(scene)])


def test_voices_are_listed_and_speak(emostage, tmp_path):
    code, out, _ = emostage("voices", "list", "en-us")
    assert (code, "espeak/en-us+f3" in out) == (0, True)
    assert json.loads(emostage("voices", "list", "--json")[1])[0]["kind"] == "espeak"
    code, out, _ = emostage("voices", "say", "One two three.", "-o", "say.wav", "-e", "happy 0.5, surprised 0.2", "--json")
    assert [w["text"] for w in json.loads(out)["words"]] == ["One", "two", "three"]
    assert (tmp_path / "say.wav").read_bytes()[:4] == b"RIFF"
    assert emostage("voices", "say", "One.", "-v", "espeak/xx")[0] == 4
    assert emostage("voices", "say", "One.", "-e", "hapy 1")[0] == 2
    assert emostage("voices", "say", "One.", "-e", "happy 2")[0] == 2
    assert emostage("voices", "say", "One.", "-o", "say.doc")[0] == 2
    assert emostage("voices", "get", "no such name")[0] == 4


def test_the_cache_is_shown_and_emptied(emostage, scene):
    emostage("plan", scene)
    entries = json.loads(emostage("cache", "ls", "--json")[1])["entries"]
    assert {entry["kind"] for entry in entries} == {"takes"}
    assert "takes" in emostage("cache", "ls")[1]
    assert emostage("cache", "clear", "clips")[2].startswith("0 entries")
    assert emostage("cache", "clear")[2].startswith(f"{len(entries)} entries")


def test_a_sheet_needs_a_film(emostage):
    assert emostage("sheet", "nothing.mp4")[0] == 4


@pytest.mark.skipif(not hasattr(signal, "SIGTERM") or sys.platform == "win32", reason="POSIX signals")
def test_terminated_is_interrupted(scene):
    code = (
        "import sys, time, emostage.studio.run as run\n"
        "def render(*a, **k):\n    print('ready', flush=True)\n    time.sleep(30)\n"
        "run.render = render\n"
        "from emostage.apps.cli import main\n"
        f"main(['render', {str(scene)!r}])\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "ready\n"
    child.send_signal(signal.SIGTERM)
    _, err = child.communicate(timeout=20)
    assert child.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err


def test_checking_is_quick_and_light(tmp_path):
    lines = "\n".join(f'      - ada: "[happy 0.{i % 9}] Line number {i} of this long film."' for i in range(200))
    scene = tmp_path / "long.yaml"
    scene.write_text(f"emostage: 1\ncast: {{ada: {{portrait: sample/astronaut}}}}\nshots:\n  - lines:\n{lines}\n")
    code = (
        "import sys\nfrom emostage.apps.cli import main\n"
        f"try:\n    main(['check', {str(scene)!r}])\nexcept SystemExit as end:\n    assert not end.code\n"
        "heavy = ('torch', 'lightning', 'diffusers', 'moviepy', 'textual', 'mediapipe', 'cv2', 'scipy')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert time.perf_counter() - begun < 6.0, "0.7 s is the aim; this limit only catches a slide on a busy machine"


def test_any_failure_can_be_read():
    for error, code in [(OSError(5, "Input/output error", "film.mp4"), "E101"), (KeyError("x"), "E120"), (OSError("odd"), "E120")]:
        assert guard.known(error).diagnostics[0].code == code


def test_a_portrait_gets_a_verdict_and_a_screen_test(emostage, tmp_path):
    code, out, err = emostage("portrait", "sample/hopper", "-o", "seen.png")
    assert (code, "verdict     good" in out, "seen.png is written" in err) == (0, True, True)
    code, out, _ = emostage("portrait", "sample/hopper", "--sheet", "--json", "-o", "test.png")
    assert code == 0
    found = json.loads(out)
    assert found["verdict"]["grade"] == "good"
    assert {remark["topic"] for remark in found["verdict"]["remarks"]} >= {"size", "glasses"}
    assert found["sheet"] == "test.png"
    with Image.open(tmp_path / "test.png") as page:
        assert page.width == 2000
    with Image.open(tmp_path / "seen.png") as overlay:
        assert overlay.size == (2048, 1024)


def test_only_the_command_that_is_asked_for_is_built():
    assert list(cli.needed(["--traceback", "check", "scene.yaml", "--help"])) == ["check"]
    for arguments in ([], ["--help"], ["-h", "check"], ["chekc", "scene.yaml"], ["--version"]):
        assert set(cli.needed(arguments)) == set(cli.COMMANDS)
    code = "import sys; from emostage.apps.cli import app_of; app_of(['check']); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "emostage.apps.commands.scenes" in loaded
    assert "emostage.apps.commands.render" not in loaded


def test_every_command_is_there_and_told():
    told = CliRunner().invoke(cli.app_of(cli.COMMANDS), ["--help"]).output
    assert all(re.search(rf"\b{name}\b", told) for name in cli.COMMANDS)
