"""The part "face": what the photo renderer is to know of a person beside the portrait."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from emostage.core.errors import AssetError
from emostage.face.track import FaceMeshTracker
from emostage.portrait.personal import Person, read_person, to_arrays
from emostage.training.person.face import fit_actions
from emostage.training.person.mouth import fit_mouth
from emostage.training.person.skin import fit_skin
from emostage.tuning.bench import Bench
from emostage.tuning.exam import STAGE, Gain
from emostage.tuning.parts import Learnt, Left, Outcome, forget_part, part_file, write_arrays
from emostage.tuning.studied import Studied

NAME = "face"
SKIN = "skin"
"""What a card calls the figures without and with the folds of the skin; they are there even where the folds are not kept."""
VERSION = 5
"""Raised when the same footage would give another face."""


def tune_face(bench: Bench) -> tuple[Person | None, Outcome]:
    """Learn the face, and what is kept of it: nothing of photos, nor where it does not help on held-out footage."""
    studied, folder, exam = bench.studied, bench.folder, bench.exam
    if studied.face is None:
        forget_part(folder, NAME)
        return None, Left(name=NAME, why="there is no film: what a face does is not seen in photos")
    person = _learnt(bench)
    figures: dict[str, object] = {}
    if exam is not None:
        plain = replace(person, skin=None)
        gain = exam.gain(STAGE, plain)
        if not gain.helps:
            forget_part(folder, NAME)
            return None, Left(name=NAME, why="it does not help on the held-out footage", figures={STAGE: gain.as_dict()})
        if person.skin is not None:
            folded = exam.gain(STAGE, person)
            figures[SKIN] = {"without": gain.after.as_dict(), "with": folded.after.as_dict()}
            person, gain = (person, folded) if skin_helps(gain, folded) else (plain, gain)
        figures[STAGE] = gain.as_dict()
    path = part_file(folder, NAME)
    write_arrays(path, to_arrays(person))
    frames = sum(len(reading.take) for reading in studied.train)
    config = {"frames": frames, "mouth": person.mouth is not None, "skin": person.skin is not None}
    return person, Learnt(name=NAME, file=path, config=config, figures=figures)


def skin_helps(plain: Gain, folded: Gain) -> bool:
    """Whether the folds of the skin make the whole face more like itself, and the mouth no less."""
    before, after = plain.after, folded.after
    more = after.ssim > before.ssim and after.psnr_db > before.psnr_db
    return folded.helps and more and after.mouth_ssim >= before.mouth_ssim


def _learnt(bench: Bench) -> Person:
    """The face as an earlier call left it, or learnt anew: as files have it, so that what is examined is what is written."""
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
    listen.begins("learning the skin")
    person = replace(person, skin=fit_skin(person, studied.train, listen.goes_on))
    write_arrays(kept, to_arrays(person))
    return read_person(kept, studied.head)


def _digest(studied: Studied) -> str:
    takes = [(take.name, len(take)) for take in studied.takes.train]
    told = json.dumps([VERSION, studied.about.get("sources"), takes], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:12]
