"""The plan as data: JSON `emostage.plan.v1`, and the same with per-frame arrays as `.npz`.

    {"schema": "emostage.plan.v1", "title", "fps": "25/1", "size_px": [w, h], "seed", "engine", "quality", "background", "loudness",
     "frames", "duration_s", "fingerprint",
     "cast": {NAME: {"portrait", "voice", "liveliness",
                     "identity": {"name", "folder", "strength", "parts": {PART: SHA-256}} (only of people who play one)}},
     "lines": [{"number", "shot", "speaker", "on_screen", "text", "start_frame", "frames", "start_s", "speech_at_s", "speech_s",
                "transition": {"kind", "frames"}, "words": [{"text", "start_s", "end_s"}], "mood": {EMOTION: weight},
                "emotion": [{"at_s", "weights": {EMOTION: weight}, "ease"}],
                "described": [{"at_s", "like", "strength", "weights": {EMOTION: weight}}],
                "felt": {"at_s", "seconds", "strength"} or null,
                "acting": {"at_s", "seconds", "pace", "gain", "lips"} or null, "gaze": [{"at_s", "yaw_deg", "pitch_deg"}],
                "head": [{"at_s", "pitch_deg", "yaw_deg", "roll_deg"}], "gestures": [{"at_s", "do"}],
                "liveliness", "engine", "painter": NAME or null, "finisher": NAME (only where there is one), "seed",
                "fingerprint"}],
     "failed": [{"number", "messages": [...]}]}

Words are in film time, keys in clip time, angles as in the scene (yaw to the viewer's right, pitch up, roll clockwise). Keys are
only ever added to this form; a change of meaning makes it v2. The arrays are `NUMBER/emotion_T8`, `NUMBER/gaze_T2` and
`NUMBER/head_T3` (as in `core.tracks.Directions`: rad, pitch down, NaN where the script asks nothing), beside `plan`, the JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO
from math import degrees
from pathlib import Path
from typing import Any

import numpy as np

from emostage.core.emotion import EMOTIONS
from emostage.core.keyframes import Keyframe
from emostage.core.whole import whole_file, writing
from emostage.studio.engines import Finish, finish_of
from emostage.studio.identities import Adapted
from emostage.studio.perform import directions, feelings
from emostage.studio.plan import LineJob, Plan
from emostage.studio.stages import Stages

SCHEMA = "emostage.plan.v1"


def document(plan: Plan) -> dict[str, Any]:
    """The plan as JSON data."""
    film = plan.film
    return {
        "schema": SCHEMA,
        "title": plan.title,
        "fps": f"{film.fps.numerator}/{film.fps.denominator}",
        "size_px": list(film.size_px),
        "seed": film.seed,
        "engine": film.engine,
        "quality": film.quality,
        "background": str(film.background),
        "loudness": film.loudness,
        "frames": plan.frames,
        "duration_s": _s(plan.duration_s),
        "fingerprint": plan.fingerprint,
        "cast": {
            name: {"portrait": str(member.portrait), "voice": member.voice, "liveliness": member.liveliness}
            | _identity(plan.identities.get(name))
            for name, member in plan.cast.items()
        },
        "lines": [_line(job, finish_of(job.engine, film.quality)) for job in plan.jobs],
        "failed": [{"number": f.number, "messages": [f"{d.code} {d.message}" for d in f.diagnostics]} for f in plan.failures],
    }


def write_json(plan: Plan, path: Path) -> None:
    """Write the plan as JSON. Raises EmostageError E10x."""
    with whole_file(path) as part, writing(path):
        part.write_text(as_text(plan) + "\n", encoding="utf-8")


def as_text(plan: Plan) -> str:
    """The plan as JSON text."""
    return json.dumps(document(plan), indent=2, ensure_ascii=False)


def write_arrays(plan: Plan, path: Path, stages: Stages) -> None:
    """Write the plan with the per-frame conditioning of every line as `.npz`. Raises EmostageError E10x."""
    arrays: dict[str, Any] = {"plan": np.array(as_text(plan))}
    for job in plan.jobs:
        asked = directions(job)
        arrays[f"{job.number}/emotion_T8"] = feelings(job, stages).weights_T8
        arrays[f"{job.number}/gaze_T2"] = asked.gaze_T2
        arrays[f"{job.number}/head_T3"] = asked.head_T3
    buffer = BytesIO()
    np.savez_compressed(buffer, **arrays)
    with whole_file(path) as part, writing(path):
        part.write_bytes(buffer.getbuffer())


def _identity(played: Adapted | None) -> dict[str, Any]:
    if played is None:
        return {}
    facts = {"name": played.name, "folder": str(played.folder), "strength": played.strength, "parts": dict(played.digests)}
    return {"identity": facts}


def _line(job: LineJob, finish: Finish | None) -> dict[str, Any]:
    return {
        "number": job.number,
        "shot": job.shot,
        "speaker": job.speaker,
        "on_screen": job.on_screen,
        "text": job.text,
        "start_frame": job.start_frame,
        "frames": job.frames,
        "start_s": _s(job.start_s),
        "speech_at_s": _s(job.speech_at_s),
        "speech_s": _s(job.take.audio.duration_s) if job.take else None,
        "transition": {"kind": job.transition.kind, "frames": job.transition.frames},
        "words": [{"text": w.text, "start_s": _s(w.start_s), "end_s": _s(w.end_s)} for w in job.words],
        "mood": weights(job.mood_8),
        "emotion": [{"at_s": _s(k.at_s), "weights": weights(k.value), "ease": k.ease.name} for k in job.emotion],
        "described": [
            {"at_s": _s(d.at_s), "like": d.prompt, "strength": d.strength, "weights": weights(d.weights_8)} for d in job.described
        ],
        "felt": _felt(job),
        "acting": _acting(job),
        "gaze": _angles(job.gaze, yaw_deg=1, pitch_deg=-1),
        "head": _angles(job.head, pitch_deg=-1, yaw_deg=1, roll_deg=1),
        "gestures": [{"at_s": _s(g.at_s), "do": g.kind} for g in job.gestures],
        "liveliness": job.liveliness,
        "engine": job.engine.name,
        "painter": job.engine.painter,
        **({} if finish is None else {"finisher": finish.finisher}),
        "seed": job.seed,
        "fingerprint": job.fingerprint,
    }


def _felt(job: LineJob) -> dict[str, Any] | None:
    """When the feeling of somebody else's performance is felt, and how strongly."""
    if job.felt is None:
        return None
    return {"at_s": _s(job.speech_at_s), "seconds": _s(job.felt.duration_s), "strength": job.felt_strength}


def _acting(job: LineJob) -> dict[str, Any] | None:
    """When a performance is seen, and how."""
    seen = job.acting
    if seen is None:
        return None
    return {"at_s": _s(seen.at_s), "seconds": _s(seen.length_s), "pace": _s(seen.pace), "gain": seen.gain, "lips": seen.lips}


def weights(weights_8: Sequence[float]) -> dict[str, float]:
    """The emotions that are felt, by name; neutral is the rest and stays unsaid."""
    return {name: round(float(w), 4) for name, w in zip(EMOTIONS[1:], weights_8[1:], strict=True) if w > 5e-5}


def _angles(keys: Sequence[Keyframe], **signs: int) -> list[dict[str, float]]:
    """Angles in degrees by name; `signs` has the names in the order of the values, and -1 where the scene counts the other way."""

    def named(value: tuple[float, ...]) -> dict[str, float]:
        return {name: round(sign * degrees(v), 3) + 0.0 for (name, sign), v in zip(signs.items(), value, strict=True)}

    return [{"at_s": _s(key.at_s), **named(key.value)} for key in keys]


def _s(seconds: float) -> float:
    return round(float(seconds), 6)
