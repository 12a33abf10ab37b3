"""A film made from nothing, with a clock at every stage."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from emostage.core.emotion import mix
from emostage.scene.model import CastMember, EmotionKey, Film, Line, Script, Shot, TimeRef
from emostage.studio.stages import Stages

TEXTS = (
    "The quick brown fox jumps over the lazy dog, and nobody believes a word of it.",
    "Please bring more big blue maps before we move the pumps.",
    "I never thought that I would see you here again, after all these years.",
)
FEELINGS = ("happy", "sad", "angry", "afraid", "disgusted", "surprised", "contempt")
ONCE = ("portrait", "renderer")


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What to measure."""

    seconds: float = 10.0
    size_px: tuple[int, int] = (512, 512)
    quality: str = "draft"
    device: str = "auto"
    portrait: str = "sample/astronaut"


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Seconds of work. `stages` and `work_s` grow with the film; `once_s` is paid once a film."""

    film_s: float
    fps: float
    size_px: tuple[int, int]
    stages: dict[str, float]
    work_s: float
    once_s: float
    peak_mb: float

    def as_dict(self) -> dict[str, Any]:
        """As JSON data, with the seconds of work per second of film."""
        return {**asdict(self), "work_per_film_s": self.work_s / self.film_s}


def measure(bench: Bench) -> Measured:
    """Make the film of a bench with an empty cache and measure it."""
    from emostage.studio.cache import Cache
    from emostage.studio.compile import compile_script
    from emostage.studio.run import Studio, render
    from emostage.studio.stages import real_stages

    spent: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="emostage-bench-") as name:
        cache = Cache(Path(name) / "cache")
        stages = clocked(real_stages(), spent)
        begun_s = time.perf_counter()
        plan = compile_script(_script(bench, Path(name)), cache=cache, stages=stages)
        plan = plan.only({job.number for job in plan.jobs if job.start_s < bench.seconds})
        render(plan, Path(name) / "film.mp4", Studio(cache=cache, stages=stages, device=bench.device))
        whole_s = time.perf_counter() - begun_s
    once_s = sum(spent.pop(stage, 0.0) for stage in ONCE)
    spent["rest"] = max(0.0, whole_s - once_s - sum(spent.values()))
    return Measured(
        film_s=plan.duration_s,
        fps=float(plan.film.fps),
        size_px=plan.film.size_px,
        stages=spent,
        work_s=sum(spent.values()),
        once_s=once_s,
        peak_mb=peak_mb(),
    )


def clocked(stages: Stages, spent: dict[str, float]) -> Stages:
    """The same stages, adding the seconds they take to `spent`. Frames are drawn while they are encoded: `picture` is both."""

    def clock(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **more: Any) -> Any:
            begun_s = time.perf_counter()
            try:
                return call(*args, **more)
            finally:
                spent[name] = spent.get(name, 0.0) + time.perf_counter() - begun_s

        return timed

    def performer(engine: str) -> Any:
        real = stages.performer(engine)
        return _Clocked(clock("motion", real.perform))

    names = {"speak": "speech", "features": "features", "feel": "emotion", "portrait": "portrait", "renderer": "renderer"}
    names |= {"encode": "picture", "mix": "sound", "assemble": "join"}
    return replace(stages, performer=performer, **{call: clock(name, getattr(stages, call)) for call, name in names.items()})


@dataclass(frozen=True)
class _Clocked:
    """A performer whose work is measured."""

    perform: Callable[..., Any]


def _script(bench: Bench, folder: Path) -> Script:
    count = max(1, round(bench.seconds / 3.5) + 2)
    source = bench.portrait if bench.portrait.startswith("sample/") else Path(bench.portrait)
    lines = tuple(_line(index) for index in range(count))
    film = Film(size_px=bench.size_px, quality=bench.quality, engine="reference", seed=1)  # type: ignore[arg-type]
    shots = (Shot(index=0, name="bench", lines=lines),)
    return Script(
        path=folder / "bench.yaml", title="Bench", film=film, cast={"ada": CastMember(name="ada", portrait=source)}, shots=shots
    )


def _line(index: int) -> Line:
    from emostage.scene.words import tokens

    text = TEXTS[index % len(TEXTS)]
    felt = mix({FEELINGS[index % len(FEELINGS)]: 0.8})
    key = EmotionKey(at=TimeRef(kind="start"), weights_8=tuple(float(w) for w in felt))
    words = tuple(token.text for token in tokens(text))
    return Line(index=index, speaker="ada", on_screen="ada", text=text, words=words, emotion=(key,))


def peak_mb() -> float:
    """The most memory this process has held, in megabytes; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3
