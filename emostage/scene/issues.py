"""Collecting everything that is wrong with a scene, so that all of it can be shown at once."""

from __future__ import annotations

from emostage.core.errors import Diagnostic, Place, in_file_order
from emostage.scene.nodes import Node, ScalarNode


class Misread(Exception):  # noqa: N818 - a reading that failed, not a failure of the program
    """A text could not be read. `start` and `end` are offsets into it (None: the whole text)."""

    def __init__(self, code: str, message: str, hint: str = "", *, start: int | None = None, end: int | None = None) -> None:
        super().__init__(f"{code} {message}")
        self.code, self.message, self.hint = code, message, hint
        self.start, self.end = start, end

    def shifted(self, by: int) -> Misread:
        """The same problem in a longer text that has `by` characters before this one."""
        start = by if self.start is None else self.start + by
        return Misread(self.code, self.message, self.hint, start=start, end=None if self.end is None else self.end + by)


class Issues:
    """The problems found so far."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []

    def add(self, code: str, message: str, hint: str = "", *, at: Node | Place | None) -> None:
        """Note one problem at a node or place."""
        place = at if isinstance(at, Place) or at is None else at.place
        self._found.append(Diagnostic(code=code, message=message, hint=hint, place=place))

    def misread(self, problem: Misread, node: Node) -> None:
        """Note what could not be read, at the part of the node that is to blame."""
        place = node.part(problem.start, problem.end) if isinstance(node, ScalarNode) else node.place
        self.add(problem.code, problem.message, problem.hint, at=place)

    @property
    def found(self) -> tuple[Diagnostic, ...]:
        """All problems in file order, each once."""
        return in_file_order(self._found)

    @property
    def errors(self) -> int:
        """How many of them are errors."""
        return sum(d.severity == "error" for d in self._found)
