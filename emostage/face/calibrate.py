"""How far Anny's actions must be scaled so that weight 1 is a full human action."""

from __future__ import annotations

from collections.abc import Mapping

AMPLITUDES: Mapping[str, float] = {}
"""Factor by action; actions that are not named keep Anny's amplitude."""
