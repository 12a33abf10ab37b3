"""Clips and takes to a film: the timeline, the sound, the joined file, what is written in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from emostage import __version__
from emostage.core.time import sample_at
from emostage.core.timeline import Clip, Sound, Timeline
from emostage.film.provenance import identity_tags
from emostage.studio.identities import Adapted
from emostage.studio.plan import Plan
from emostage.studio.stages import Stages


def timeline(plan: Plan, clips: Mapping[int, Path]) -> Timeline:
    """The edit of a plan whose clips are made; `clips` by line number."""
    return Timeline(
        fps=plan.film.fps,
        size_px=plan.film.size_px,
        clips=tuple(Clip(path=clips[job.number], frames=job.frames, transition=job.transition) for job in plan.jobs),
        sounds=tuple(Sound(audio=job.take.audio, start_s=job.speech_start_s) for job in plan.jobs if job.take),
        subtitles=plan.subtitles() if plan.film.subtitles else (),
    )


def tags(plan: Plan) -> dict[str, str]:
    """What the film says of how it was made, and who agreed to be played; that it was made by a machine the film stage adds by
    itself."""
    own = {"software": f"emostage {__version__}", "seed": str(plan.film.seed), "plan": plan.fingerprint[:32]}
    agreed = [_agreed(person, played) for person, played in plan.played.items()]
    return own | identity_tags(agreed)


def _agreed(person: str, played: Adapted) -> str:
    told = f"{person} plays the tuned identity '{played.name}' at strength {played.strength:g}"
    return f"{told}; consent of {played.consent.given}: {' '.join(played.consent.text.split())}"


def assemble(plan: Plan, clips: Mapping[int, Path], path: Path, stages: Stages) -> None:
    """Mix the sound, join the clips and write the film to `path`."""
    edit = timeline(plan, clips)
    sound = stages.mix(edit.sounds, sample_at(plan.frames, plan.film.fps), plan.film.loudness)
    stages.assemble(edit, sound, path, plan.title, tags(plan))
