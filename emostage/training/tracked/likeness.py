"""Whether two faces of footage are one person's, as the net that tells people apart sees it. D numbers of an embedding.

The net knows a face in its light, and was trained on people who were drawn. To the person of a real clip, the cosines of
faces in nine pictures of others were 0.30 to 0.64; those of the clip's own frames to their mean were 0.82 or more.
"""

from __future__ import annotations

import numpy as np
import torch

from emostage.core.tracks import F64, U8
from emostage.diffusion.checkpoints import load, shipped
from emostage.nets.identity.align import aligned
from emostage.nets.identity.net import IdentityConfig, IdentityNet


class Knower:
    """Embeds faces by the net that comes with emostage. Raises AssetError E131, E133 without it."""

    def __init__(self) -> None:
        def build(config: dict[str, object]) -> IdentityNet:
            sizes = {name: tuple(value) if isinstance(value, list) else value for name, value in config.items()}
            return IdentityNet(IdentityConfig(**sizes))  # type: ignore[arg-type]

        self._net: IdentityNet = load(shipped("identity"), build).eval()  # type: ignore[arg-type]

    @torch.inference_mode()
    def embed(self, face_SS3: U8, landmarks_L2: F64) -> F64:
        """The unit vector (D,) of the face in a square picture; landmarks are shares of its side."""
        seen_13SS = torch.from_numpy(face_SS3[None]).permute(0, 3, 1, 2).float() / 127.5 - 1.0
        faces_13FF = aligned(seen_13SS, torch.from_numpy(np.array(landmarks_L2[None], np.float32)))
        embedding_D: F64 = self._net(faces_13FF)[0].double().numpy()
        return embedding_D


def middle(embeddings_ND: F64) -> F64:
    """The unit vector (D,) in the middle of some."""
    sum_D: F64 = np.asarray(embeddings_ND, np.float64).sum(0)
    return sum_D / max(float(np.linalg.norm(sum_D)), 1e-9)
