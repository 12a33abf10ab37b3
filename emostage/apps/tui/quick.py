"""What a process that edits does so that a key that is pressed is shown at once. It holds for the whole process."""

from __future__ import annotations

import gc
import os
import sys

_SWITCH_S = 0.001
"""What goes on behind gives way this soon."""
_YOUNG = 20_000
"""Objects between two looks for what is no longer used: an edit makes some thousands that go by themselves."""
_PAINTINGS_A_SECOND = "120"
"""At most; a painting takes a few milliseconds and only comes when something has changed."""


def be_quick() -> None:
    """To be called once, before Textual is loaded. Settings of the user's own stay."""
    os.environ.setdefault("TEXTUAL_FPS", _PAINTINGS_A_SECOND)
    sys.setswitchinterval(_SWITCH_S)
    gc.set_threshold(_YOUNG, 10, 10)


def settle_down() -> None:
    """To be called when everything is loaded: what is there now stays, and is not looked at again."""
    gc.collect()
    gc.freeze()
