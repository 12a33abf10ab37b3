"""Painters by name: those whose checkpoints come with emostage or lie in a folder, and those that others have installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from emostage.core.errors import AssetError, UsageError
from emostage.core.plugins import PAINTERS, load, names
from emostage.core.resources import resource
from emostage.diffusion import checkpoints
from emostage.nets.painting.copying import Painted
from emostage.nets.painting.finisher import Finisher
from emostage.nets.painting.painter import Painter
from emostage.studio import engines

FINISH = "finish"
"""The checkpoint of the diffusion finish."""
STEPS = engines.STEPS["standard"]
"""Evaluations of a net a window, as films of standard quality take them."""


@dataclass(frozen=True, kw_only=True)
class Examined:
    """Painters by name, and those of them that have something switched off: `undecoupled` EmotiveTalk without EDI, `unshown` the
    same with and without EDI where the face is not moved for the net beforehand, `unconstrained` EmoTalker without its identity
    constraint; and what finishes the frames of the photo renderer."""

    painters: Mapping[str, Painter]
    undecoupled: Painter | None = None
    unshown: tuple[Painter, Painter] | None = None
    unconstrained: Painter | None = None
    finisher: Finisher | None = None


def examined(folder: Path | None = None, only: str | None = None) -> Examined:
    """The painters and the finish of a folder of checkpoints, or those that are installed; `only` the one of a name.

    Raises UsageError E090 for a name that is not there, AssetError E131, E133 for checkpoints that cannot be used.
    """
    there = {name: place for name in _MAKERS if (place := _place(folder, name)) is not None}
    finish = _place(folder, FINISH)
    finishes = (FINISH,) if finish is not None else ()
    others = () if folder is not None else tuple(name for name in names(PAINTERS) if name not in _MAKERS)
    known = (*there, *others, *finishes)
    if only is not None and only not in known:
        raise UsageError.of("E090", f"there is no painter '{only}'", f"there are: {', '.join(known) or 'none'}")
    if not known:
        where = f"in '{folder}'" if folder is not None else "with emostage"
        raise AssetError.of("E133", f"there are no checkpoints of painters {where}", "train one, or give its folder with --nets")
    wanted = {name: place for name, place in there.items() if only in (None, name)}
    made = {name: _MAKERS[name](place) for name, place in wanted.items()}
    plain = {name: found[1] for name, found in made.items() if len(found) > 1}
    unshown = made.get("emotivetalk", [])[2:]
    installed: dict[str, Painter] = {
        name: load(PAINTERS, name)(steps=STEPS, device="cpu") for name in others if only in (None, name)
    }
    return Examined(
        painters={name: found[0] for name, found in made.items()} | installed,
        undecoupled=plain.get("emotivetalk"),
        unshown=(unshown[0], unshown[1]) if unshown else None,
        unconstrained=plain.get("emotalker"),
        finisher=_finish(finish) if finish is not None and only in (None, FINISH) else None,
    )


def _place(folder: Path | None, name: str) -> Path | None:
    """The checkpoint of a painter, if it is there."""
    try:
        place = resource("checkpoints", name) if folder is None else folder / name
    except FileNotFoundError:
        return None
    return place if (place / checkpoints.CARD).is_file() else None


def _emodiffhead(place: Path) -> list[Painter]:
    from emostage.nets.emodiffhead.net import build
    from emostage.nets.emodiffhead.paint import EmoDiffHeadPainter

    return [EmoDiffHeadPainter(checkpoints.load(place, build), steps=STEPS)]


def _emotivetalk(place: Path) -> list[Painter]:
    from emostage.nets.emotivetalk.ethd import build
    from emostage.nets.emotivetalk.paint import EmotiveTalkPainter

    net = checkpoints.load(place, build)
    kinds = ((shown, decoupled) for shown in (True, False) for decoupled in (True, False))
    return [EmotiveTalkPainter(net, steps=STEPS, decoupled=decoupled, shown=shown) for shown, decoupled in kinds]


def _emotalker(place: Path) -> list[Painter]:
    from emostage.nets.emotalker.net import build
    from emostage.nets.emotalker.paint import EmoTalkerPainter

    net = checkpoints.load(place, build)
    return [EmoTalkerPainter(net, steps=STEPS), EmoTalkerPainter(net, steps=STEPS, identity=None)]


def _finish(place: Path) -> Finisher:
    from emostage.nets.finish.net import build
    from emostage.nets.finish.paint import NetFinisher

    return NetFinisher(checkpoints.load(place, build))


_MAKERS: Mapping[str, Callable[[Path], list[Painter]]] = {
    "emodiffhead": _emodiffhead,
    "emotivetalk": _emotivetalk,
    "emotalker": _emotalker,
}


class Evaluations:
    """Counts the frames that nets were asked for."""

    def __init__(self) -> None:
        self.frames = 0
        self._depth = 0

    def _enters(self, module: nn.Module, arguments: Any) -> None:  # noqa: ARG002
        self._depth += 1

    def _leaves(self, module: nn.Module, arguments: Any, answer: Any) -> None:  # noqa: ARG002
        self._depth -= 1
        if self._depth == 0 and isinstance(answer, Painted):
            self.frames += len(answer.clean_N3HH)


@contextmanager
def evaluations() -> Iterator[Evaluations]:
    """Count while the block runs; only what a whole net answers counts, not its parts."""
    count = Evaluations()
    hooks = [
        torch.nn.modules.module.register_module_forward_pre_hook(count._enters),
        torch.nn.modules.module.register_module_forward_hook(count._leaves),
    ]
    try:
        yield count
    finally:
        for hook in hooks:
            hook.remove()
