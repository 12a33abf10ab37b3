"""What part of a film a timeline shows: zoom and scrolling, and which moment each column is."""

from __future__ import annotations

from dataclasses import dataclass, replace

CLOSEST_S = 1 / 120
"""Fewest seconds a column."""
_MARGIN = 0.12
"""The playhead stays this share of the width away from the sides."""


@dataclass(frozen=True, kw_only=True)
class Lens:
    """Columns `0` to `width` show the film from `start_s` on, `step_s` seconds each."""

    width: int
    step_s: float
    start_s: float = 0.0

    @classmethod
    def whole(cls, duration_s: float, width: int) -> Lens:
        """The whole film."""
        return cls(width=max(width, 1), step_s=max(duration_s / max(width, 1), CLOSEST_S))

    @property
    def end_s(self) -> float:
        """The first moment that is not seen."""
        return self.start_s + self.width * self.step_s

    def column(self, at_s: float) -> int:
        """The column of a moment; outside of `0` to `width` when it is not seen."""
        return int((at_s - self.start_s) / self.step_s + 1e-6)

    def at(self, column: int) -> float:
        """The moment at which a column begins."""
        return self.start_s + column * self.step_s

    def zoomed(self, factor: float, about_s: float, duration_s: float) -> Lens:
        """Closer by a factor; a moment stays in its column. Never farther than the whole film."""
        widest_s = max(duration_s / self.width, CLOSEST_S)
        step_s = min(max(self.step_s / factor, CLOSEST_S), widest_s)
        start_s = about_s - (about_s - self.start_s) * step_s / self.step_s
        return replace(self, step_s=step_s, start_s=start_s).within(duration_s)

    def within(self, duration_s: float) -> Lens:
        """Not beyond the ends of the film."""
        latest_s = max(duration_s - self.width * self.step_s, 0.0)
        return replace(self, start_s=min(max(self.start_s, 0.0), latest_s))

    def following(self, at_s: float, duration_s: float) -> Lens:
        """Scrolled so that a moment is well inside; the same where it is."""
        margin_s = _MARGIN * self.width * self.step_s
        if at_s < self.start_s + margin_s:
            return replace(self, start_s=at_s - margin_s).within(duration_s)
        if at_s > self.end_s - margin_s:
            return replace(self, start_s=at_s + margin_s - self.width * self.step_s).within(duration_s)
        return self

    def scrolled(self, columns: float, duration_s: float) -> Lens:
        """Scrolled by columns."""
        return replace(self, start_s=self.start_s + columns * self.step_s).within(duration_s)

    def resized(self, width: int, duration_s: float) -> Lens:
        """As wide as there is room; the whole film stays the whole film."""
        width = max(width, 1)
        if self.start_s <= 1e-9 and self.width * self.step_s >= duration_s - 1e-6:
            return Lens.whole(duration_s, width)
        return replace(self, width=width).within(duration_s)

    def showing(self, start_s: float, end_s: float, duration_s: float) -> Lens:
        """Just a stretch of the film, with a little beside it."""
        step_s = min(max((end_s - start_s) * 1.08 / self.width, CLOSEST_S), max(duration_s / self.width, CLOSEST_S))
        middle_s = (start_s + end_s) / 2
        return replace(self, step_s=step_s, start_s=middle_s - self.width * step_s / 2).within(duration_s)
