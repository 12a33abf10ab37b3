"""The house rules that no other tool checks."""

import ast
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "emostage"
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if "data" not in p.relative_to(PACKAGE).parts)
LONGEST_MODULE = 300
LONGEST_FUNCTION = 60


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_modules_are_short_and_say_what_they_are(path):
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    assert len(source.splitlines()) <= LONGEST_MODULE
    assert path.stem not in {"utils", "helpers", "common", "misc", "manager"}
    if path.name != "__init__.py":
        assert ast.get_docstring(tree), "a module says what it is"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < LONGEST_FUNCTION, f"{node.name} is too long"


def test_imports_only_point_down():
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_checking_a_scene_leaves_heavy_libraries_alone():
    code = (
        "import sys, json\n"
        "from emostage.apps.cli import main\n"
        "try:\n    main(['check', sys.argv[1]])\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "heavy = ('torch', 'lightning', 'diffusers', 'moviepy', 'textual', 'mediapipe', 'cv2', 'scipy')\n"
        "print(json.dumps([m for m in heavy if m in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "scenes" / "hello.yaml")], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_nothing_unpickles():
    for path in MODULES:
        names = {
            name.name if isinstance(node, ast.Import) else node.module
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in node.names
        }
        assert not names & {"pickle", "dill", "joblib", "shelve", "marshal"}, path


@pytest.mark.slow
def test_a_wheel_works_outside_the_checkout(tmp_path):
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    code = (
        "import emostage\n"
        "from emostage.core.resources import resource\n"
        "from emostage.face.head import load_head\n"
        "from emostage.face.picture import read_picture\n"
        "print(emostage.__file__, resource('schema', 'scene.v1.schema.json'), resource('scenes', 'hello.yaml'))\n"
        "assert load_head().actions_52V3.shape[0] == 52\n"
        "assert read_picture('sample/astronaut').ndim == 3\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(str(site)) == 3


def test_nets_are_trained_with_what_a_bare_gpu_machine_has():
    # torchmetrics brings scipy along where it is installed; without it those who train must not miss it
    allowed = "lightning.pytorch lightning.pytorch.loggers torch.utils.data safetensors.torch safetensors.numpy"
    schedulers = "diffusers.schedulers.scheduling_ddpm diffusers.schedulers.scheduling_dpmsolver_multistep"
    code = (
        "import importlib, sys\n"
        f"for name in {f'{allowed} {schedulers}'.split()!r}: importlib.import_module(name)\n"
        "before = {name.split('.')[0] for name in sys.modules}\n"
        "for name in [name for name in sys.modules if name.split('.')[0] == 'scipy']: sys.modules[name] = None\n"
        "import emostage.training.stage, emostage.training.prompts, emostage.training.expression\n"
        "print(*({name.split('.')[0] for name in sys.modules} - before))\n"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["emostage"]
