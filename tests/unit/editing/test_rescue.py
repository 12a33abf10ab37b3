from __future__ import annotations

from pathlib import Path

from emostage.editing.document import Document
from emostage.editing.rescue import comments, lost_comments


def film(text):
    return Document(path=Path("x.yaml"), raw=text)


def test_comments_are_told_from_texts():
    text = "#a\nx: 'a # b'  # c\ny: a#b # d\nz: >- # header is of the text\n  # e\n  f\n# g\nw: [1, # h\n  2]\nv: \"# # i\" #j\n"
    assert comments(film(text)) == ["#a", "# c", "# d", "# g", "# h", "#j"]
    assert comments(film("# only")) == ["# only"]


def test_lost_ones_are_counted():
    assert lost_comments(film("a: 1 # x\nb: 2 # x\n# y\n"), film("b: 2 # x\n")) == ["# x", "# y"]
