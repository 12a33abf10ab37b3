"""Pulling codes of two views together and pushing lip and expression codes apart. B batch, T frames, D code size."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def pull(from_sound_BTD: Tensor, from_face_BTD: Tensor, *, temperature: float = 0.1) -> Tensor:
    """How far the codes of sound and face of the same frames are apart: mean square error plus InfoNCE over the frames of the batch
    (van den Oord et al., arXiv 1807.03748, equation 4), by which a frame's sound must know its own face among the others."""
    a_ND, v_ND = (x.reshape(-1, x.shape[-1]) for x in (from_sound_BTD, from_face_BTD))
    apart = functional.mse_loss(a_ND, v_ND)
    every = max(1, len(a_ND) // 512)
    a_ND, v_ND = (functional.normalize(x[::every], dim=1) for x in (a_ND, v_ND))
    scores_NN = a_ND @ v_ND.T / temperature
    return apart + 0.1 * functional.cross_entropy(scores_NN, torch.arange(len(a_ND), device=a_ND.device))


def push(lip_BTD: Tensor, expression_BTD: Tensor) -> Tensor:
    """Mean square correlation of every lip channel with every expression channel: 0 when the codes share nothing linear."""
    l_ND, e_ND = (_standard(x.reshape(-1, x.shape[-1])) for x in (lip_BTD, expression_BTD))
    return ((l_ND.T @ e_ND / len(l_ND)) ** 2).mean()


def _standard(x_ND: Tensor) -> Tensor:
    return (x_ND - x_ND.mean(0)) / (x_ND.std(0) + 1e-4)
