"""An engine that is examined: one of those that are installed, or `stage` with other nets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from emostage.core.errors import AssetError
from emostage.core.time import frame_times
from emostage.core.tracks import Performance
from emostage.studio.stages import Performer, Stages

if TYPE_CHECKING:
    from emostage.nets.emotivetalk.dicte import Dicte
    from emostage.nets.emotivetalk.vaid import Vaid

STAGE, REFERENCE = "stage", "reference"


@dataclass(frozen=True, kw_only=True)
class Examinee:
    """An engine by name; `nets` is a folder with `vaid` and `dicte` that `stage` performs with instead of its own."""

    name: str
    nets: Path | None = None

    def performer(self, stages: Stages) -> Performer:
        """The engine itself. Raises AssetError E131, E133 for nets that cannot be read and what `Stages.performer` raises."""
        if self.name != STAGE or self.nets is None:
            return stages.performer(self.name)
        from emostage.motion.diffuse import StagePerformer

        return StagePerformer(*nets_in(self.nets))

    def lips(self) -> Callable[[Performance], Any] | None:
        """Its lips alone of a sound without transcript, so that their cost can be told; None where they cannot be had alone."""
        if self.name == REFERENCE:
            from emostage.motion.reference import say

            return say
        if self.name != STAGE:
            return None
        vaid = nets_in(self.nets)[0]
        return lambda performance: _heard_lips(vaid, performance)


def nets_in(folder: Path | None) -> tuple[Vaid, Dicte]:
    """V-AID and Di-CTE of a folder, or those that come with emostage. Raises AssetError E131 for one that cannot be read, E133 for
    one that is not there."""
    from emostage.diffusion.checkpoints import CARD, load
    from emostage.motion.diffuse import shipped_dicte, shipped_vaid
    from emostage.nets.emotivetalk.dicte import Dicte, DicteConfig
    from emostage.nets.emotivetalk.vaid import Vaid, VaidConfig

    if folder is None:
        return shipped_vaid(), shipped_dicte()
    for name in ("vaid", "dicte"):
        if not (folder / name / CARD).is_file():
            hint = "give the folder that 'emostage train motion' wrote"
            raise AssetError.of("E133", f"there is no checkpoint '{name}' in '{folder}'", hint)
    vaid = load(folder / "vaid", lambda config: Vaid(VaidConfig(**config)))
    return vaid, load(folder / "dicte", lambda config: Dicte(DicteConfig(**config)))


def _heard_lips(vaid: Vaid, performance: Performance) -> Any:
    from emostage.motion.hearing import MODEL_FPS, hear
    from emostage.motion.lipreading import encoded, read_lips, spoken_at

    frames = max(1, ceil(performance.count * MODEL_FPS / performance.fps))
    heard = hear(performance.features, performance.speech_at_s, frames)
    lips = read_lips(vaid, encoded(vaid, np.asarray(heard.audio())))
    return spoken_at(lips, frame_times(performance.count, performance.fps))
