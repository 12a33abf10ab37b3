"""What a scene names that lies outside of it, and what its voices are to read: noted while it is checked, to be looked at by those
who know pictures, sounds and voices."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from emostage.core.errors import Place

Kind = Literal["portrait", "background", "face", "film", "motion", "sound", "voice", "text", "identity"]


@dataclass(frozen=True, kw_only=True)
class Asset:
    """What `source` is used as at `place`: a picture (a path or `sample/NAME`; of kind `face`, one to read
    a feeling from), a film, a motion file, a sound file, the folder of an identity, the name of a voice; or, of kind
    `text`, the name of the voice that is to read `text`."""

    kind: Kind
    source: Path | str
    text: str = ""
    place: Place
