"""`train corpus`: what models are trained on, speech with its motion, people with their pictures, or pictures in pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from emostage.apps.commands import filming
from emostage.apps.streams import data_json, say
from emostage.core.errors import UsageError

_HOURS, _PEOPLE, _SIZE_PX = 3.0, 1000, 128


def corpus(
    out: Annotated[Path, typer.Argument(help="The folder to make it in.")],
    *,
    hours: Annotated[float | None, typer.Option("--hours", min=0.001, max=1000.0, help="Hours in all; 3 unless said.")] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed, other lines and takes.")] = 0,
    workers: Annotated[int, typer.Option("--workers", min=1, max=256, help="Processes.")] = 2,
    sound: Annotated[bool, typer.Option("--sound", help="Keep the plain sound, for encoders from the hub.")] = False,
    frames: Annotated[bool, typer.Option("--frames", help="Make pictures of people who act a motion corpus.")] = False,
    finish: Annotated[
        bool, typer.Option("--finish", help="Make pairs of footage and what the photo renderer makes of it, for 'train finish'.")
    ] = False,
    source: Annotated[
        Path | None,
        typer.Option("--from", help="With --frames: the motion corpus that is acted; with --finish: the footage."),
    ] = None,
    people: Annotated[
        int | None,
        typer.Option(
            "--people", min=1, max=100_000, help="With --frames: people to draw, 1000 unless said; with --finish: at most so many."
        ),
    ] = None,
    size: Annotated[
        int | None, typer.Option("--size", min=64, max=512, help="With --frames: side of the pictures; 128 unless said.")
    ] = None,
    portraits: Annotated[
        Path | None, typer.Option("--portraits", help="With --frames: a folder of portraits, performed by the photo renderer.")
    ] = None,
    films: Annotated[
        list[str] | None,
        typer.Option(
            "--data",
            metavar="KIND:DIR",
            help="With --frames: real films, mead:DIR, crema-d:DIR, hdtf:DIR or videos:DIR. May be repeated.",
        ),
    ] = None,
) -> None:
    """Make a synthetic corpus: speech in many voices, and what the reference performer does with it; or with --frames pictures of
    people who do it; or with --finish what the photo renderer makes of such pictures, beside them.

    Synthesisers that are installed (flite) speak beside the built-in voice. A corpus that was stopped goes on where it was.
    """
    own = {"hours": hours, "sound": sound or None}
    drawn = {"size": size, "portraits": portraits, "data": films or None}
    if frames and finish:
        raise UsageError.of("E018", "'--finish' does not go with '--frames'", "make the footage first, then the pairs from it")
    if finish:
        _refused({**own, **drawn}, "does not go with '--finish'")
        _pairs(out, source, people, seed=seed, workers=workers)
    elif frames:
        _refused(own, "does not go with '--frames'")
        asked = _Asked(
            acting=source, people=people or _PEOPLE, size_px=size or _SIZE_PX, portraits=portraits, films=tuple(films or ())
        )
        _footage(out, asked, seed=seed, workers=workers)
    else:
        _refused(drawn, "goes with '--frames' only")
        _refused({"from": source, "people": people}, "goes with '--frames' or '--finish' only")
        _speech(out, hours=hours or _HOURS, seed=seed, workers=workers, sound=sound)


def _refused(given: Mapping[str, object], why: str) -> None:
    """Raise UsageError E018 when one of some options is given."""
    for name, value in given.items():
        if value is not None:
            raise UsageError.of("E018", f"'--{name}' {why}", "leave it out, or see 'emostage train corpus --help'")


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What is asked of pictures of people."""

    acting: Path | None
    people: int
    size_px: int
    portraits: Path | None
    films: tuple[str, ...]


def _speech(out: Path, *, hours: float, seed: int, workers: int, sound: bool) -> None:
    from emostage.training.corpus import make_corpus, plan_of

    plan = plan_of(hours=hours, seed=seed, sound=sound)
    command = f"emostage train corpus {out.name} --hours {hours:g} --seed {seed}" + " --sound" * sound
    with filming.bar("corpus") as told:
        card = make_corpus(out, plan, workers=workers, command=command, on_shard=told)
    data_json({"parts": card["parts"], "voices": len(card["voices"]), "teacher": card["teacher"]})


def _footage(out: Path, asked: _Asked, *, seed: int, workers: int) -> None:
    from emostage.training.footage.make import make_footage
    from emostage.training.footage.plan import material_of, plan_of

    if asked.acting is None:
        hint = "make one with 'emostage train corpus CORPUS', and add --from CORPUS"
        raise UsageError.of("E012", "'--frames' needs a motion corpus that people act", hint)
    material = material_of(asked.acting, asked.portraits, asked.films)
    plan = plan_of(material, people=asked.people, size_px=asked.size_px, seed=seed)
    command = f"emostage train corpus {out.name} --frames --from {asked.acting.name} --people {asked.people}"
    command += f" --size {asked.size_px} --seed {seed}" + (f" --portraits {asked.portraits.name}" if asked.portraits else "")
    command += filming.told(asked.films)
    with filming.bar("corpus") as told:
        card = make_footage(out, plan, material, workers=workers, command=command, on_shard=told)
    if skipped := card["skipped"]["files"]:
        say(f"{skipped} files were passed over; {out / 'card.json'} tells which and why")
    data_json({"parts": card["parts"], "shards": card["shards"], "skipped": skipped})


def _pairs(out: Path, footage: Path | None, people: int | None, *, seed: int, workers: int) -> None:
    from emostage.training.finish.make import make_pairs
    from emostage.training.finish.plan import plan_of

    if footage is None:
        hint = "make some with 'emostage train corpus FOOTAGE --frames', and add --from FOOTAGE"
        raise UsageError.of("E012", "'--finish' needs footage", hint)
    plan = plan_of(footage, people=people, seed=seed)
    command = f"emostage train corpus {out.name} --finish --from {footage.name}" + (f" --people {people}" if people else "")
    with filming.bar("corpus") as told:
        card = make_pairs(out, plan, footage, workers=workers, command=f"{command} --seed {seed}", on_shard=told)
    if skipped := card["skipped"]["shots"]:
        say(f"{skipped} people were passed over; {out / 'card.json'} tells which and why")
    data_json({"parts": card["parts"], "shards": card["shards"], "skipped": skipped})
