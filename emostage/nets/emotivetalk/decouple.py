"""Pulling codes of two views together and pushing lip and expression codes apart. B batch, T frames, D code size, N = B T."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_RIDGE = 1e-2


def pull(from_sound_BTD: Tensor, from_face_BTD: Tensor, *, temperature: float = 0.1) -> Tensor:
    """How far the codes of sound and face of the same frames are apart: mean square error plus InfoNCE over the frames of the batch
    (van den Oord et al., arXiv 1807.03748, equation 4), by which a frame's sound must know its own face among the others."""
    a_ND, v_ND = (x.reshape(-1, x.shape[-1]) for x in (from_sound_BTD, from_face_BTD))
    apart = functional.mse_loss(a_ND, v_ND)
    every = max(1, len(a_ND) // 512)
    a_ND, v_ND = (functional.normalize(x[::every], dim=1) for x in (a_ND, v_ND))
    scores_NN = a_ND @ v_ND.T / temperature
    return apart + 0.1 * functional.cross_entropy(scores_NN, torch.arange(len(a_ND), device=a_ND.device))


def explained(code_BTD: Tensor, target_BTC: Tensor) -> Tensor:
    """The share of a target's variance that the best linear map from a code explains in the batch: 0 for strangers, 1 for twins.

    Made small, it takes out of a code what the target tells; the map is found in closed form (ridge regression), so the code is
    pushed against the best reader it has, not against one that must be trained beside it.
    """
    c_ND, t_NC = (x.reshape(-1, x.shape[-1]) for x in (code_BTD, target_BTC))
    c_ND = (c_ND - c_ND.mean(0)) / (c_ND.std(0) + 1e-4)
    t_NC = (t_NC - t_NC.mean(0)) / (t_NC.std(0) + 1e-3)
    gram_DD = c_ND.T @ c_ND / len(c_ND) + _RIDGE * torch.eye(c_ND.shape[1], device=c_ND.device)
    moment_DC = c_ND.T @ t_NC / len(c_ND)
    share: Tensor = (moment_DC * torch.linalg.solve(gram_DD, moment_DC)).sum(0).mean()
    return share
