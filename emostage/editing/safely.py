"""The last look at an edit before it is handed out: the text must still be YAML, and say what was meant."""

from __future__ import annotations

import re
from collections.abc import Callable

from emostage.core.errors import Place
from emostage.editing.document import Document
from emostage.editing.edit import Edit
from emostage.editing.surgery import refuse

_ALIAS = re.compile(r"(?<=[\s\[,{])\*[\w-]+")


def safely(document: Document, edit: Edit, holds: Callable[[Document], bool], at: Place | None = None) -> Edit:
    """The edit, if the scene after it can be read and `holds` is true of it. Raises EditError E144 at a place otherwise."""
    try:
        after = document.replaced(edit.spans)
    except ValueError:
        raise refuse(at) from None
    if after.root is None or not holds(after):
        repeats = _ALIAS.search(document.text)
        raise refuse(at, "this edit would change or break what '*' repeats elsewhere") if repeats else refuse(at)
    return edit
