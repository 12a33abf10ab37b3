"""What every part of a scene needs while it is checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from emostage.core.errors import Place
from emostage.scene.assets import Asset, Kind
from emostage.scene.files import Files
from emostage.scene.issues import Issues, Misread
from emostage.scene.nodes import Node
from emostage.scene.suggest import closest, listed
from emostage.scene.times import Amount
from emostage.scene.unfinished import Unfinished


@dataclass(frozen=True, kw_only=True)
class Context:
    """Where problems go, where files are, and who is in the cast. `seen` collects the people that the script uses,
    `assets` what lies outside of the scene."""

    issues: Issues
    files: Files
    unfinished: Unfinished
    names: tuple[str, ...]
    fps: Fraction
    seen: set[str] = field(default_factory=set)
    assets: list[Asset] = field(default_factory=list)

    def person(self, name: str, at: Node | Place, *, also: tuple[str, ...] = ()) -> str | None:
        """`name` when it is in the cast or in `also`; else None, and E020 is noted."""
        if name in also:
            return name
        if name in self.names:
            self.seen.add(name)
            return name
        options = (*self.names, *also)
        close = closest(name, options, 0.6)
        hint = f"did you mean '{close}'?" if close else f"the cast: {listed(self.names)}" if self.names else "nobody is in 'cast'"
        self.issues.add("E020", f"there is no '{name}' in the cast", hint, at=at)
        return None

    def seconds(self, amount: Amount, at: Node | Place, *, longest_s: float, what: str) -> float | None:
        """A length in seconds that is at least a frame and at most `longest_s`; else None, and E044 is noted."""
        seconds = amount.at(self.fps)
        if float(1 / self.fps) <= seconds <= longest_s:
            return seconds
        size = "shorter than a frame" if seconds < 1 else f"longer than {longest_s:g} s"
        self.issues.add("E044", f"{what} of {seconds:g} s is {size}", f"from 40ms to {longest_s:g}s", at=at)
        return None

    def uses(self, kind: Kind, source: Path | str, at: Node, text: str = "") -> None:
        """Note what lies outside of the scene."""
        self.assets.append(Asset(kind=kind, source=source, text=text, place=at.place))

    def misread(self, problem: Misread, node: Node) -> None:
        """Note what could not be read."""
        self.issues.misread(problem, node)
