"""Refusing an edit that would give the scene an error it has not: with what would then be said of it."""

from __future__ import annotations

from collections import Counter

from emostage.editing.document import Document
from emostage.editing.edit import Edit, EditError


def unbroken(document: Document, edit: Edit) -> Edit:
    """The edit, if the scene has no error after it that it had not before. Raises EditError with those that are new."""
    before = Counter((found.code, found.message) for found in document.checked.diagnostics)
    after = document.replaced(edit.spans).checked.diagnostics
    new = [found for found in after if found.severity == "error" and not before[found.code, found.message]]
    if new:
        raise EditError(*new)
    return edit
