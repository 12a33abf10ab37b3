"""The part "face": what the photo renderer is to know of a person beside the portrait."""

from __future__ import annotations

import hashlib
import json

from emostage.core.errors import AssetError
from emostage.face.track import FaceMeshTracker
from emostage.portrait.personal import Person, read_person, to_arrays
from emostage.training.person.face import fit_actions
from emostage.training.person.mouth import fit_mouth
from emostage.tuning.bench import Bench
from emostage.tuning.exam import STAGE
from emostage.tuning.parts import Learnt, Left, Outcome, forget_part, part_file, write_arrays
from emostage.tuning.studied import Studied

NAME = "face"
VERSION = 2
"""Raised when the same footage would give another face."""


def tune_face(bench: Bench) -> tuple[Person | None, Outcome]:
    """Learn the face, and what is kept of it: nothing of photos, nor where it does not help on held-out footage."""
    studied, folder, exam = bench.studied, bench.folder, bench.exam
    if studied.face is None:
        forget_part(folder, NAME)
        return None, Left(name=NAME, why="there is no film: what a face does is not seen in photos")
    person = _learnt(bench)
    gain = exam.gain(STAGE, person) if exam is not None else None
    figures = {} if gain is None else {STAGE: gain.as_dict()}
    if gain is not None and not gain.helps:
        forget_part(folder, NAME)
        return None, Left(name=NAME, why="it does not help on the held-out footage", figures=figures)
    path = part_file(folder, NAME)
    write_arrays(path, to_arrays(person))
    config = {"frames": sum(len(reading.take) for reading in studied.train), "mouth": person.mouth is not None}
    return person, Learnt(name=NAME, file=path, config=config, figures=figures)


def _learnt(bench: Bench) -> Person:
    """The face as an earlier call left it, or learnt anew."""
    studied, listen = bench.studied, bench.listen
    assert studied.face is not None
    kept = bench.work / f"face-{_digest(studied)}.safetensors"
    if kept.is_file():
        try:
            return read_person(kept, studied.head)
        except AssetError:
            kept.unlink()
    listen.begins("learning the face")
    person = Person(face=studied.face)
    with FaceMeshTracker(max_faces=2) as tracker:
        person = Person(face=fit_actions(person, studied.train, tracker, listen.goes_on))
        listen.begins("learning the mouth")
        mouth = fit_mouth(person.face, studied.train)
        if mouth is not None:
            listen.begins("learning the face with its mouth")
            known = Person(face=person.face, mouth=mouth)
            person = Person(face=fit_actions(known, studied.train, tracker, listen.goes_on), mouth=mouth)
    write_arrays(kept, to_arrays(person))
    return person


def _digest(studied: Studied) -> str:
    takes = [(take.name, len(take)) for take in studied.takes.train]
    told = json.dumps([VERSION, studied.about.get("sources"), takes], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:12]
