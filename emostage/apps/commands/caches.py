"""`cache`: what is kept to be used again."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Annotated

import typer

from emostage.apps.streams import data, data_json, page, say

app = typer.Typer(help="What is kept to be used again.", no_args_is_help=True)


class Kind(StrEnum):
    """Kinds of entries."""

    takes = "takes"
    portraits = "portraits"
    clips = "clips"
    films = "films"
    sheets = "sheets"


@app.command("ls")
def ls(*, json: Annotated[bool, typer.Option("--json", help="Every entry, as JSON.")] = False) -> None:
    """Show what the cache holds."""
    from rich.table import Table

    from emostage.studio.cache import Cache

    cache = Cache()
    entries = sorted(cache.entries(), key=lambda entry: (entry.kind, -entry.used_s))
    if json:
        rows = [{"kind": e.kind, "key": e.key, "path": e.path, "bytes": e.size, "used": round(e.used_s, 3)} for e in entries]
        data_json({"folder": cache.folder, "limit_bytes": cache.limit_bytes, "entries": rows})
        return
    count, size = Counter(e.kind for e in entries), Counter[str]()
    for entry in entries:
        size[entry.kind] += entry.size
    table = Table("kind", "entries", "size", box=None, pad_edge=False, header_style="bold")
    for kind in sorted(count):
        table.add_row(kind, str(count[kind]), f"{size[kind] / 1e6:.1f} MB")
    if entries:
        page().print(table)
    data(f"{cache.folder}  {sum(size.values()) / 1e6:.1f} of {cache.limit_bytes / 1e6:.0f} MB")


@app.command("clear")
def clear(kind: Annotated[Kind | None, typer.Argument(help="Only entries of this kind.")] = None) -> None:
    """Empty the cache. Films that stand elsewhere are not touched."""
    from emostage.studio.cache import Cache

    entries, size = Cache().clear(kind and kind.value)
    say(f"{entries} entries removed, {size / 1e6:.1f} MB")
