"""What the editor can do, by id: the one table that bindings, help, palette, settings and README are made from.

An id is `GROUP.NAME` and stays; keys may be given anew in the settings. The name of the Textual action of `key.add` is `key_add`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from textual.binding import Binding
from textual.keys import KEY_NAME_REPLACEMENTS, Keys, format_key

FOOTER_LIMIT = 8
"""A footer shows at most this many keys."""
GROUPS: Mapping[str, str] = {
    "file": "File",
    "play": "Playing",
    "key": "Keys of feeling, gaze and head",
    "line": "Lines",
    "shot": "Shots",
    "person": "People",
    "film": "The film",
    "find": "Finding",
    "render": "Rendering",
    "view": "Looking",
    "timeline": "Moving along the film",
}
_MODIFIERS = frozenset({"ctrl", "shift", "alt", "super", "hyper", "meta"})
_NAMED = frozenset(key.value for key in Keys) | frozenset(KEY_NAME_REPLACEMENTS.values()) | {"space"}


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something the editor does. `keys` are those it has unless the settings say otherwise, `short` is for the footer (empty: not
    there); `letter` chooses it in the menu of its group."""

    id: str
    keys: tuple[str, ...]
    about: str
    short: str = ""
    letter: str = ""

    @property
    def group(self) -> str:
        """The part of the id before the point."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """The name of the Textual action."""
        return self.id.replace(".", "_")


def _action(id_: str, keys: str, about: str, short: str = "", letter: str = "") -> Action:
    return Action(id=id_, keys=tuple(keys.split()), about=about, short=short, letter=letter)


ACTIONS: tuple[Action, ...] = (
    _action("file.save", "ctrl+s", "Save the scene", "Save"),
    _action("file.undo", "u ctrl+z", "Undo", "Undo"),
    _action("file.redo", "U ctrl+y", "Redo"),
    _action("file.quit", "q ctrl+q", "Quit; asks when something is not saved"),
    _action("file.reload", "f5", "Read the file again"),
    _action("file.external", "E", "Open the line in $VISUAL or $EDITOR"),
    _action("play.toggle", "space", "Play or stop", "Play"),
    _action("play.line", "p", "Play this line"),
    _action("key.add", "i", "Put a key here", "Key"),
    _action("key.look", "e", "Where the eyes look from here on"),
    _action("key.head", "y", "What the head does: nod, shake, tilt, turn"),
    _action("key.all", "a ctrl+a", "Pick all keys of the line"),
    _action("key.none", "escape", "Let go of the keys"),
    _action("key.delete", "x delete", "Delete the keys"),
    _action("key.copy", "c", "Copy the keys"),
    _action("key.paste", "v", "Put the copied keys here"),
    _action("key.left", "shift+left H", "Move the key to the left"),
    _action("key.right", "shift+right L", "Move the key to the right"),
    _action("key.up", "plus equals_sign shift+up K", "Stronger"),
    _action("key.down", "minus shift+down J", "Weaker"),
    _action("key.ease", "b", "How the key is reached: its easing"),
    _action("key.emotion", "enter m", "What is felt at the key", "Feeling"),
    _action("key.stretch", "w", "Stretch or squeeze the keys of the line"),
    _action("line.text", "t", "Edit the text and its cues", "Text"),
    _action("line.split", "S", "Split the line at the word under the playhead"),
    _action("line.join", "M", "Join the line with the one after it"),
    _action("line.up", "alt+up", "Move the line up"),
    _action("line.down", "alt+down", "Move the line down"),
    _action("line.new", "n", "New line after this one"),
    _action("line.beat", "N", "New silent beat after this line"),
    _action("line.length", "d", "How long the beat lasts"),
    _action("line.copy", "Y", "The same line once more"),
    _action("line.delete", "D", "Delete the line"),
    _action("line.voice", "V", "Choose the voice"),
    _action("line.speaker", "W", "Choose who speaks"),
    _action("line.mood", "B", "The mood of the line, between its keys"),
    _action("shot.menu", "o", "Shot: a menu"),
    _action("shot.split", "vertical_line", "A cut before this line", letter="s"),
    _action("shot.join", "", "Join the shot with the next one", letter="j"),
    _action("shot.up", "", "The shot earlier", letter="e"),
    _action("shot.down", "", "The shot later", letter="l"),
    _action("shot.transition", "T", "How the shot begins: its transition", letter="t"),
    _action("shot.layout", "", "Who is on screen in the shot", letter="w"),
    _action("shot.name", "", "The name of the shot", letter="r"),
    _action("shot.new", "", "A new shot after this one", letter="n"),
    _action("shot.delete", "", "Delete the shot", letter="x"),
    _action("person.menu", "C", "People: a menu"),
    _action("person.new", "", "Somebody new", letter="n"),
    _action("person.name", "", "Another name", letter="r"),
    _action("person.portrait", "P", "Choose the portrait", letter="p"),
    _action("person.voice", "", "The voice of a person", letter="v"),
    _action("person.framing", "", "How near the camera is", letter="f"),
    _action("person.mood", "", "What a person feels at rest: the mood", letter="m"),
    _action("person.identity", "", "The tuned identity of a person", letter="i"),
    _action("film.settings", "O", "Title, size, frame rate and all settings of the film"),
    _action("find.word", "slash ctrl+f", "Find a word"),
    _action("find.next", "asterisk", "The next place that was found"),
    _action("find.previous", "number_sign", "The place before that was found"),
    _action("render.line", "r", "Render this line", "Render"),
    _action("render.film", "R", "Render the film"),
    _action("render.cancel", "ctrl+x", "Stop rendering"),
    _action("view.picture", "f2", "Show or hide the picture"),
    _action("view.filmstrip", "f3", "Show or hide the filmstrip"),
    _action("view.problems", "f4", "Go to the next problem"),
    _action("view.help", "f1 question_mark", "Keys of this part", "Help"),
    _action("view.jump", "ctrl+o", "Jump to a part by a letter"),
    _action("timeline.left", "left h", "One step to the left"),
    _action("timeline.right", "right l", "One step to the right"),
    _action("timeline.up", "up k", "The track above"),
    _action("timeline.down", "down j", "The track below"),
    _action("timeline.frame_left", "comma", "One frame to the left"),
    _action("timeline.frame_right", "full_stop", "One frame to the right"),
    _action("timeline.key_left", "left_square_bracket", "The key before"),
    _action("timeline.key_right", "right_square_bracket", "The next key"),
    _action("timeline.more_left", "left_curly_bracket", "Pick the key before as well"),
    _action("timeline.more_right", "right_curly_bracket", "Pick the next key as well"),
    _action("timeline.line_left", "pageup", "The line before"),
    _action("timeline.line_right", "pagedown", "The next line"),
    _action("timeline.start", "home g", "The beginning of the film"),
    _action("timeline.end", "end G", "The end of the film"),
    _action("timeline.zoom_in", "z", "Closer"),
    _action("timeline.zoom_out", "Z", "Farther"),
    _action("timeline.zoom_line", "f", "Just the line"),
    _action("timeline.zoom_shot", "F", "Just the shot"),
    _action("timeline.zoom_film", "0", "The whole film"),
    _action("timeline.snap", "s", "Snap to words, frames, keys, or nothing"),
)
BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}


def bindings(*groups: str, only: Iterable[str] | None = None) -> list[Binding]:
    """Bindings of the actions of groups, or of ids, in the order of the table; those with a short name are in the footer. Actions
    that have no keys of their own have none."""
    wanted = set(only) if only is not None else {action.id for action in ACTIONS if action.group in groups}
    return [binding(BY_ID[id_]) for id_ in BY_ID if id_ in wanted and BY_ID[id_].keys]


def given(keys: Mapping[str, tuple[str, ...]]) -> list[Binding]:
    """Bindings of the actions that have keys only because the settings give them some."""
    return [binding(BY_ID[id_], chosen) for id_, chosen in keys.items() if id_ in BY_ID and chosen and not BY_ID[id_].keys]


def menu(group: str) -> tuple[Action, ...]:
    """The actions in the menu of a group."""
    return tuple(action for action in ACTIONS if action.group == group and action.letter)


def binding(action: Action, keys: tuple[str, ...] = ()) -> Binding:
    """The binding of an action to its own keys, or to others."""
    return Binding(
        ",".join(keys or action.keys),
        action.name,
        action.short or action.about,
        show=bool(action.short),
        tooltip=action.about,
        id=action.id,
    )


def textual_keymap(keys: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """What `App.set_keymap` wants of keys by id."""
    return {id_: ",".join(chosen) for id_, chosen in keys.items()}


def keys_of(id_: str, keys: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The keys of an action under a keymap."""
    return keys.get(id_) or (BY_ID[id_].keys if id_ in BY_ID else ())


