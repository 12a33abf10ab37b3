"""What an edit function gives: the characters to replace, what to call it, and what to look at afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from emostage.core.errors import EmostageError
from emostage.editing.document import Span
from emostage.editing.refs import Focus


@dataclass(frozen=True, kw_only=True)
class Edit:
    """Spans of a document's text to be replaced. `label` says what is done ("stronger", "split the line"); `merges` that it goes
    on with an edit of the same label and focus just before it, as one step of undo."""

    label: str
    spans: tuple[Span, ...]
    focus: Focus | None = None
    merges: bool = False


class EditError(EmostageError):
    """What is asked for cannot be done to this scene; the scene is as it was."""
