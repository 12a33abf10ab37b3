"""Every scene and every command of the README works."""

import hashlib
import json
import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save_file

from emostage.apps.cli import main
from emostage.core.identity import FORMAT, base_digest
from emostage.core.resources import resource
from emostage.face.crop import window
from emostage.face.head import load_head
from emostage.face.personal import PersonalFace
from emostage.face.portrait import read_portrait
from emostage.face.sitter import CROP_PX
from emostage.portrait.personal import Person, to_arrays

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ELSEWHERE = {
    "emostage eval scenes/moods.yaml": "test_moods.py",
    "emostage eval ada.png": "unit/evaluate/test_readback.py, unit/apps/test_evaluate.py",
    "emostage eval talk.mp4": "unit/evaluate/test_reenact.py, unit/apps/test_evaluate.py",
    "emostage eval --clip talk.mp4": "unit/evaluate/test_talk.py, unit/apps/test_evaluate.py",
    "emostage eval scenes/exam.yaml --plot exam.png": "unit/evaluate/test_shown.py, unit/evaluate/test_filmplot.py",
    "emostage eval engine/stage engine/reference": "unit/evaluate/test_fluency.py, unit/apps/test_evaluate.py",
    "emostage eval corpus/ --nets trained/": "unit/training/test_stage.py",
    "emostage edit scene.yaml": "tests/tui",
    "emostage bench": "unit/apps/test_measure.py",
    "emostage bench --editor": "unit/apps/test_measure_editor.py",
    "emostage track me.mp4 -o take.npz": "unit/studio/test_filmed.py, unit/apps/test_track.py",
    'emostage finetune me.mp4 --name ada --consent "Ada Lovelace, in writing, 30 November 2026"': "test_finetune.py",
    "emostage eval faces/ --nets nets/ --only finish --record": "unit/apps/test_paintexams.py, unit/evaluate/painted",
    "emostage train corpus pairs/ --finish --from faces/": "unit/apps/test_corpora.py, unit/training/finish/test_make.py",
    "emostage train finish pairs/ nets/finish": "unit/training/test_painters.py, unit/apps/test_train.py",
    "emostage train corpus faces/ --frames --from corpus/": "unit/apps/test_corpora.py, unit/training/footage/test_make.py",
    "emostage train emodiffhead faces/ trained/emodiffhead": "unit/training/test_painters.py, unit/apps/test_train.py",
    "emostage train expression corpus/ trained/emodiffhead-expression": "unit/training/test_expression.py, unit/apps/test_train.py",
    "emostage eval strangers/ --everybody": "unit/apps/test_paintexams.py",
    "emostage eval faces/": "unit/evaluate/painted, unit/apps/test_paintexams.py",
    "emostage train motion corpus/ trained/": "unit/training/test_stage.py, unit/apps/test_train.py",
    "emostage train prompts --measure": "unit/apps/test_train.py",
    "emostage train prompts trained/eib": "unit/training/test_prompts.py, unit/apps/test_train.py",
    "emostage voices get en_US-ljspeech-high": "unit/speech/test_fetch.py (the network)",
}


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def commands() -> list[str]:
    lines = (line.split("#")[0].strip() for block in blocks("sh") for line in block.splitlines())
    return [line for line in lines if line]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder such as the README's reader has."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copy(resource("emostage", "data", "samples", "astronaut.png"), folder / "ada.png")
    (folder / "takes").mkdir()
    shutil.copy(resource("scenes", "recorded", "countdown.wav"), folder / "takes" / "ada_03.wav")
    shutil.copy(ROOT / "tests" / "acceptance" / "good" / "takes" / "ada_03.npz", folder / "take.npz")
    with Image.open(folder / "ada.png") as picture:
        picture.convert("RGB").save(folder / "smile.jpg")
    known(folder / "ada.png", folder / "checkpoints" / "ada")
    return folder


def known(picture, folder):
    """An identity of which only the face at rest is known."""
    head = load_head()
    portrait, _ = read_portrait(picture, head=head)
    landmarks_L2 = portrait.crop.to_picture(portrait.landmarks_L2)
    crop = window(landmarks_L2, portrait.picture_HW3.shape[1::-1], CROP_PX)
    face = PersonalFace(
        shape_K=portrait.fit.shape_K,
        rest_N3=np.asarray(head.at_landmarks(portrait.fit.vertices_V3), np.float64),
        rest_L2=crop.to_crop(landmarks_L2),
        focal_px=np.array(portrait.fit.focal_px * crop.scale / portrait.crop.scale),
        actions_52N3=np.zeros((52, 468, 3)),
        seen_52=np.zeros(52),
    )
    folder.mkdir(parents=True)
    save_file(to_arrays(Person(face=face)), folder / "face.safetensors")
    sha = hashlib.sha256((folder / "face.safetensors").read_bytes()).hexdigest()
    part = {"file": "face.safetensors", "sha256": sha, "base": {"name": "head", "sha256": base_digest("head")}}
    card = {"format": FORMAT, "name": "ada", "consent": {"text": "Ada, in writing", "given": "2026-11-30"}, "parts": {"face": part}}
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")


@pytest.fixture(autouse=True)
def here(folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("EMOSTAGE_CACHE", str(folder / "cache"))


def run(*arguments) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(a) for a in arguments])
    return int(end.value.code or 0)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(blocks("yaml"))))
def test_scenes_are_valid_and_render(number, folder):
    scene = folder / f"block{number}.yaml"
    scene.write_text(blocks("yaml")[number], encoding="utf-8")
    assert run("check", "--strict", scene) == 0
    assert run("render", scene, "--draft", "--size", "96", "-o", f"block{number}.mp4", "--quiet") == 0
    assert (folder / f"block{number}.mp4").stat().st_size > 10_000


@pytest.mark.slow
def test_commands_do_what_is_written():
    done = []
    for command in commands():
        program, *arguments = shlex.split(command)
        if program == "make":
            assert re.search(rf"^{arguments[0]}:", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
            continue
        assert program == "emostage"
        if command in ELSEWHERE:
            continue
        small = {"render": ["--size", "96"], "train": ["--hours", "0.003"]}.get(arguments[0], [])
        assert run(*arguments, *small) == 0, command
        done.append(command)
    assert len(done) > 8
    assert set(ELSEWHERE) <= set(commands())
    assert {path.name for path in Path().iterdir()} >= {"scene.yaml", "plan.png", "film.mp4", "day.wav"}


def test_what_is_done_from_python_works(folder):
    scene, python = folder / "scene.yaml", blocks("python")
    assert len(python) == 1
    scene.write_text(blocks("yaml")[0], encoding="utf-8")
    exec(python[0], {})
    assert "[happy 0.8] We have lift-off!" in scene.read_text(encoding="utf-8")


def test_the_settings_of_the_editor_can_be_used(folder):
    from emostage.apps.tui.config import read_settings

    (folder / "editor.yaml").write_text(next(block for block in blocks("text") if "keymap" in block), encoding="utf-8")
    settings, warnings = read_settings(folder / "editor.yaml")
    assert (settings.theme, settings.snap, warnings) == ("nord", "frames", ())
    assert settings.keymap["key.add"] == ("I", "insert")


def test_pictures_and_files_it_points_to_exist():
    for path in [*re.findall(r"\]\((?!http)([^)#]+)\)", README), "checkpoints/head/card.json", "emostage/data/samples/CREDITS.md"]:
        assert (ROOT / path).is_file(), path
