"""`voices`: what can speak."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from emostage.apps.streams import data_json, page, say, talk

app = typer.Typer(help="List, fetch and try voices.", no_args_is_help=True)


@app.command("list")
def list_(
    search: Annotated[str, typer.Argument(help="Only voices whose name, language or title has this in it.")] = "",
    *,
    every: Annotated[bool, typer.Option("--all", help="Also the variants of every built-in language.")] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the voices that can speak now, with their licences."""
    from rich.table import Table

    from emostage.speech.voices import list_voices, voices_folder

    def wanted(voice: object) -> bool:
        text = " ".join(str(getattr(voice, part)) for part in ("name", "language", "title")).casefold()
        return search.casefold() in text and (every or bool(search) or not getattr(voice, "variant", ""))

    found = [voice for voice in list_voices() if wanted(voice)]
    if json:
        data_json([asdict(voice) for voice in found])
        return
    table = Table("voice", "language", "what", "licence", box=None, pad_edge=False, header_style="bold")
    for voice in found:
        table.add_row(voice.name, voice.language, voice.title, voice.licence)
    page().print(table)
    say(f"{len(found)} voices; Piper voices lie in {voices_folder()}")


@app.command("get")
def get(
    name: Annotated[str, typer.Argument(help="A Piper voice such as en_US-ljspeech-high.")],
    *,
    accept_licence: Annotated[
        bool, typer.Option("--accept-licence", help="Also a voice whose licence forbids commercial use or is not known.")
    ] = False,
) -> None:
    """Fetch a Piper voice. The only command that uses the network."""
    from rich.progress import Progress

    from emostage.speech.fetch import get as fetch

    with Progress(console=talk(), transient=True, disable=not talk().is_terminal) as progress:
        task = progress.add_task(name, total=None)
        voice = fetch(
            name,
            accept_licence=accept_licence,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
    say(f"{voice.name} can speak now; licence: {voice.licence}")


@app.command("say")
def say_(
    text: Annotated[str, typer.Argument(help="What to say.")],
    voice: Annotated[str, typer.Option("--voice", "-v", help="The voice.")] = "espeak/en-us",
    emotion: Annotated[str, typer.Option("--emotion", "-e", help="Such as 'happy 0.6' or 'sad 0.3, afraid 0.4'.")] = "",
    out: Annotated[Path, typer.Option("-o", "--out", help="The sound file (.wav or .flac).")] = Path("say.wav"),
    *,
    json: Annotated[bool, typer.Option("--json", help="Print the words and phones with their times.")] = False,
) -> None:
    """Speak a text into a sound file."""
    from emostage.apps.saying import say_text, write_sound

    take = say_text(text, voice, emotion)
    write_sound(take.audio, out)
    if json:
        data_json({"words": [asdict(w) for w in take.words], "phones": [asdict(p) for p in take.phones]})
    say(f"{out}  {take.audio.duration_s:.2f} s")
