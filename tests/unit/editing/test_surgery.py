"""Values are replaced, added and taken out of any tree, and all others say what they said."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.editing import surgery
from emostage.editing.document import Document
from emostage.editing.edit import EditError
from emostage.editing.rescue import lost_comments
from emostage.editing.saying import told
from emostage.scene.nodes import ListNode, MapNode


def walk(node, path=()):
    yield path, node
    if isinstance(node, ListNode):
        for i, item in enumerate(node.items):
            yield from walk(item, (*path, i))
    elif isinstance(node, MapNode):
        for key, value in node.pairs:
            yield from walk(value, (*path, key.text))


def at(tree, path):
    for step in path:
        tree = tree[step]
    return tree


def changes(node):
    """(name, spans, what it does to the tree) of every edit of a node."""
    if isinstance(node, MapNode):
        yield "put", lambda: surgery.put(node, "x-new", "7"), lambda tree: tree.__setitem__("x-new", ("7", "int"))
        for key, _ in node.pairs:
            yield "drop", lambda key=key: surgery.drop(node, key.text), lambda tree, key=key: tree.pop(key.text)
            change = lambda tree, key=key: tree.__setitem__(key.text, ("a b", "str"))  # noqa: E731
            yield "set", lambda key=key: surgery.put(node, key.text, '"a b"'), change
    elif isinstance(node, ListNode):
        for i in range(len(node.items) + 1):
            yield "insert", lambda i=i: surgery.insert(node, i, "zz"), lambda tree, i=i: tree.insert(i, ("zz", "str"))
        for i in range(len(node.items)):
            yield "remove", lambda i=i: surgery.remove(node, i), lambda tree, i=i: tree.pop(i)


@given(st.data())
def test_only_what_is_meant_changes(documents, data):
    plain = [d for d in documents if d.root is not None and "*" not in d.text]
    document = data.draw(st.sampled_from(plain))
    path, node = data.draw(st.sampled_from(list(walk(document.root))))
    for name, spans, change in changes(node):
        try:
            after = document.replaced(spans())
        except EditError as error:
            assert error.diagnostics[0].code in ("E141", "E142", "E143")
            continue
        wanted = copy.deepcopy(told(document.root))
        change(at(wanted, path))
        assert told(after.root) == wanted, (name, path)
        if name in ("put", "insert"):
            assert lost_comments(document, after) == []


def node_of(text):
    return Document(path=None, raw=text)


def edited(text, edit):
    document = node_of(text)
    return document.replaced(edit(document.root)).text


def test_a_value_in_the_place_of_one():
    assert edited("a: 1 # x\nb: 2\n", lambda root: surgery.put(root, "a", "5")) == "a: 5 # x\nb: 2\n"
    assert edited("a:\nb: 2\n", lambda root: surgery.put(root, "a", "5")) == "a: 5\nb: 2\n"
    assert edited("a:\n  - 1\n  - 2\nb: 2\n", lambda root: surgery.put(root, "a", "5")) == "a: 5\nb: 2\n"


def test_a_new_pair():
    assert edited("a: 1 # x\n\n# end\n", lambda root: surgery.put(root, "b", "5")) == "a: 1 # x\nb: 5\n\n# end\n"
    assert edited("{a: 1}", lambda root: surgery.put(root, "b", "5")) == "{a: 1, b: 5}"
    assert edited("{}", lambda root: surgery.put(root, "b", "5")) == "{b: 5}"
    assert edited("[a: 1, b: 2]", lambda root: surgery.put(root.items[0], "c", "5")) == "[{a: 1, c: 5}, b: 2]"
    assert edited("a: |+\n  x\n\n", lambda root: surgery.put(root, "b", "5")) == "a: |+\n  x\n\nb: 5\n"


def test_comments_above_an_item_go_with_it():
    text = "# list\n- a\n\n# of b\n# too\n- b # tail\n- c\n"
    assert edited(text, lambda root: surgery.remove(root, 1)) == "# list\n- a\n\n- c\n"
    assert edited("- a\n\n- b\n\n- c\n", lambda root: surgery.remove(root, 1)) == "- a\n\n- c\n"
    assert edited("- |+\n  a\n\n- b\n", lambda root: surgery.remove(root, 1)) == "- |+\n  a\n\n"
    assert edited("[a, b, c]", lambda root: surgery.remove(root, 1)) == "[a, c]"
    assert edited("[a, b, c]", lambda root: surgery.remove(root, 2)) == "[a, b]"


def test_what_cannot_be_done_says_why():
    for text, edit, code in (
        ("a: 1\n", lambda root: surgery.drop(root, "a"), "E142"),
        ("- 1\n", lambda root: surgery.remove(root, 0), "E142"),
        ("- - 1\n  - 2\n", lambda root: surgery.remove(root.items[0], 0), "E143"),
        ("a: &x 1\nc:\n  d: 1\n  b: *x\n", lambda root: surgery.drop(root.pairs[1][1], "b"), "E141"),
    ):
        with pytest.raises(EditError) as caught:
            edited(text, edit)
        assert caught.value.diagnostics[0].code == code
