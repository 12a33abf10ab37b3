"""The examinations of `doctor`. Each says what it found, and what to do about it."""

from __future__ import annotations

import ctypes.util
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from emostage.core.errors import EmostageError


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What an examination found."""

    name: str
    ok: bool
    detail: str
    hint: str = ""
    required: bool = True


def examine() -> list[Finding]:
    """All findings, in the order in which a film needs them."""
    return [_safely(name, check) for name, check in CHECKS.items()]


def _safely(name: str, check: Callable[[], Finding]) -> Finding:
    """An examination that breaks is a finding too."""
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - whatever is broken here is what was looked for
        detail = error.diagnostics[0].message if isinstance(error, EmostageError) else f"{type(error).__name__}: {error}"
        hint = error.diagnostics[0].hint if isinstance(error, EmostageError) else "pip install --force-reinstall emostage"
        return Finding(name=name, ok=False, detail=detail, hint=hint, required=name not in OPTIONAL)


def _python() -> Finding:
    ok = (3, 11) <= sys.version_info[:2] <= (3, 12)
    detail = f"{platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return Finding(name="python", ok=ok, detail=detail, hint="use Python 3.11 or 3.12")


def _torch() -> Finding:
    import torch

    return Finding(name="torch", ok=True, detail=f"{torch.__version__}, {torch.get_num_threads()} threads")


def _devices() -> Finding:
    import torch

    if not torch.cuda.is_available():
        return Finding(name="devices", ok=True, detail="cpu", required=False)
    names = [f"cuda:{i} {torch.cuda.get_device_name(i)}" for i in range(torch.cuda.device_count())]
    return Finding(name="devices", ok=True, detail=", ".join(["cpu", *names]), required=False)


def _lightning() -> Finding:
    """2.6.2 and 2.6.3 on the package index carried malware (GHSA-w37p-236h-pfx3)."""
    found = version("lightning")
    return Finding(name="lightning", ok=found not in ("2.6.2", "2.6.3"), detail=found, hint="pip install 'lightning>=2.6.6,<3'")


def _ffmpeg() -> Finding:
    from emostage.film.ffmpeg import executable

    path = executable()
    said = subprocess.run([path, "-hide_banner", "-encoders"], capture_output=True, text=True, timeout=20, check=False).stdout
    first = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=20, check=False).stdout.split("\n")[0]
    ok = "libx264" in said and " aac " in said
    detail = f"{' '.join(first.split()[:3])} at {path}"
    return Finding(name="ffmpeg", ok=ok, detail=detail, hint="it needs libx264 and aac: pip install imageio-ffmpeg")


def _espeak() -> Finding:
    from emostage.apps.saying import say_text

    take = say_text("One, two.", "espeak/en-us")
    ok = len(take.words) == 2 and bool(take.phones)
    detail = f"{version('espeakng-loader')}, spoke {take.audio.duration_s:.2f} s"
    return Finding(name="espeak", ok=ok, detail=detail, hint="pip install --force-reinstall espeakng-loader")


def _piper() -> Finding:
    from emostage.speech.voices import list_voices, voices_folder

    voices = [voice for voice in list_voices() if voice.kind == "piper"]
    detail = f"{version('piper-tts')}, {len(voices)} voices in {voices_folder()}"
    return Finding(name="piper", ok=True, detail=detail, required=False)


def _face() -> Finding:
    """MediaPipe's OpenCV wants libGL and glib from the system; slim containers lack them."""
    from emostage.face.portrait import read_portrait

    portrait, _ = read_portrait("sample/astronaut")
    detail = f"mediapipe {version('mediapipe')}, sample portrait fitted to {portrait.fit.error_px:.2f} px"
    return Finding(name="face", ok=True, detail=detail)


def _libraries() -> Finding:
    missing = [name for name, library in (("libgl1", "GL"), ("libglib2.0-0", "glib-2.0")) if not ctypes.util.find_library(library)]
    if platform.system() != "Linux" or not missing:
        return Finding(name="libraries", ok=True, detail="libGL and glib are there", required=False)
    hint = f"if 'face' fails: apt-get install {' '.join(missing)}"
    return Finding(name="libraries", ok=False, detail=f"not found: {', '.join(missing)}", hint=hint, required=False)


def _fonts() -> Finding:
    from PIL import ImageFont

    font = ImageFont.load_default(20)
    ok = isinstance(font, ImageFont.FreeTypeFont)
    return Finding(name="fonts", ok=ok, detail="built in, scalable" if ok else "bitmap only", hint="pip install 'pillow>=10.1'")


def _terminal() -> Finding:
    """It is asked, as the editor asks it."""
    from emostage.apps.tui.graphics.kind import WORDS
    from emostage.apps.tui.graphics.probe import probe

    if not sys.stdin.isatty():
        return Finding(name="terminal", ok=True, detail="none", required=False)
    graphics = probe()
    cell = "x".join(map(str, graphics.cell_px))
    return Finding(name="terminal", ok=True, detail=f"{WORDS[graphics.kind]}, cells of {cell} pixels", required=False)


def _painters() -> Finding:
    """Each is loaded, as a film would."""
    from emostage.core.plugins import PAINTERS, load, names

    installed = names(PAINTERS)
    for name in installed:
        load(PAINTERS, name)(steps=1, device="cpu")
    return Finding(name="painters", ok=True, detail=", ".join(installed) or "none", required=False)


def _cache() -> Finding:
    from emostage.studio.cache import Cache

    cache = Cache()
    cache.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=cache.folder):
        pass
    held = sum(entry.size for entry in cache.entries())
    detail = f"{cache.folder}, {held / 1e6:.0f} of {cache.limit_bytes / 1e6:.0f} MB used"
    return Finding(name="cache", ok=True, detail=detail, hint="set EMOSTAGE_CACHE to a folder you may write to")


def _disk() -> Finding:
    from emostage.studio.cache import default_folder

    folder = default_folder()
    while not folder.exists():
        folder = folder.parent
    free = {place: shutil.disk_usage(place).free / 1e9 for place in (folder, Path.cwd())}
    detail = ", ".join(f"{gb:.1f} GB free at {place}" for place, gb in free.items())
    return Finding(name="disk", ok=min(free.values()) > 1.0, detail=detail, hint="free some space", required=False)


def _memory() -> Finding:
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, ValueError, OSError):
        return Finding(name="memory", ok=True, detail="not known on this system", required=False)
    return Finding(name="memory", ok=total > 1.8, detail=f"{total:.1f} GB", hint="films need about 1.5 GB", required=False)


def _data() -> Finding:
    from emostage.core.resources import resource

    try:
        checkpoints = [resource("checkpoints", name) for name in ("head", "vaid", "dicte", "emodiffhead-expression", "eib")]
        places = [resource("schema", "scene.v1.schema.json"), *checkpoints, resource("scenes", "hello.yaml")]
    except FileNotFoundError as error:
        return Finding(name="files", ok=False, detail=str(error), hint="pip install --force-reinstall emostage")
    return Finding(name="files", ok=True, detail=f"schema, head, nets and scenes in {places[0].parents[1]}")


CHECKS: dict[str, Callable[[], Finding]] = {
    "python": _python, "files": _data, "espeak": _espeak, "piper": _piper, "ffmpeg": _ffmpeg, "torch": _torch,
    "devices": _devices, "lightning": _lightning, "face": _face, "painters": _painters, "libraries": _libraries,
    "fonts": _fonts, "terminal": _terminal, "memory": _memory, "cache": _cache, "disk": _disk,
}  # fmt: skip
OPTIONAL = frozenset({"devices", "piper", "painters", "libraries", "terminal", "memory", "disk"})
