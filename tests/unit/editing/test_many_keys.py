"""Many keys at once: put in and moved as one edit, and found again by their numbers."""

from __future__ import annotations

import pytest

from emostage.editing.contents import Feeling, Look
from emostage.editing.edit import EditError
from emostage.editing.feelings import strengthen
from emostage.editing.history import History
from emostage.editing.keys import NewKey, add_keys, move_keys
from emostage.editing.moments import Moment
from emostage.editing.refs import Focus, KeyRef
from emostage.editing.renumbering import renumbered
from emostage.editing.unbroken import unbroken

TEXT = """shots:
  - lines:
      - ada: "One [happy 0.5] two [sad 0.3] three four"
        emotion: [{at: start, angry: 0.2}]
      - bob: Five six
"""
HAPPY = Feeling(weights_8=(0.5, 0.5, 0, 0, 0, 0, 0, 0))


def emotion(number: int, line: int = 0) -> KeyRef:
    return KeyRef(line=line, track="emotion", number=number)


def test_several_keys_are_put_in_with_one_edit_and_are_all_looked_at(scene, done):
    document = scene(TEXT)
    new = [
        NewKey(1, Moment(word=0), HAPPY, "emotion"),
        NewKey(1, Moment(word=1), Look(target="ada"), "gaze"),
        NewKey(0, Moment(word=2, offset_s=0.1), HAPPY, "emotion"),
    ]
    edit = add_keys(document, new)
    assert '"[happy 0.5] Five [look ada] six"' in done(document, edit)
    assert "{at: word:three + 100ms, happy: 0.5}]" in done(document, edit)
    assert edit.focus.keys == (emotion(1), emotion(0, 1), KeyRef(line=1, track="gaze", number=0))
    history = History(document)
    history.do(edit)
    history.undo()
    assert history.document.raw == document.raw


def test_keys_that_were_put_in_before_an_item_are_counted_behind_it(scene, done):
    document = scene(TEXT.replace("        emotion: [{at: start, angry: 0.2}]\n", ""))
    new = [NewKey(0, Moment(word=0), HAPPY, "emotion"), NewKey(0, Moment(word=3, offset_s=0.2), HAPPY, "emotion")]
    edit = add_keys(document, new)
    after = document.replaced(edit.spans)
    assert [after.outline.key(ref).cue is None for ref in edit.focus.keys] == [True, False]
    assert after.outline.key(edit.focus.keys[1]).cue.word == 0


def test_a_key_that_cannot_be_put_in_leaves_all_of_them_out(scene):
    with pytest.raises(EditError) as refused:
        add_keys(scene(TEXT), [NewKey(1, Moment(word=0), HAPPY, "emotion"), NewKey(9, Moment(word=0), HAPPY, "emotion")])
    assert refused.value.diagnostics[0].code == "E145"


@pytest.mark.parametrize(
    ("moves", "found"),
    [
        ({1: Moment(word=3)}, {0: 0, 1: 2, 2: 1}),  # a cue that passes another one
        ({1: Moment(word=1, offset_s=0.1)}, {0: 0, 1: 1, 2: 2}),  # a cue that becomes an item behind the others
        ({2: Moment(word=1, offset_s=0.1)}, {0: 0, 1: 2, 2: 1}),
        ({1: Moment(word=1, offset_s=0.1), 2: Moment(word=2, offset_s=0.1)}, {0: 0, 1: 1, 2: 2}),
        ({0: Moment(seconds=0.2), 2: Moment(word=0)}, {0: 0, 1: 2, 2: 1}),
    ],
)
def test_moved_keys_are_found_by_their_new_numbers(scene, moves, found):
    document = scene(TEXT)
    moves = [(emotion(number), moment) for number, moment in moves.items()]
    edit = move_keys(document, moves)
    after = document.replaced(edit.spans)
    names = renumbered(document, after, moves)
    assert {old.number: new.number for old, new in names.items() if old.line == 0} == found
    assert edit.focus.picked == {names[ref] for ref, _ in moves}
    for old, new in names.items():
        weights = [doc.checked.script.lines[0].emotion[ref.number].weights_8 for doc, ref in ((document, old), (after, new))]
        assert weights[0] == weights[1]


def test_what_goes_on_with_the_same_keys_is_one_step_also_when_their_numbers_change(scene):
    document = scene(TEXT)
    history, ref = History(document), emotion(1)
    for moment in (Moment(word=2), Moment(word=3), Moment(word=3, offset_s=0.1)):
        edit = move_keys(history.document, [(ref, moment)])
        history.do(edit, Focus.on([ref]))
        (ref,) = edit.focus.picked
    other = emotion(0)
    history.do(move_keys(history.document, [(other, Moment(seconds=0.3))]), Focus.on([other]))
    history.undo()
    assert "angry: 0.2" in history.document.text and "happy: 0.5" in history.document.text
    history.undo()
    assert history.document.raw == document.raw and not history.can_undo


def test_other_keys_made_stronger_are_another_step(scene):
    history = History(scene(TEXT))
    for refs in ([emotion(0)], [emotion(0)], [emotion(0), emotion(1)]):
        history.do(strengthen(history.document, refs, 0.1), Focus.on(refs))
    history.undo()
    assert "angry: 0.4" in history.document.text and "happy 0.5" in history.document.text
    history.undo()
    assert not history.can_undo


def test_an_edit_that_would_make_an_error_is_refused_with_what_would_be_said(scene):
    document = scene(TEXT)
    good = add_keys(document, [NewKey(0, Moment(word=0), Look(target=(20.0, 5.0)), "gaze")])
    assert unbroken(document, good) is good
    with pytest.raises(EditError) as refused:
        unbroken(document, add_keys(document, [NewKey(0, Moment(word=0), Look(target=(200.0, 5.0)), "gaze")]))
    assert "200" in refused.value.diagnostics[0].message
