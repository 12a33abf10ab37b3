"""What V-AID and Di-CTE learn. B batch, T frames; batches are dictionaries of the tensors named here."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from emostage.diffusion.module import Batch
from emostage.diffusion.sample import noise, sample
from emostage.diffusion.schedule import STEPS, noise_schedule
from emostage.nets.emotivetalk.decouple import explained, pull
from emostage.nets.emotivetalk.dicte import Conditions, Dicte
from emostage.nets.emotivetalk.vaid import Vaid


@dataclass(frozen=True, kw_only=True)
class VaidObjective:
    """Codes that say what they are meant to say, agree between sound and face, and share nothing with each other.

    Batch: `audio` (B, T, X), `tone` (B, T, 6), `lips` (B, T, L), `expression` and `felt` (B, T, 52), `emotion` (B, T, 8). `push`
    and `pull` weigh the decoupling of the codes against what they say. While training, bands and moments of the sound are hidden
    (Park et al., SpecAugment, arXiv 1904.08779) and noise is added.
    """

    push: float = 1.0
    pull: float = 0.1
    mels: int = 40

    def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:
        """Losses of a batch; with a generator the sound is left as it is."""
        assert isinstance(net, Vaid)
        audio_BTX = batch["audio"] if generator is not None else _masked(batch["audio"], self.mels)
        sound, face = net.from_sound(net.hear(audio_BTX), batch["tone"]), net.from_face(batch["expression"])
        lips_BTL = (batch["lips"] - net.lips_mean_L) / net.lips_std_L
        heard = functional.mse_loss(net.normal_lips(sound.lip_BTD), lips_BTL)
        seen = functional.mse_loss(net.normal_lips(face.lip_BTD), lips_BTL)
        felt = functional.mse_loss(net.felt(face.expression_BTD), batch["felt"])
        emotion_seen = _cross_entropy(net.emotion_decoder(face.expression_BTD), batch["emotion"])
        emotion_heard = _cross_entropy(net.emotion_decoder(sound.expression_BTD), batch["emotion"])
        pulled = pull(sound.lip_BTD, face.lip_BTD) + pull(sound.expression_BTD, face.expression_BTD)
        pushed = explained(face.lip_BTD, batch["felt"]) + explained(face.expression_BTD, batch["lips"])
        total = heard + 0.5 * seen + 20.0 * felt + 0.5 * emotion_seen + 0.3 * emotion_heard
        return {
            "loss": total + self.pull * pulled + self.push * pushed,
            "lips_heard": heard,
            "lips_seen": seen,
            "felt": felt,
            "emotion_seen": emotion_seen,
            "emotion_heard": emotion_heard,
            "pull": pulled,
            "push": pushed,
        }

    def predict(self, net: nn.Module, batch: Batch) -> Tensor:
        """The lip channels heard in a batch's sound."""
        assert isinstance(net, Vaid)
        return net.lips(net.lip_of(net.hear(batch["audio"])))


def _cross_entropy(scores_BT8: Tensor, shares_BT8: Tensor) -> Tensor:
    """Against shares, less their own entropy: 0 when the prediction is right."""
    floor = -(shares_BT8 * shares_BT8.clamp_min(1e-6).log()).sum(-1).mean()
    return -(shares_BT8 * functional.log_softmax(scores_BT8, -1)).sum(-1).mean() - floor


def _masked(audio_BTX: Tensor, mels: int) -> Tensor:
    """The sound with two bands and one moment hidden, its swing varied, and noise on top; what follows the mel columns stays."""
    batch, frames, inputs = audio_BTX.shape
    columns = inputs // mels
    out_BTX = audio_BTX * (1 + 0.15 * torch.randn(batch, 1, 1, device=audio_BTX.device))
    out_BTX = out_BTX + 0.1 * torch.randn_like(out_BTX)
    mel_BTCM = out_BTX[..., : columns * mels].view(batch, frames, columns, mels)
    band_M, at_T = torch.arange(mels, device=audio_BTX.device), torch.arange(frames, device=audio_BTX.device)
    for _ in range(2):
        mel_BTCM = mel_BTCM.masked_fill(_run(band_M, batch, 7)[:, None, None], 0.0)
    mel_BTCM = mel_BTCM.masked_fill(_run(at_T, batch, 6)[:, :, None, None], 0.0)
    return torch.cat([mel_BTCM.reshape(batch, frames, columns * mels), audio_BTX[..., columns * mels :]], -1)


def _run(index_N: Tensor, batch: int, longest: int) -> Tensor:
    """One run of less than `longest` neighbours a sample (B, N)."""
    start_B1 = torch.randint(len(index_N), (batch, 1), device=index_N.device)
    length_B1 = torch.randint(longest, (batch, 1), device=index_N.device)
    return (index_N >= start_B1) & (index_N < start_B1 + length_B1)


@dataclass(frozen=True, kw_only=True)
class DicteObjective:
    """The clean expression code of a noisy one (Ho et al., arXiv 2006.11239, with x_0 as the target), and its velocity.

    Batch: `motion` (B, T, M) in its own units, `sound` (B, T, S), `emotion` (B, T, 8), `reference` (B, G), `edges` (B, T, 2).
    Conditions are left out at random, all of them or one by one, so that guidance can ask without them.
    """

    velocity: float = 0.5
    drop_all: float = 0.08
    drop_one: float = 0.10

    def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:
        """Losses of a batch; with a generator nothing is left out and the noise is always the same."""
        assert isinstance(net, Dicte)
        clean_BTM = net.normal(batch["motion"])
        device, count = clean_BTM.device, len(clean_BTM)
        step_B = torch.randint(STEPS, (count,), generator=generator).to(device)
        noise_BTM = torch.randn(clean_BTM.shape, generator=generator).to(device)
        noisy_BTM = noise_schedule().add_noise(clean_BTM, noise_BTM, step_B)
        dropped_B3 = None if generator is not None else self._dropped(count, device)
        found_BTM = net(noisy_BTM, step_B, conditions(batch), dropped_B3)
        error = functional.mse_loss(found_BTM, clean_BTM)
        velocity = functional.mse_loss(found_BTM.diff(dim=1), clean_BTM.diff(dim=1))
        return {"loss": error + self.velocity * velocity, "error": error, "velocity": velocity}

    def _dropped(self, count: int, device: torch.device) -> Tensor:
        one_B3 = torch.rand(count, 3, device=device) < self.drop_one
        return one_B3 | (torch.rand(count, 1, device=device) < self.drop_all)

    def predict(self, net: nn.Module, batch: Batch) -> Tensor:
        """Sampled expression codes in their own units, eight steps each."""
        assert isinstance(net, Dicte)
        given = conditions(batch)
        shape = (*batch["edges"].shape[:2], net.config.motion)
        start_BTM = noise(shape, torch.Generator().manual_seed(0)).to(batch["edges"].device)

        def clean(noisy_BTM: Tensor, step: int) -> Tensor:
            found_BTM: Tensor = net(noisy_BTM, torch.full((len(noisy_BTM),), step, device=noisy_BTM.device), given)
            return found_BTM

        return net.natural(sample(clean, start_BTM, steps=8))


def conditions(batch: Batch) -> Conditions:
    """What a batch is conditioned on."""
    return Conditions(
        sound_BTS=batch["sound"], emotion_BT8=batch["emotion"], reference_BG=batch["reference"], edges_BT2=batch["edges"]
    )
