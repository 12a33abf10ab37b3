"""What draws a clip, as the studio asks for it: the photo renderer, which looks at the motion alone, plain or finished by a net, or
one that paints, which also hears and feels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, Any

from emostage.core.identity import Adapter
from emostage.core.plugins import FINISHERS, PAINTERS, load, takes
from emostage.core.tracks import FrameStream, MotionTrack, Performance, Portrait
from emostage.scene.model import CastMember, Film
from emostage.studio.engines import STEPS, Engine, finish_of
from emostage.studio.identities import FACE, Adapted

if TYPE_CHECKING:
    from emostage.nets.painting.finisher import Finisher
    from emostage.nets.painting.painter import Painter
    from emostage.portrait.painting.finishing import FinishedRenderer
    from emostage.portrait.painting.renderer import PaintedRenderer
    from emostage.portrait.personal import Known
    from emostage.portrait.photo import PhotoRenderer

_PAINTERS, _FINISHERS = 2, 2
"""Painters and finishers kept in memory at once: people with identities have their own."""


@dataclass(frozen=True)
class Moved:
    """Draws by moving the photo."""

    renderer: PhotoRenderer | FinishedRenderer

    def render(self, motion: MotionTrack, performance: Performance, *, seed: int) -> FrameStream:  # noqa: ARG002
        """The frames of one clip."""
        return self.renderer.render(motion)


@dataclass(frozen=True)
class Painting:
    """Draws by having every frame painted."""

    renderer: PaintedRenderer

    def render(self, motion: MotionTrack, performance: Performance, *, seed: int) -> FrameStream:
        """The frames of one clip."""
        from emostage.motion.hearing import hear
        from emostage.nets.painting.given import RATE_HZ, REACH

        frames = ceil(len(motion) * RATE_HZ / motion.fps) + 2 * REACH
        heard = hear(performance.features, performance.speech_at_s + REACH / RATE_HZ, frames)
        return self.renderer.render(motion, performance.emotion.weights_T8, heard.mel_TX, seed=seed)


def renderer(
    portrait: Portrait, member: CastMember, film: Film, engine: Engine, device: str, *, identity: Adapted | None = None
) -> Moved | Painting:
    """What draws a portrait with an engine, as the identity that its person plays. Raises AssetError E131, E133 for a painter or
    finisher whose checkpoint cannot be used."""
    from emostage.face.head import load_head

    if engine.painter is None:
        moved = photo(portrait, member, film, device, identity)
        finish = finish_of(engine, film.quality)
        if finish is None:
            return Moved(moved)
        from emostage.portrait.painting.finishing import FinishedRenderer
        from emostage.portrait.painting.square import square_of

        square = square_of(portrait, load_head(), film.size_px, film.background, member.framing)
        finisher = finisher_of(finish.finisher, device, identity and identity.adapter(finish.finisher))
        return Moved(FinishedRenderer(moved, square, portrait.fit, load_head(), finisher, seed=film.seed, device=device))
    from emostage.portrait.painting.renderer import PaintedRenderer

    known = _known(portrait, identity)
    return Painting(
        PaintedRenderer(
            portrait,
            load_head(),
            painter(engine.painter, STEPS[film.quality], device, identity and identity.adapter(engine.painter)),
            size_px=film.size_px,
            background=film.background,
            shot=member.framing,
            device=device,
            own=known.own if known else None,
        )
    )


def photo(portrait: Portrait, member: CastMember, film: Film, device: str, identity: Adapted | None = None) -> PhotoRenderer:
    """What moves a portrait, as the identity that its person plays."""
    from emostage.face.head import load_head
    from emostage.portrait.photo import PhotoRenderer

    return PhotoRenderer(
        portrait,
        load_head(),
        size_px=film.size_px,
        background=film.background,
        shot=member.framing,
        quality=film.quality,
        device=device,
        known=_known(portrait, identity),
    )


@lru_cache(maxsize=_FINISHERS)
def finisher_of(name: str, device: str, adapter: Adapter | None = None) -> Finisher:
    """The finisher of a name, tuned on a person if it can be, loaded once. Raises UsageError E090, AssetError E131, E133."""
    factory = load(FINISHERS, name)
    made: Finisher = factory(device=device, **_adapting(factory, adapter))
    return made


@lru_cache(maxsize=_PAINTERS)
def painter(name: str, steps: int, device: str, adapter: Adapter | None = None) -> Painter:
    """The painter of a name that takes so many steps, tuned on a person if it can be, loaded once. Raises UsageError E090,
    AssetError E131, E133."""
    factory = load(PAINTERS, name)
    made: Painter = factory(steps=steps, device=device, **_adapting(factory, adapter))
    return made


def _known(portrait: Portrait, identity: Adapted | None) -> Known | None:
    """What an identity tells of the person in a portrait. Raises AssetError E136."""
    from emostage.face.head import load_head
    from emostage.portrait.personal import read_person

    face = identity.adapter(FACE) if identity else None
    return read_person(face.file, load_head()).in_picture(portrait, load_head(), face.strength) if face else None


def _adapting(factory: Any, adapter: Adapter | None) -> dict[str, Any]:
    """The adapter for a plug-in, where there is one and it takes it."""
    return {"adapter": adapter} if adapter and takes(factory, "adapter") else {}