def ways(action: Action, keys: Mapping[str, tuple[str, ...]]) -> str:
    """How an action is asked for under a keymap: its keys, and that of the menu with its letter: `T, o t`."""
    opener = keys_of(f"{action.group}.menu", keys)[:1] if action.letter else ()
    by_menu = f"{shown(opener)} {action.letter}" if opener else ""
    return ", ".join(filter(None, (shown(keys_of(action.id, keys)), by_menu)))


def shown(keys: Iterable[str]) -> str:
    """Keys as people read them: `ctrl+s`, `+`, `shift+←`."""
    return " ".join(_shown(key) for key in keys)


def _shown(key: str) -> str:
    *modifiers, last = key.split("+")
    return "+".join([*modifiers, format_key(last) if len(last) > 1 else last])


def good_key(key: str) -> bool:
    """Whether a terminal could ever send a key: `a`, `A`, `f5`, `ctrl+s`, `shift+left`, `question_mark`, `+`."""
    if len(key) == 1:
        return key.isprintable() and not key.isspace()
    *modifiers, last = key.split("+")
    named = last in _NAMED or (len(last) == 1 and last.isprintable()) or _is_character(last)
    return key in _NAMED or (named and set(modifiers) <= _MODIFIERS and len(set(modifiers)) == len(modifiers))


def _is_character(name: str) -> bool:
    """Whether a name such as `full_stop` is that of a character."""
    try:
        return len(name) > 1 and unicodedata.lookup(name.replace("_", " ")).isprintable()
    except KeyError:
        return False


def _long(key: str) -> str:
    """A key by its long name: `question_mark` for `?`."""
    if len(key) != 1 or key.isalnum():
        return key
    name = unicodedata.name(key, key).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def clashes(keys: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Keys that more than one action would have under a keymap, with the ids of those."""
    used: dict[str, list[str]] = {}
    for action in ACTIONS:
        for key in keys_of(action.id, keys):
            used.setdefault(_long(key), []).append(action.id)
    return {key: tuple(ids) for key, ids in used.items() if len(ids) > 1}
