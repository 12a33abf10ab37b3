"""What every painter's trunk sees first: the noisy frame, the reference as it is, the sketch of the frame, and where things are.

N frames, C channels on G = 32 rows and columns, H pixels, K = 64 cells of the flow.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from emostage.nets.painting import maps
from emostage.nets.painting.codec import Codec
from emostage.nets.painting.copying import fetched
from emostage.nets.painting.given import CELLS, FINE_CELLS, Given
from emostage.nets.painting.layers import places
from emostage.nets.painting.sketch import Sketch

_FAR = 10.0
"""Ways back are made larger by this: most of them are small."""


def entering(noisy_NCGG: Tensor, given: Given, drawn: Sketch, codec: Codec, names: maps.Names) -> Tensor:
    """Channels (N, C, G, G), as many as `channels` says, for a trunk that is shown some masks."""
    moved_N3KK, reference_N3HH = given.flat("moved_BF3KK"), given.each("reference_B3HH")
    louder_131 = moved_N3KK.new_tensor([_FAR, _FAR, 1.0]).view(1, 3, 1, 1)
    cells = noisy_NCGG.shape[-1]
    return torch.cat(
        [
            noisy_NCGG,
            codec.encode(drawn.over(fetched(reference_N3HH, moved_N3KK[:, :2]))),
            codec.encode(reference_N3HH),
            avg_pool2d(moved_N3KK, FINE_CELLS // CELLS) * louder_131,
            places(cells, noisy_NCGG.device).expand(len(noisy_NCGG), -1, -1, -1),
            maps.shown(drawn.masks, names, cells),
        ],
        1,
    )


def channels(codec: Codec, names: maps.Names) -> int:
    """Channels of `entering`."""
    return 3 * codec.channels + 5 + maps.channels(names)
