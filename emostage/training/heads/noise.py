"""Smooth random fields over space: value noise on a hashed lattice. N points (any leading shape), D axes."""

from __future__ import annotations

import torch
from torch import Tensor

_PRIMES = (73856093, 19349663, 83492791)
"""Multipliers of the lattice's axes (M. Teschner et al., "Optimized spatial hashing", VMV 2003)."""
_MASK = 0xFFFF


def value_noise(points_ND: Tensor, seed: int) -> Tensor:
    """A field in [0, 1] over space (D = 3) or the plane (D = 2) that changes over one unit, smooth between lattice points; the
    same for the same seed."""
    low_ND = points_ND.floor()
    part_ND = points_ND - low_ND
    part_ND = part_ND * part_ND * (3 - 2 * part_ND)
    key_ND = low_ND.to(torch.int32) * torch.tensor(_PRIMES[: points_ND.shape[-1]], dtype=torch.int32, device=points_ND.device)
    return _blend(part_ND.unbind(-1), key_ND.unbind(-1), (seed * 40503 + 12345) & _MASK)


def _blend(parts: tuple[Tensor, ...], keys: tuple[Tensor, ...], key: int | Tensor) -> Tensor:
    """Values at the corners of cells blended along one axis after the other."""
    if not parts:
        return _hashed(torch.as_tensor(key))
    axis = len(parts) - 1
    low = _blend(parts[:-1], keys[:-1], keys[axis] ^ key)
    high = _blend(parts[:-1], keys[:-1], (keys[axis] + _PRIMES[axis]) ^ key)
    return torch.lerp(low, high, parts[axis])


def layered(points_ND: Tensor, seed: int, octaves: int = 3) -> Tensor:
    """Octaves of value noise, each twice as fine and half as strong, in [0, 1] with the mean 1/2."""
    weight, total = 0.0, torch.zeros_like(points_ND[..., 0])
    for octave in range(octaves):
        total = total + value_noise(points_ND * 2**octave, seed + octave) * 0.5**octave
        weight += 0.5**octave
    return total / weight


def _hashed(key_N: Tensor) -> Tensor:
    """Integers scrambled to [0, 1]: two rounds of multiply and shift, in 32 bits that wrap around."""
    key_N = (key_N ^ (key_N >> 15)) * 0x2C1B3C6D
    key_N = (key_N ^ (key_N >> 12)) * 0x297A2D39
    return ((key_N >> 8) & _MASK).float() * (1.0 / _MASK)
