"""What is done with a piece of film: it is looked at, and one person is followed through it. Each leaves a file when it is done."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from emostage.face.track import FaceMeshTracker
from emostage.training.sharding import write_json
from emostage.training.tracked import films
from emostage.training.tracked.films import Film
from emostage.training.tracked.following import follow_track, ranges
from emostage.training.tracked.likeness import Knower
from emostage.training.tracked.measure import Seen, on_the_whole
from emostage.training.tracked.people import Track
from emostage.training.tracked.pieces import Piece
from emostage.training.tracked.store import FPS, SUFFIX, Take, write_take
from emostage.training.tracked.survey import SURVEY_PX, surveyed, to_json

_MOST_FACES = 4


def _quietly() -> None:
    """Tell nobody."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """What became of a piece or photo: the files of its takes beside it, how they show the face, and in how many frames a face was
    to be seen."""

    files: tuple[str, ...]
    measures: tuple[Seen, ...]
    looked: int


@dataclass(frozen=True, kw_only=True)
class Job:
    """A piece of the film called `name`, the tracks of the person that reach into it, the `cuts` in it, where the sound of
    the whole film is, and the file that tells what became of it."""

    film: Film
    name: str
    piece: Piece
    tracks: tuple[Track, ...]
    cuts: tuple[int, ...]
    sound: Path
    out: Path


def survey_piece(film: Film, piece: Piece, out: Path, on_look: Callable[[], None] = _quietly) -> None:
    """Look at a piece and write what is seen; `on_look` hears of every frame looked at."""
    window = films.whole(film, SURVEY_PX)
    with FaceMeshTracker(max_faces=_MOST_FACES) as tracker:
        frames = films.pictures(film, piece.first, piece.count, window)
        write_json(out, to_json(surveyed(frames, piece.first, window.scale, tracker, Knower(), on_look=on_look)))


def follow_piece(job: Job, on_frame: Callable[[], None] = _quietly) -> None:
    """Follow the person through a piece; write the takes, and then what became of it. `on_frame` hears of every frame."""
    files: list[str] = []
    measures: list[Seen] = []
    looked, piece = 0, job.piece
    with FaceMeshTracker(max_faces=_MOST_FACES) as tracker:
        for track in job.tracks:
            first, end = ranges(track, piece.first, piece.end, job.cuts)
            if first >= end:
                continue
            looked += end - first
            for run in follow_track(job.film, track, first, end, tracker=tracker, on_frame=on_frame):
                files.append(f"{piece.name}-{len(files):02d}{SUFFIX}")
                take = Take(
                    name=f"{job.name}#{run.first:06d}",
                    source=job.name,
                    first_s=run.first / FPS,
                    pictures=run.pictures,
                    size_px=run.window.size_px,
                    landmarks_TL2=run.landmarks_TL2,
                    seen_T=run.seen_T,
                    samples_S=films.sound(job.sound, run.first, len(run)) if job.film.has_sound else None,
                )
                write_take(take, job.out.parent / files[-1])
                measures.append(on_the_whole(run.measures))
    write_json(job.out, asdict(Done(files=tuple(files), measures=tuple(measures), looked=looked)))


def read_done(path: Path) -> Done | None:
    """What became of a piece; None when that, or a take of it, is not there."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        found = Done(
            files=tuple(Path(name).name for name in told["files"]),
            measures=tuple(Seen(**{key: float(value) for key, value in one.items()}) for one in told["measures"]),
            looked=int(told["looked"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return found if all((path.parent / name).is_file() for name in found.files) else None
