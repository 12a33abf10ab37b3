"""A folder of shards that is made piece by piece: whose plan it follows, and the processes that make what is missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from emostage.core.errors import DeviceError, UsageError
from emostage.core.whole import whole_file, writing

PLAN = "plan.json"


def claim(out: Path, wanted: Mapping[str, Any], another: str) -> None:
    """Make the folder and leave the plan in it. Raises UsageError E018 when it follows another plan, which `another` describes, and
    EmostageError E100 to E102 for the disk."""
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
    path = out / PLAN
    if path.is_file() and _read(path) != wanted:
        raise UsageError.of("E018", f"'{out}' holds {another}", "choose another folder, or empty this one")
    write_json(path, wanted)


def _read(path: Path) -> Any:
    with writing(path):
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, RecursionError):
            return None


def write_json(path: Path, value: Any) -> None:
    """Write a value as a JSON file. Raises EmostageError E100 to E102."""
    with whole_file(path) as part, writing(path):
        part.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def make_missing(
    task: Callable[..., None], jobs: Mapping[Path, tuple[Any, ...]], *, workers: int, on_shard: Callable[[int, int], None]
) -> None:
    """Call `task` as `each` does with the jobs whose files are missing. `on_shard` hears (done, total), at once and after each."""
    missing = [job for path, job in jobs.items() if not path.is_file()]
    done = len(jobs) - len(missing)
    on_shard(done, len(jobs))
    for _ in each(task, missing, workers):
        done += 1
        on_shard(done, len(jobs))


def each(task: Callable[..., None], jobs: Sequence[tuple[Any, ...]], workers: int) -> Iterator[None]:
    """Call `task` with every job, in so many processes or, for one, in this one; yields after each. Raises DeviceError E111 when a
    process is killed."""
    if workers == 1:
        for job in jobs:
            task(*job)
            yield
        return
    with ProcessPoolExecutor(max_workers=workers, mp_context=get_context("spawn")) as pool:
        try:
            for future in as_completed([pool.submit(task, *job) for job in jobs]):
                future.result()
                yield
        except BrokenProcessPool as error:
            hint = "ask for fewer --workers; what is made is kept"
            raise DeviceError.of("E111", "a process ended at once, perhaps for want of memory", hint) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
