from __future__ import annotations

import pytest

from emostage.editing.document import Span
from emostage.editing.edit import Edit, EditError
from emostage.editing.safely import safely

TEXT = "shots: [lines: [ada: Hi]]\n"


def test_an_edit_that_holds_is_handed_on(scene):
    document, edit = scene(TEXT), Edit(label="x", spans=(Span(0, 0, "# note\n"),))
    assert safely(document, edit, lambda after: after.text.startswith("# note")) is edit


@pytest.mark.parametrize(
    "spans",
    [(Span(0, 0, "[: {"),), (Span(0, 5, "x"), Span(3, 8, "y")), (Span(0, 0, "#\n"),)],
    ids=["no YAML", "overlapping", "not what is meant"],
)
def test_others_are_refused(scene, spans):
    with pytest.raises(EditError) as caught:
        safely(scene(TEXT), Edit(label="x", spans=spans), lambda _: False)
    assert caught.value.diagnostics[0].code == "E144"


def test_where_something_is_repeated_the_reason_says_so(scene):
    with pytest.raises(EditError, match="repeats"):
        safely(scene("shots: [lines: [ada: &a Hi, bob: *a]]\n"), Edit(label="x", spans=()), lambda _: False)
