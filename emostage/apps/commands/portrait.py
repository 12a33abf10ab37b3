"""`portrait`: what is found in a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from emostage.apps.streams import data, data_json, say
from emostage.core.errors import UsageError

if TYPE_CHECKING:
    from emostage.core.tracks import U8, Portrait
    from emostage.studio.verdict import Verdict


def portrait(
    picture: Annotated[str, typer.Argument(help="The picture, or sample/NAME.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The overlay; default: NAME.portrait.png here.")] = None,
    face: Annotated[
        str | None, typer.Option("--face", help="Which face: 1 is the largest, or the point nearest to it: x,y.")
    ] = None,
    *,
    sheet: Annotated[bool, typer.Option("--sheet", help="Draw a screen test: every emotion, sound and turn on a page.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print what is found as JSON.")] = False,
) -> None:
    """Find the face in a picture, fit the head to it, draw both, and say how well the picture will play."""
    from PIL import Image

    from emostage.apps.guard import show
    from emostage.core.whole import whole_file, writing
    from emostage.face.overlay import describe, draw_overlay
    from emostage.face.portrait import read_portrait
    from emostage.studio.preflight import check_output, make_folder
    from emostage.studio.quality import measure
    from emostage.studio.verdict import judge

    source = picture if picture.startswith("sample/") and not Path(picture).exists() else Path(picture)
    chosen = read_face(face)
    path = out or Path(f"{Path(picture).stem}.portrait.png")
    check_output(path, [Path(picture)], suffixes=[".png"], what="a picture of what is found")
    found, findings = read_portrait(source, face=chosen)
    facts, verdict = describe(found, findings), judge(measure(found), findings)
    drawn = draw_test(found, verdict, picture, facts) if sheet else draw_overlay(found, findings)
    make_folder(path)
    with whole_file(path) as part, writing(path):
        Image.fromarray(drawn).save(part, format="PNG")
    if json:
        data_json({**facts, "verdict": verdict.facts(), "sheet" if sheet else "overlay": path})
    else:
        for line in (*sentences(facts), *verdict_lines(verdict)):
            data(line)
        show(findings)
    say(f"{path} is written")


def draw_test(found: Portrait, verdict: Verdict, picture: str, facts: dict[str, Any]) -> U8:
    """The screen test of a portrait as a page."""
    from emostage.studio.screentest import shoot
    from emostage.studio.testsheet import draw_sheet

    return draw_sheet(found, shoot(found), verdict, Path(picture).name, [" ".join(line.split()) for line in sentences(facts)[:-1]])


def verdict_lines(verdict: Verdict) -> list[str]:
    """The verdict in words: a grade, and a line for each remark."""
    remarks = [f"  {remark.word:<10}{remark.text}; {remark.advice}" for remark in verdict.remarks]
    return [f"verdict     {verdict.grade.word}", *remarks]


def read_face(text: str | None) -> int | tuple[float, float] | None:
    """A face choice: a number, or a point. Raises UsageError E014."""
    if text is None:
        return None
    try:
        parts = [float(part) for part in text.split(",")]
        if len(parts) == 2:
            return (parts[0], parts[1])
        if len(parts) == 1 and parts[0] == int(parts[0]):
            return int(parts[0])
    except (ValueError, OverflowError):
        pass
    raise UsageError.of("E014", f"'{text}' is no face", "write --face 2, or a point such as --face 320,180")


def sentences(facts: dict[str, Any]) -> list[str]:
    """What was found, in words."""
    (width, height), (left, top, wide, high), pose = facts["picture_px"], facts["face_px"], facts["pose_deg"]
    strongest = sorted(facts["expression"].items(), key=lambda pair: -pair[1])[:6]
    return [
        f"picture     {width} x {height} pixels",
        f"face        {wide:.0f} x {high:.0f} pixels at ({left:.0f}, {top:.0f})",
        f"pose        pitch {pose['pitch']:+.1f}°, yaw {pose['yaw']:+.1f}°, roll {pose['roll']:+.1f}°",
        f"fit         {facts['fit_error_px']:.2f} px",
        f"expression  {', '.join(f'{name} {weight:g}' for name, weight in strongest) or 'neutral'}",
    ]
