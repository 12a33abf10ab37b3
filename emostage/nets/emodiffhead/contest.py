"""What the expression generator and its critics learn. B batch, T frames, A = 52 actions."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from emostage.diffusion.module import Batch
from emostage.nets.emodiffhead.critics import STEPS, Contest, Critics
from emostage.nets.emodiffhead.generator import Generator, draw

REST_S = (0.25, 0.35)
"""Chance moves a face from this long after the start of a clip until this long before its end."""

_UNLIKE = 0.3
_SMALL = 0.02
"""A face that is off by so much on average is not centred."""

_SWING, _HISS = 0.15, 0.1
"""Standard deviations by which the swing of the sound is varied in training, and of the noise on top."""


@dataclass(frozen=True, kw_only=True)
class GeneratorObjective:
    """Faces that are expected, and faces that critics take for recorded ones.

    Batch: `audio` (B, T, X), `feeling` (B, T, E), `expression` (B, T, 52), `edges` (B, T, 2). The expected face (speech and
    feelings) is pulled to the recorded one by the squared error of weights and of their changes (`velocity`). What chance adds must
    win over the critics (`adversarial`; least squares, Mao et al., arXiv 1611.04076, equation 9) and adds nothing on average
    (`centred`). The held-out loss is the error of the expected face, and by how much faces move too little or too much.
    """

    velocity: float = 1.0
    adversarial: float = 0.05
    centred: float = 0.1
    """Weight of what chance adds on average, squared."""

    def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:
        """Losses of a batch; with a generator the sound is left as it is and the noise is always the same."""
        assert isinstance(net, Contest)
        audio_BTX = batch["audio"] if generator is not None else _varied(batch["audio"])
        still_BTA, life_BTA = played(net.generator, audio_BTX, batch, generator)
        true_BTA = batch["expression"] * net.generator.seen_52 / net.scale_52
        still = _clipped(still_BTA) / net.scale_52
        error = (still - true_BTA).square().mean()
        velocity = (still.diff(dim=1) - true_BTA.diff(dim=1)).square().mean()
        losses = {"error": error, "velocity": velocity}
        living_K = net.generator.living_K
        free_BTK = still_BTA.detach()[..., living_K] + life_BTA[..., living_K]
        made_BTK = _clipped(free_BTK)
        if generator is not None:
            losses["unlike"] = unlike(made_BTK, batch["expression"][..., living_K])
            return {"loss": error + self.velocity * velocity + _UNLIKE * losses["unlike"], **losses}
        total = error + self.velocity * velocity
        if net.critics is not None:
            won, lost = _contest(net, net.critics, made_BTK, still_BTA.detach(), batch)
            drift = life_BTA.mean((0, 1))[living_K].square().mean() / _SMALL**2
            losses |= {"won": won, "lost": lost, "drift": drift}
            total = total + self.adversarial * won + lost + self.centred * drift
        return {"loss": total, **losses}

    def predict(self, net: nn.Module, batch: Batch) -> Tensor:
        """Whole expressions (B, T, 52)."""
        assert isinstance(net, Contest)
        still_BTA, life_BTA = played(net.generator, batch["audio"], batch, torch.Generator().manual_seed(0))
        return (still_BTA + life_BTA).clamp(0.0, 1.0)


def played(net: Generator, audio_BTX: Tensor, batch: Batch, generator: torch.Generator | None) -> tuple[Tensor, Tensor]:
    """The expected faces of a batch and what chance adds to them (B, T, 52)."""
    heard_BTH = net.hear(audio_BTX)
    still_BTA = net.spoken(heard_BTH) + net.felt(heard_BTH, batch["feeling"])
    noise_BTZ = draw(audio_BTX.shape[0], audio_BTX.shape[1], generator).to(audio_BTX.device)
    return still_BTA, net.lively(heard_BTH, batch["feeling"], noise_BTZ) * resting(batch["edges"])


def resting(edges_BT2: Tensor) -> Tensor:
    """How far chance moves a face (B, T, 1) so many seconds from the ends of a clip."""
    share_BT2 = (edges_BT2 / edges_BT2.new_tensor(REST_S)).clamp(0.0, 1.0)
    return (share_BT2 * share_BT2 * (3.0 - 2.0 * share_BT2)).amin(-1, keepdim=True)


def _contest(net: Contest, critics: Critics, made_BTK: Tensor, still_BTA: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
    """What the generator pays for faces that are seen through, and the critics for those they take for another. Judged is by what
    living actions differ from the expected face."""
    living_K = net.generator.living_K
    still_BTK, step_K = still_BTA[..., living_K].clamp(0.0, 1.0), STEPS * net.change_52[living_K]
    real_BTK, life_BTK = ((face_BTK - still_BTK) / step_K for face_BTK in (batch["expression"][..., living_K], made_BTK))
    given = batch["audio"], batch["feeling"]
    won = sum((1.0 - score).square().mean() for score in critics.unmoved(life_BTK, *given))
    real, made = critics(real_BTK, *given), critics(life_BTK.detach(), *given)
    lost = sum((1.0 - r).square().mean() + m.square().mean() for r, m in zip(real, made, strict=True))
    assert isinstance(won, Tensor)
    assert isinstance(lost, Tensor)
    return won, lost


def unlike(made_BTK: Tensor, true_BTK: Tensor) -> Tensor:
    """By how much spread and speed of living actions differ from recorded ones: mean absolute logarithm of their ratio."""
    if not made_BTK.shape[-1]:
        return made_BTK.new_zeros(())
    ratios = [_moved(made_BTK, order).log() - _moved(true_BTK, order).log() for order in (0, 1)]
    return torch.stack(ratios).abs().mean()


def _moved(face_BTK: Tensor, order: int) -> Tensor:
    change_BTK = face_BTK - face_BTK.mean(1, keepdim=True) if order == 0 else face_BTK.diff(dim=1)
    return change_BTK.abs().mean((0, 1)) + 1e-3


def _clipped(face_BTA: Tensor) -> Tensor:
    """Weights clipped to [0, 1], with the gradients of unclipped ones, so that what went too far can come back."""
    return face_BTA + (face_BTA.clamp(0.0, 1.0) - face_BTA).detach()


def _varied(audio_BTX: Tensor) -> Tensor:
    """The sound with another swing, and a hiss."""
    swing_B11 = 1.0 + _SWING * torch.randn(len(audio_BTX), 1, 1, device=audio_BTX.device)
    return audio_BTX * swing_B11 + _HISS * torch.randn_like(audio_BTX)
