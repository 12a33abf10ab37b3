"""A film made from nothing, with a clock at every stage; and its drawing alone, stage by stage."""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

from emostage.core.emotion import mix
from emostage.core.memory import peak_mb
from emostage.scene.model import CastMember, EmotionKey, Film, Line, Script, Shot, TimeRef
from emostage.studio.plan import Plan
from emostage.studio.stages import Stages

TEXTS = (
    "The quick brown fox jumps over the lazy dog, and nobody believes a word of it.",
    "Please bring more big blue maps before we move the pumps.",
    "I never thought that I would see you here again, after all these years.",
)
FEELINGS = ("happy", "sad", "angry", "afraid", "disgusted", "surprised", "contempt")
ONCE = ("portrait", "renderer")
LINE_S = 5.0
"""About what a line of `TEXTS` lasts."""


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What to measure."""

    seconds: float = 10.0
    size_px: tuple[int, int] = (512, 512)
    quality: str = "draft"
    device: str = "auto"
    portrait: str = "sample/astronaut"
    framing: str = "close"


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Seconds of work. `stages` and `work_s` grow with the film; `once_s` is a first short line with all
    that is paid once: imports, portrait, renderer."""

    film_s: float
    fps: float
    size_px: tuple[int, int]
    stages: dict[str, float]
    work_s: float
    once_s: float
    peak_mb: float

    def as_dict(self) -> dict[str, Any]:
        """As JSON data, with the seconds of work per second of film."""
        return {**asdict(self), "work_per_film_s": self.work_s / self.film_s, "picture_per_film_s": self.picture_per_film_s}

    @property
    def picture_per_film_s(self) -> float:
        """Seconds of drawing and encoding per second of film, without speech and motion."""
        return self.stages.get("picture", 0.0) / self.film_s


def measure(bench: Bench) -> Measured:
    """Make the film of a bench from nothing and measure it, after a first short line that pays for imports and warm disks."""
    begun_s = time.perf_counter()
    _make(bench, lines=1, spent={})
    once_s = time.perf_counter() - begun_s
    gc.collect()
    spent: dict[str, float] = {}
    begun_s = time.perf_counter()
    film = _make(bench, lines=max(1, round(bench.seconds / LINE_S)), spent=spent)
    whole_s = time.perf_counter() - begun_s - sum(spent.pop(stage, 0.0) for stage in ONCE)
    spent["rest"] = max(0.0, whole_s - sum(spent.values()))
    return Measured(
        film_s=film.duration_s,
        fps=float(film.film.fps),
        size_px=bench.size_px,
        stages=spent,
        work_s=whole_s,
        once_s=once_s,
        peak_mb=peak_mb(),
    )


def measure_drawing(bench: Bench) -> dict[str, float]:
    """Milliseconds a frame of each drawing stage, as `portrait.bench` tells them, and `film_per_s`: the seconds in which a second
    of film is drawn and encoded, from a motion in which everything moves."""
    from emostage.face.head import load_head
    from emostage.face.portrait import read_portrait
    from emostage.film.encode import encode
    from emostage.portrait.bench import bench as stages
    from emostage.portrait.bench import talking
    from emostage.portrait.photo import PhotoRenderer
    from emostage.studio.devices import choose

    portrait, _ = read_portrait(_source(bench))
    head = load_head()
    look: dict[str, Any] = {"size_px": bench.size_px, "shot": bench.framing, "quality": bench.quality}
    look["device"] = choose(bench.device)
    figures = stages(portrait, head, **look)
    frames = PhotoRenderer(portrait, head, **look).render(talking(max(1, round(bench.seconds * 25))))
    begun_s = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="emostage-bench-") as name:
        encode(frames, Path(name) / "film.mp4", quality=bench.quality)
    return figures | {"film_per_s": (time.perf_counter() - begun_s) * float(frames.fps) / frames.count}


def _make(bench: Bench, lines: int, spent: dict[str, float]) -> Plan:
    from emostage.studio.cache import Cache
    from emostage.studio.compile import compile_script
    from emostage.studio.run import Studio, render
    from emostage.studio.stages import real_stages

    with tempfile.TemporaryDirectory(prefix="emostage-bench-") as name:
        cache, stages = Cache(Path(name) / "cache"), clocked(real_stages(), spent)
        plan = compile_script(_script(bench, Path(name), lines), cache=cache, stages=stages)
        render(plan, Path(name) / "film.mp4", Studio(cache=cache, stages=stages, device=bench.device))
    return plan


def clocked(stages: Stages, spent: dict[str, float]) -> Stages:
    """The same stages, adding the seconds in which they are at work to `spent`. Calls that overlap in several threads count once.
    Frames are drawn while they are encoded: `picture` is both."""

    def performer(*asked: Any) -> Any:
        return _Clocked(_clock(stages.performer(*asked).perform, "motion", spent))

    names = {"speak": "speech", "features": "features", "feel": "emotion", "portrait": "portrait", "renderer": "renderer"}
    names |= {"encode": "picture", "mix": "sound", "assemble": "join"}
    return replace(
        stages, performer=performer, **{call: _clock(getattr(stages, call), name, spent) for call, name in names.items()}
    )


def _clock(call: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    lock, running, since_s = Lock(), 0, 0.0

    def timed(*args: Any, **more: Any) -> Any:
        nonlocal running, since_s
        with lock:
            since_s = since_s if running else time.perf_counter()
            running += 1
        try:
            return call(*args, **more)
        finally:
            with lock:
                running -= 1
                spent[name] = spent.get(name, 0.0) + (0.0 if running else time.perf_counter() - since_s)

    return timed


@dataclass(frozen=True)
class _Clocked:
    """A performer whose work is measured."""

    perform: Callable[..., Any]


def _source(bench: Bench) -> str | Path:
    return bench.portrait if bench.portrait.startswith("sample/") else Path(bench.portrait)


def _script(bench: Bench, folder: Path, count: int) -> Script:
    source = _source(bench)
    lines = tuple(_line(index) for index in range(count))
    film = Film(size_px=bench.size_px, quality=bench.quality, seed=1)  # type: ignore[arg-type]
    shots = (Shot(index=0, name="bench", lines=lines),)
    person = CastMember(name="ada", portrait=source, framing=bench.framing)  # type: ignore[arg-type]
    return Script(path=folder / "bench.yaml", title="Bench", film=film, cast={"ada": person}, shots=shots)


def _line(index: int) -> Line:
    from emostage.scene.words import tokens

    text = f"{index + 1}. {TEXTS[index % len(TEXTS)]}"
    felt = mix({FEELINGS[index % len(FEELINGS)]: 0.8})
    key = EmotionKey(at=TimeRef(kind="start"), weights_8=tuple(float(w) for w in felt))
    words = tuple(token.text for token in tokens(text))
    return Line(index=index, speaker="ada", on_screen="ada", text=text, words=words, engine="reference", emotion=(key,))
