"""Whether a painted face is still the person of the portrait, as a net sees it. N frames, D numbers of an embedding."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from emostage.core.tracks import F32, F64, U8
from emostage.diffusion.checkpoints import load, shipped
from emostage.nets.identity.align import aligned
from emostage.nets.identity.net import IdentityConfig, IdentityNet


class Recogniser:
    """Embeds faces by a trained net."""

    def __init__(self, net: IdentityNet) -> None:
        self._net = net.eval()

    @classmethod
    def of(cls, folder: Path | None = None) -> Recogniser:
        """With the checkpoint of a folder, or the one that comes with emostage. Raises AssetError E131, E133."""

        def build(config: dict[str, object]) -> IdentityNet:
            sizes = {name: tuple(value) if isinstance(value, list) else value for name, value in config.items()}
            return IdentityNet(IdentityConfig(**sizes))  # type: ignore[arg-type]

        return cls(load(folder or shipped("identity"), build))  # type: ignore[arg-type]

    @torch.inference_mode()
    def embed(self, frames_NHW3: Sequence[U8], landmarks_NL2: F32 | F64) -> F64:
        """Unit vectors (N, D) of the faces that lie where the landmarks say, in shares of the side."""
        seen = torch.from_numpy(np.stack(frames_NHW3)).permute(0, 3, 1, 2).float() / 127.5 - 1.0
        faces_N3FF = aligned(seen, torch.from_numpy(np.array(landmarks_NL2, np.float32)))
        embedded_ND: F64 = self._net(faces_N3FF).double().numpy()
        return embedded_ND
