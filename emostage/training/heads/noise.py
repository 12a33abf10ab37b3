"""Smooth random fields over space: value noise on a hashed lattice. N points (any leading shape)."""

from __future__ import annotations

import torch
from torch import Tensor

_PRIMES = (73856093, 19349663, 83492791)
_MASK = 0xFFFF


def value_noise(points_N3: Tensor, seed: int) -> Tensor:
    """A field in [0, 1] that changes over one unit of space, smooth between lattice points; the same for the same seed."""
    low_N3 = points_N3.floor()
    part_N3 = points_N3 - low_N3
    part_N3 = part_N3 * part_N3 * (3 - 2 * part_N3)
    cell_N3 = low_N3.long()
    total = torch.zeros_like(points_N3[..., 0])
    for corner in range(8):
        bits = [(corner >> axis) & 1 for axis in range(3)]
        share = torch.ones_like(total)
        key = torch.full_like(cell_N3[..., 0], seed * 2654435761 & 0x7FFFFFFF)
        for axis, bit in enumerate(bits):
            share = share * (part_N3[..., axis] if bit else 1 - part_N3[..., axis])
            key = key ^ ((cell_N3[..., axis] + bit) * _PRIMES[axis])
        total = total + share * _hashed(key)
    return total


def layered(points_N3: Tensor, seed: int, octaves: int = 3) -> Tensor:
    """Octaves of value noise, each twice as fine and half as strong, in [0, 1] with the mean 1/2."""
    weight, total = 0.0, torch.zeros_like(points_N3[..., 0])
    for octave in range(octaves):
        total = total + value_noise(points_N3 * 2**octave, seed + octave) * 0.5**octave
        weight += 0.5**octave
    return total / weight


def _hashed(key_N: Tensor) -> Tensor:
    """Integers scrambled to [0, 1]: two rounds of multiply and shift."""
    key_N = (key_N ^ (key_N >> 13)) * 0x5BD1E995 & 0x7FFFFFFF
    key_N = (key_N ^ (key_N >> 15)) * 0x27D4EB2F & 0x7FFFFFFF
    return ((key_N >> 7) & _MASK).float() / _MASK
