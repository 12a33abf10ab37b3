"""Other colours: the same for all pictures of a take."""

from __future__ import annotations

import numpy as np
import torch

from emostage.training.footage.tones import toned


def test_all_pictures_of_a_take_change_alike_and_takes_differ() -> None:
    picture = torch.rand(1, 3, 8, 8, generator=torch.Generator().manual_seed(0)) * 2 - 1
    takes = picture.expand(6, -1, -1, -1)
    batch = {
        "reference_B3HH": takes.clone(),
        "clean_BF3HH": takes[:, None].expand(-1, 2, -1, -1, -1).clone(),
        "own_B52": torch.ones(6, 52),
    }
    made = toned(batch, np.random.default_rng(0))
    assert torch.allclose(made["clean_BF3HH"][:, 1], made["reference_B3HH"], atol=1e-5)
    assert float((made["reference_B3HH"] - takes).abs().amax((1, 2, 3)).max()) > 0.1
    assert not torch.allclose(made["reference_B3HH"][0], made["reference_B3HH"][1], atol=1e-2)
    assert float(made["reference_B3HH"].abs().max()) <= 1.0
    assert torch.equal(made["own_B52"], batch["own_B52"])
    assert torch.equal(batch["reference_B3HH"], takes)
