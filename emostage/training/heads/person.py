"""People who do not exist: everything random about a person, drawn from a seed; and about a shot of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emostage.core.tracks import F64, Frozen
from emostage.training.heads.backdrop import Backdrop, draw_backdrop
from emostage.training.heads.beard import Beard, draw_beard
from emostage.training.heads.brows import Brows, draw_brows
from emostage.training.heads.camera import Camera, draw_camera
from emostage.training.heads.clothes import Clothes, draw_clothes
from emostage.training.heads.eyes import Irises, draw_irises
from emostage.training.heads.hairstyle import Hair, draw_hair
from emostage.training.heads.identity import Nature, draw_nature, draw_shape
from emostage.training.heads.lens import Lens, draw_lens
from emostage.training.heads.light import Light, draw_light
from emostage.training.heads.lips import Lips, draw_lips
from emostage.training.heads.skin import Marks, draw_marks
from emostage.training.heads.teeth import Denture, draw_denture
from emostage.training.heads.tones import Complexion, draw_complexion


@dataclass(frozen=True, kw_only=True, eq=False)
class Person(Frozen):
    """A person: `seed` is who they are, `shape_K` the weights of the head's identity shapes, the rest their looks."""

    seed: int
    nature: Nature
    shape_K: F64
    complexion: Complexion
    marks: Marks
    lips: Lips
    brows: Brows
    beard: Beard
    irises: Irises
    denture: Denture
    hair: Hair


@dataclass(frozen=True, kw_only=True)
class Shot:
    """How a person is filmed: camera, light, what is behind them, what they wear, and the lens."""

    camera: Camera
    light: Light
    backdrop: Backdrop
    clothes: Clothes
    lens: Lens


def draw_person(seed: int, shape_names: tuple[str, ...]) -> Person:
    """The person of a seed."""
    rng = np.random.default_rng([seed, 1])
    nature = draw_nature(rng)
    complexion = draw_complexion(nature.age, rng)
    sex, age, melanin = nature.sex, nature.age, complexion.melanin
    return Person(
        seed=seed,
        nature=nature,
        shape_K=draw_shape(nature, shape_names, rng),
        complexion=complexion,
        marks=draw_marks(age, melanin, rng),
        lips=draw_lips(sex, melanin, rng),
        brows=draw_brows(sex, complexion.hair, rng),
        beard=draw_beard(sex, rng),
        irises=draw_irises(melanin, age, rng),
        denture=draw_denture(age, rng),
        hair=draw_hair(sex, age, complexion, rng),
    )


def draw_shot(seed: int) -> Shot:
    """The shot of a seed."""
    rng = np.random.default_rng([seed, 2])
    return Shot(
        camera=draw_camera(rng), light=draw_light(rng), backdrop=draw_backdrop(rng), clothes=draw_clothes(rng), lens=draw_lens(rng)
    )
