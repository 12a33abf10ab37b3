"""What the language names and this release cannot render yet: a warning (W09x) when a scene is checked, an error (E09x) when it
is to be rendered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from emostage.core.errors import Diagnostic, Place


@dataclass(frozen=True, kw_only=True)
class Feature:
    """A part of the language that waits for a later release."""

    number: int
    what: str
    meanwhile: str


FEATURES: Mapping[str, Feature] = MappingProxyType({
    "layout": Feature(number=91, what="several people in one picture", meanwhile="use a layout of one name, or cut between people"),
    "camera": Feature(number=92, what="camera moves", meanwhile="remove 'camera'"),
    "music": Feature(number=93, what="music under the film", meanwhile="remove 'music'"),
    "subtitles": Feature(number=94, what="subtitles drawn into the picture", meanwhile="'true' writes files beside the film"),
})  # fmt: skip


class Unfinished:
    """Which of these a scene uses, and where."""

    def __init__(self) -> None:
        self._places: dict[str, list[Place]] = {}

    def note(self, feature: str, place: Place) -> None:
        """The scene uses a feature at a place."""
        self._places.setdefault(feature, []).append(place)

    @property
    def entries(self) -> tuple[str, ...]:
        """`key: explanation` for every feature that is used, in the order of `FEATURES`."""
        return tuple(f"{key}: {feature.what}" for key, feature in FEATURES.items() if key in self._places)

    def warnings(self) -> tuple[Diagnostic, ...]:
        """One warning a feature, at its first place, naming the lines of the others."""
        found = []
        for key, feature in FEATURES.items():
            places = sorted(set(self._places.get(key, ())), key=lambda place: (place.line, place.column))
            if places:
                lines = sorted({place.line for place in places} - {places[0].line})
                more = f" (also line {', '.join(map(str, lines[:8]))}{', …' if len(lines) > 8 else ''})" if lines else ""
                message = f"'{key}': {feature.what} cannot be rendered yet{more}"
                found.append(Diagnostic(code=f"W0{feature.number}", message=message, hint=feature.meanwhile, place=places[0]))
        return tuple(found)


def not_yet(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The warnings W09x among `diagnostics` as the errors E09x that they are to someone who wants to render."""
    return tuple(replace(d, code=f"E{d.code[1:]}") for d in diagnostics if d.code.startswith("W09"))
