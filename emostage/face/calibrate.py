"""How far Anny's actions must be scaled so that weight 1 is a full human action.

Displacements were measured on the neutral baked head (outer eye corners 85 mm apart, people about 90) at the landmark that the
action moves most, and compared with what healthy people reach. Actions that agree with people within the spread between people
keep Anny's amplitude: smile 14.5 mm at the mouth corner (people 9.3 +- 2.8 mm in a maximal smile [1]; Anny's also rises more
steeply, at 61 degrees against about 47 [3]), lid closure 12.0 mm (9.1 +- 2.2 [1], and it must cover the eye).

[1] Objective computerized evaluation of normal patterns of facial muscles contraction, Brazilian Journal of
    Otorhinolaryngology (maximal contraction, 12 adults, Vicon markers): smile 9.28 +- 2.83 mm, brow lift 10.57 +- 2.51 mm,
    eye closure 9.09 +- 2.20 mm, wrinkling of the forehead 7.56 +- 3.29 mm.
[2] Souza Cruz and Cruz, Quantificacao da acao do musculo frontal, Arquivos Brasileiros de Oftalmologia 67 (2004) 237-240: the
    middle of the brow rises by 7.6 to 9.0 mm.
[3] Tarantili et al., Spontaneous smile: a three-dimensional study, American Journal of Orthodontics 128 (2005) 8-15.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from emostage.core.arkit import indices

_STEMS = {
    "browInnerUp": 1.9,  # 4.6 mm at the inner brow; with 1.9 it rises by 8.7 mm [2]
    "browOuterUp": 1.35,  # 6.8 mm at the outer brow; with 1.35 it rises by 9.2 mm [1, 2]
    "browDown": 1.15,  # 6.5 mm; with 1.15 7.5 mm [1]
    "mouthFrown": 1.35,  # 5.3 mm at the corner of the mouth; 7.1 mm, chosen by eye
    "noseSneer": 1.3,  # 3.5 mm at the wing of the nose; 4.6 mm, chosen by eye
    "mouthUpperUp": 1.15,  # 5.7 mm; 6.6 mm, chosen by eye
    "mouthLowerDown": 1.2,  # 4.8 mm; 5.8 mm, chosen by eye
}

AMPLITUDES: Mapping[int, float] = MappingProxyType({i: factor for stem, factor in _STEMS.items() for i in indices(stem)})
"""Factor by index of the action; actions that are not named keep Anny's amplitude."""
