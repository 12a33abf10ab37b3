"""A person who is known from other pictures than the portrait: the face, the inside of the mouth, and the folds of the skin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from emostage.core.errors import AssetError
from emostage.core.tracks import Portrait
from emostage.face import personal
from emostage.face.head import Head
from emostage.face.personal import Own, PersonalFace
from emostage.portrait import folding, inside
from emostage.portrait.folding import SkinMap
from emostage.portrait.inside import MouthMap

_LARGEST_BYTES = 64 << 20


@dataclass(frozen=True, kw_only=True, eq=False)
class Person:
    """What was learnt of a person. Without `mouth` its inside was never seen, without `skin` nothing is known of its folds."""

    face: PersonalFace
    mouth: MouthMap | None = None
    skin: SkinMap | None = None

    def in_picture(self, portrait: Portrait, head: Head, strength: float = 1.0) -> Known:
        """What is known of the person in a portrait, by so much."""
        return Known(
            own=self.face.in_picture(portrait, head, strength),
            mouth=None if self.mouth is None else self.mouth.at(strength),
            skin=None if self.skin is None else self.skin.at(strength),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Known:
    """What is known beside the portrait that is drawn, at the strength that was asked for."""

    own: Own
    mouth: MouthMap | None = None
    skin: SkinMap | None = None


def to_arrays(person: Person) -> dict[str, NDArray[Any]]:
    """The arrays of a file."""
    mouth = {} if person.mouth is None else inside.to_arrays(person.mouth)
    skin = {} if person.skin is None else folding.to_arrays(person.skin)
    return {**personal.to_arrays(person.face), **mouth, **skin}


def of_arrays(arrays: Mapping[str, NDArray[Any]]) -> Person:
    """The person in the arrays of a file. Raises ValueError when they are not what they should be."""
    mouth = inside.of_arrays(arrays) if _any_of(MouthMap, arrays) else None
    skin = folding.of_arrays(arrays) if _any_of(SkinMap, arrays) else None
    return Person(face=personal.of_arrays(arrays), mouth=mouth, skin=skin)


def _any_of(kind: type[MouthMap | SkinMap], arrays: Mapping[str, NDArray[Any]]) -> bool:
    return any(field.name in arrays for field in fields(kind))


def read_person(path: Path, head: Head) -> Person:
    """The person in a file. Raises AssetError E136."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise ValueError("it is too large")
        person = of_arrays(load_file(path))
        if len(person.face.shape_K) != len(head.shape_names):
            raise ValueError("it is of another head")
    except (OSError, ValueError, TypeError, SafetensorError) as error:  # TypeError: numbers that numpy does not know
        hint = "tune the identity again with 'emostage finetune'"
        raise AssetError.of("E136", f"the personal face '{path.name}' cannot be read: {error}", hint) from error
    return person
