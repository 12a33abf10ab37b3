"""`doctor`: whether everything is here that films need."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from emostage.apps.streams import data_json, page
from emostage.core.errors import ExitCode


def doctor(*, json: Annotated[bool, typer.Option("--json", help="As JSON: [{name, ok, required, detail, hint}].")] = False) -> None:
    """Examine this installation. Exit code 1 when something required is missing."""
    from emostage.apps.checkup import examine

    findings = examine()
    if json:
        data_json([asdict(finding) for finding in findings])
    else:
        from rich.text import Text

        for finding in findings:
            mark = Text("✓ ", "green") if finding.ok else Text("✗ ", "red" if finding.required else "yellow")
            page().print(mark + Text(f"{finding.name:<14}", "bold") + Text(finding.detail))
            if not finding.ok and finding.hint:
                page().print(Text(" " * 16 + finding.hint, "dim"))
    if any(finding.required and not finding.ok for finding in findings):
        raise typer.Exit(int(ExitCode.FAILED))
