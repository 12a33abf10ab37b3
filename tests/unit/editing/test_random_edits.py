"""Random edits, thousands of them: nothing raises, every state is a scene or says what is wrong with it, and undo gives the first
bytes back. `EMOSTAGE_EDITS` says how many (10000 for the long run)."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emostage.editing.contents import Content, Feeling, Look, Move
from emostage.editing.document import Document
from emostage.editing.edit import Edit, EditError
from emostage.editing.feelings import set_content, set_ease, strengthen
from emostage.editing.history import History
from emostage.editing.joining import join_with_next
from emostage.editing.keys import add_key, delete_keys, move_keys
from emostage.editing.lines import delete_line, duplicate_line, move_line, new_beat, new_line, set_pause, set_speaker
from emostage.editing.moments import Moment
from emostage.editing.outline import Outline
from emostage.editing.people import set_mood, set_voice
from emostage.editing.refs import KeyRef, TrackName
from emostage.editing.settings import set_film, set_title
from emostage.editing.shots import delete_shot, join_shots, move_shot, new_shot, rename_shot, set_transition, split_shot
from emostage.editing.splitting import split_line
from emostage.editing.texts import set_text

ROOT = Path(__file__).parents[3]
EDITS = int(os.environ.get("EMOSTAGE_EDITS", "1000"))
STARTS = (
    "emostage: 1\ncast: {ada: {portrait: sample/astronaut}, bob: {portrait: sample/hopper}}\n"
    "shots:\n  - lines:\n      - ada: Hello there.\n",
    "\ufeffemostage: 1\r\ncast:\r\n  ada: {portrait: sample/astronaut}  # she\r\nshots:\r\n- lines:\r\n  - ada: >-\r\n"
    "      [happy 0.3] One two\r\n      three [nod] four.\r\n    gaze: camera\r\n  # a rest\r\n  - pause: 1s\r\n"
    '  - ada: {text: "Fin\\u00e9.", emotion: {sad: .5}}\r\n',
    (ROOT / "scenes" / "dialogue.yaml").read_text(encoding="utf-8"),
    (ROOT / "scenes" / "moods.yaml").read_text(encoding="utf-8"),
)
TEXTS = (
    "Oh.", "[sad 0.4] I see, [pause 200ms] I think.", "# no: 'yes' \"maybe\" [nod]", "你好 [happy] 世界",
    "a \\[literal\\] 🙂 word", " ",
)  # fmt: skip
FEELINGS: tuple[Content, ...] = (
    Feeling(weights_8=(0.3, 0.7, 0, 0, 0, 0, 0, 0)),
    Feeling(weights_8=(0.0, 0.0, 0.5, 0.5, 0, 0, 0, 0), over_s=0.3, ease="out"),
    Feeling(weights_8=(1.0, 0, 0, 0, 0, 0, 0, 0), prompt='quietly "furious"', strength=0.4),
)
CONTENTS: dict[TrackName, tuple[Content, ...]] = {
    "emotion": FEELINGS,
    "gaze": (Look(target="camera"), Look(target=(3.0, -4.0))),
    "head": (Move(do="nod"), Move(do=(3.0, 2.0, 1.0))),
}


class Author:
    """Chooses edits as wildly as it can."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def edit(self, document: Document) -> Edit:
        outline, choose = document.outline, self.rng.choice
        if not outline.lines:
            return new_line(document, None, "ada", choose(TEXTS))
        made: list[Callable[[], Edit]] = [*self._lines(document, outline), *self._shots(document), *self._keys(document, outline)]
        return choose(made)()

    def _moment(self, outline: Outline, line: int) -> Moment:
        words, rng = outline.lines[line].words if line < len(outline.lines) else (), self.rng
        if words and rng.random() < 0.6:
            return Moment(word=rng.randrange(len(words)), offset_s=rng.choice([0.0, 0.0, 0.12, -0.05]))
        return rng.choice([Moment(seconds=rng.random()), Moment(), Moment(at_end=True), Moment(at_end=True, offset_s=-0.2)])

    def _keys(self, document: Document, outline: Outline) -> Iterator[Callable[[], Edit]]:
        rng, found = self.rng, [key.ref for key in outline.keys()]  # noqa: SIM118 - no mapping
        line, track = rng.randrange(len(outline.lines)), rng.choice(list(CONTENTS))
        moment, content = self._moment(outline, line), rng.choice(CONTENTS[track])
        yield lambda: add_key(document, line, moment, content, track)
        if not found:
            return
        one, some = rng.choice(found), rng.sample(found, min(len(found), rng.randint(1, 4)))
        moves = [(ref, self._moment(outline, ref.line)) for ref in some]
        by, ease = rng.choice([0.05, -0.05, 0.5, -1.0]), rng.choice(["linear", "in-out", "cubic-bezier(0.3, 0, 0.2, 1)"])
        yield lambda: delete_keys(document, some)
        yield lambda: move_keys(document, moves)
        yield lambda: strengthen(document, some, by)
        yield lambda: set_ease(document, some, ease)
        yield lambda: set_content(document, one, self._other(one))

    def _other(self, ref: KeyRef) -> Content:
        return self.rng.choice(CONTENTS[ref.track])

    def _lines(self, document: Document, outline: Outline) -> Iterator[Callable[[], Edit]]:
        rng, n = self.rng, self.rng.randrange(len(outline.lines))
        text, who = rng.choice(TEXTS), rng.choice(["ada", "bob", "eve"])
        yield lambda: set_text(document, n, text)
        yield lambda: new_line(document, n, who, text)
        yield lambda: new_beat(document, n, who, 0.7)
        yield lambda: delete_line(document, n)
        yield lambda: duplicate_line(document, n)
        yield lambda: move_line(document, n, rng.choice([-2, -1, 1, 2]))
        yield lambda: split_line(document, n, rng.randint(0, 4))
        yield lambda: join_with_next(document, n)
        yield lambda: set_pause(document, n, rng.random() * 3)
        yield lambda: set_speaker(document, n, who)
        yield lambda: set_voice(document, rng.choice([n, who]), "espeak/de")
        yield lambda: set_mood(document, rng.choice([n, who]), "happy 0.2")

    def _shots(self, document: Document) -> Iterator[Callable[[], Edit]]:
        rng, n = self.rng, self.rng.randrange(max(len(document.outline.shots), 1))
        line = rng.randrange(max(len(document.outline.lines), 1))
        yield lambda: new_shot(document, n, "ada", rng.choice(TEXTS))
        yield lambda: split_shot(document, line)
        yield lambda: join_shots(document, n)
        yield lambda: delete_shot(document, n)
        yield lambda: move_shot(document, n, rng.choice([-1, 1]))
        yield lambda: rename_shot(document, n, rng.choice(["pad", "a: b", ""]))
        yield lambda: set_transition(document, n, rng.choice(["cut", "fade", "crossfade"]), rng.choice([None, 0.4]))
        yield lambda: set_film(document, "seed", rng.randrange(9))
        yield lambda: set_title(document, rng.choice(["Moods", "yes", "# 1"]))


@pytest.mark.parametrize("start", range(len(STARTS)))
def test_nothing_raises_every_state_is_understood_and_undo_gives_the_first_bytes(start: int) -> None:
    author, raw = Author(start), STARTS[start]
    history, done = History(Document(path=Path("scene.yaml"), raw=raw)), 0
    for _ in range(EDITS // len(STARTS)):
        if author.rng.random() < 0.2:
            author.rng.choice([history.undo, history.undo, history.redo])()
        try:
            edit = author.edit(history.document)
        except EditError as error:
            assert error.diagnostics[0].code.startswith("E") and error.diagnostics[0].message
            continue
        history.do(edit)
        done += 1
        checked = history.document.checked
        assert checked.script is not None or any(d.severity == "error" for d in checked.diagnostics)
        assert history.document.root is not None, f"{edit.label} broke the file"
        if len(history.document.raw) > 6 * len(raw) + 4000:  # back to a size that is quick
            while len(history.document.raw) > 2 * len(raw) + 1000 and history.undo():
                pass
    assert done > EDITS // len(STARTS) // 4
    while history.undo():
        pass
    assert history.document.encoded() == raw.encode()
