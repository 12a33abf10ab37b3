"""Comments that an edit would lose: they are kept above the line that it is about."""

from __future__ import annotations

from collections import Counter

from emostage.editing.document import Document, Span
from emostage.editing.edit import EditError
from emostage.editing.saying import comments_in
from emostage.editing.surgery import block, line_end, line_start
from emostage.scene.nodes import Source


def rescued(before: Document, after: Document, line: int) -> tuple[Span, ...]:
    """The comments that an earlier document has and this one lacks, put above a line of this one."""
    lost = lost_comments(before, after)
    if not lost:
        return ()
    at = after.outline.lines[line]
    text = after.text
    try:
        start = block(at.among, at.item)[0]
        while text[start : line_end(text, start)].lstrip().startswith("#"):
            start = line_end(text, start) + 1
    except EditError:
        start = line_start(text, at.node.start)
    indent = text[start:][: len(text[start:]) - len(text[start:].lstrip(" "))]
    return (Span(start, start, "".join(f"{indent}{comment}\n" for comment in lost)),)


def lost_comments(before: Document, after: Document) -> list[str]:
    """The comments of a document that another one lacks, in order."""
    left = Counter(comments(after))
    lost: list[str] = []
    for comment in comments(before):
        if left[comment]:
            left[comment] -= 1
        else:
            lost.append(comment)
    return lost


def comments(document: Document) -> list[str]:
    """All comments of a document."""
    source = document.root.source if document.root is not None else Source.of(document.text)
    return comments_in(source, document.root, 0, len(document.text))
