"""`sheet`: pictures of a finished film on one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def sheet(
    film: Annotated[Path, typer.Argument(help="The film.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The PNG; default: beside the film.")] = None,
    count: Annotated[int, typer.Option("--count", min=1, max=400, help="Number of pictures.")] = 24,
    columns: Annotated[int, typer.Option("--columns", min=1, max=40, help="Pictures in a row.")] = 6,
) -> None:
    """Write a contact sheet: pictures of a film over time."""
    from emostage.apps.streams import say
    from emostage.core.errors import AssetError
    from emostage.film.sheet import contact_sheet
    from emostage.studio.preflight import SHEET, check_output, make_folder

    if not film.is_file():
        raise AssetError.of("E106", f"there is no film '{film}'", "give the path of a film")
    picture = out or film.with_suffix(SHEET)
    check_output(picture, [film], suffixes=[SHEET], what="a contact sheet")
    make_folder(picture)
    contact_sheet(film, picture, count=count, columns=columns)
    say(f"{picture} is written")
