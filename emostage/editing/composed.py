"""Several changes as one edit, each made to what those before it have left."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable

from emostage.editing.document import Document, Span
from emostage.editing.edit import Edit
from emostage.editing.refs import Focus
from emostage.editing.surgery import refuse

Step = Callable[[Document], tuple[Span, ...]]


def composed(document: Document, label: str, steps: Iterable[Step], focus: Focus | None = None, *, merges: bool = False) -> Edit:
    """The edit that is all the steps. Raises EditError E144 when the scene cannot be read after one of them."""
    after = document
    for step in steps:
        try:
            after = after.replaced(step(after))
        except ValueError:
            raise refuse(None) from None
        if after.root is None:
            raise refuse(None)
    return Edit(label=label, spans=difference(document.text, after.text), focus=focus, merges=merges)


def difference(old: str, new: str) -> tuple[Span, ...]:
    """The one span that makes one text of another."""
    if old == new:
        return ()
    limit = min(len(old), len(new))
    start = _most(limit, lambda count: old[:count] == new[:count])
    same = _most(limit - start, lambda count: old[len(old) - count :] == new[len(new) - count :])
    return (Span(start, len(old) - same, new[start : len(new) - same]),)


def _most(limit: int, holds: Callable[[int], bool]) -> int:
    """The largest number up to `limit` of which something holds that holds of all smaller ones too."""
    return bisect_left(range(1, limit + 1), True, key=lambda count: not holds(count))
