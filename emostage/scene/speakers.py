"""Who speaks a line: `ada: text`, `ada:` with keys below it, `speaker: ada`, or nobody in a plain pause."""

from __future__ import annotations

from dataclasses import dataclass, replace

from emostage.scene.context import Context
from emostage.scene.grammar.script import BODY, LINE
from emostage.scene.nodes import ListNode, MapNode, Node, ScalarNode
from emostage.scene.records import Fields, unknown_key
from emostage.scene.shapes import kind_of
from emostage.scene.suggest import closest


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A line with its speaker found and everything under the speaker's name merged in. `speaker` is None for a plain pause
    and for a speaker that is not in the cast."""

    speaker: str | None
    fields: Fields

    @property
    def silent(self) -> bool:
        """Whether it is a beat without words."""
        return "pause" in self.fields and "text" not in self.fields and "audio" not in self.fields


def draft_of(fields: Fields, context: Context) -> Draft:
    """The draft of a line as read."""
    named = [(key, value) for key, value in fields.free if key.text in context.names]
    others = [key for key, _ in fields.free if key.text not in context.names]
    body = replace(fields, values=dict(fields.values), keys=dict(fields.keys), nodes=dict(fields.nodes))
    speakers = [key for key, _ in named] + ([fields.keys["speaker"]] if "speaker" in fields else [])
    if len(speakers) > 1:
        message = f"'{speakers[0].text}' and '{speakers[1].text}' in one line"
        context.issues.add("E018", message, "one person speaks a line: begin the other with '- '", at=speakers[1])
    if not speakers:
        others = _guess(others, fields, body, context)
    for key in others:
        context.misread(unknown_key(LINE, key), key)
    speaker = None
    for key, value in named[:1]:
        speaker = key.text
        context.seen.add(speaker)
        _merge(key, value, body, context)
    if speaker is None and fields.get("speaker") is not None:
        speaker = context.person(fields.get("speaker"), fields.nodes["speaker"])
    return Draft(speaker=speaker, fields=body)


def _guess(others: list[ScalarNode], fields: Fields, body: Fields, context: Context) -> list[ScalarNode]:
    """Nobody known speaks: note who was meant, or that someone is missing. Gives the keys that are plainly unknown."""
    meant = [key for key in others if closest(key.text, context.names, 0.6)]
    strange = [key for key in others if not closest(key.text, LINE.fields)]
    pairs = {key.text: (key, value) for key, value in fields.free}
    for key in (meant or strange)[:1]:
        context.person(key.text, key)
        _merge(*pairs[key.text], body, context)
        return [other for other in others if other is not key]
    if not others and any(name in fields for name in ("text", "audio", "motion")):
        context.issues.add("E012", "'speaker' is missing in this line", "write 'NAME: text' or 'speaker: NAME'", at=fields.node)
    return others


def _merge(key: ScalarNode, value: Node, body: Fields, context: Context) -> None:
    """Put what stands under the speaker's name into the line."""
    if isinstance(value, ScalarNode) and value.value is None and not value.style:
        return
    if isinstance(value, MapNode):
        inner = BODY.read(value, context.issues, key.text)
        for name in inner.keys:
            _take(inner.keys[name], inner.nodes[name], inner.values.get(name), body, context, name=name)
    elif isinstance(value, ListNode) or not isinstance(value.value, str):
        hint = "a text that begins with '[' needs quotes" if isinstance(value, ListNode) else "put quotes around it"
        context.issues.add("E010", f"'{key.text}' needs a text, but {kind_of(value)}", hint, at=value)
        _take(key, value, None, body, context)
    else:
        _take(key, value, value.text, body, context)


def _take(key: ScalarNode, node: Node, value: object, body: Fields, context: Context, *, name: str = "text") -> None:
    if name in body:
        place = body.keys[name].place
        message = f"'{name}' is given twice in this line; the other is at {place.line}:{place.column}"
        context.issues.add("E018", message, "keep one of the two", at=node)
        return
    body.keys[name], body.nodes[name] = key, node
    if value is not None:
        body.values[name] = value
