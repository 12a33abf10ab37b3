"""V-AID, vision-guided audio information decoupling (EmotiveTalk, arXiv 2411.16726, section 3.2), on motion instead of pixels.

An audio encoder gives A_w. An audio-lip projector makes the lip code l_a of it, pulled to the code l_v that a visual encoder finds
in the mouth; an audio-expression branch makes e_a, pulled to e_v of the whole face; lip and expression codes are pushed apart.
The visual encoders look at ARKit weights, so that any tracked face will do, and their decoders say what a code means: the lip
code the lip channels of speech, the expression code the face that is felt, without speech, and its emotion.

B batch, T frames at 25 fps, X = 160 mel columns, D code size. The paper takes wav2vec features for A_w; `audio` learns its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from emostage.core.arkit import ARKIT_COUNT, MOUTH_MASK_52
from emostage.core.emotion import EMOTIONS
from emostage.nets.emotivetalk.layers import Convolutions, frame_net

_NEAR = (1, 2, 4, 1, 2, 4)
_FAR = (8, 16, 32, 16)


@dataclass(frozen=True, kw_only=True)
class VaidConfig:
    """Sizes. `audio` inputs a frame (mel columns and prosody), `tone` numbers that tell the manner of a whole recording, `lips`
    channels of the lip code, `width` of the convolutions, `code` numbers of each code."""

    audio: int = 163
    tone: int = 6
    lips: int = 10
    width: int = 160
    code: int = 32
    dropout: float = 0.2


@dataclass(frozen=True, kw_only=True)
class Codes:
    """Lip and expression codes (B, T, D), from sound (`_a`) or from a face (`_v`)."""

    lip_BTD: Tensor
    expression_BTD: Tensor


class Vaid(nn.Module):
    """Lip and expression codes from sound and from faces, and what they mean."""

    mouth_52: Tensor
    face_mean_E: Tensor
    face_std_E: Tensor
    lips_mean_L: Tensor
    lips_std_L: Tensor

    def __init__(self, config: VaidConfig) -> None:
        super().__init__()
        self.config = config
        width, code = config.width, config.code
        self.audio = Convolutions(config.audio, width, _NEAR, config.dropout)
        self.drop = nn.Dropout(config.dropout)
        self.lip_projector = nn.Linear(width, code)
        self.expression_branch = Convolutions(width + config.tone, width, _FAR, config.dropout)
        self.expression_projector = nn.Linear(width, code)
        self.lip_encoder = frame_net(int(MOUTH_MASK_52.sum()), width, code)
        self.expression_encoder = frame_net(ARKIT_COUNT, width, code)
        self.lip_decoder = frame_net(code, width, config.lips)
        self.felt_decoder = frame_net(code, width, ARKIT_COUNT)
        self.emotion_decoder = frame_net(code, width, len(EMOTIONS))
        self.register_buffer("mouth_52", torch.from_numpy(MOUTH_MASK_52.copy()), persistent=False)
        self.register_buffer("face_mean_E", torch.zeros(ARKIT_COUNT))
        self.register_buffer("face_std_E", torch.ones(ARKIT_COUNT))
        self.register_buffer("lips_mean_L", torch.zeros(config.lips))
        self.register_buffer("lips_std_L", torch.ones(config.lips))

    def hear(self, audio_BTX: Tensor) -> Tensor:
        """A_w (B, T, width) of mel columns and prosody."""
        heard_BTH: Tensor = self.audio(audio_BTX)
        return heard_BTH

    def from_sound(self, heard_BTH: Tensor, tone_BT6: Tensor) -> Codes:
        """l_a of A_w, and e_a of A_w and the tone (B, T, 6) of the recording."""
        far_BTH = self.expression_branch(torch.cat([heard_BTH, tone_BT6], -1))
        return Codes(lip_BTD=self.lip_of(heard_BTH), expression_BTD=self.expression_projector(self.drop(far_BTH)))

    def lip_of(self, heard_BTH: Tensor) -> Tensor:
        """l_a of A_w."""
        lip_BTD: Tensor = self.lip_projector(self.drop(heard_BTH))
        return lip_BTD

    def from_face(self, expression_BTE: Tensor) -> Codes:
        """l_v and e_v of ARKit weights (B, T, 52)."""
        face_BTE = (expression_BTE - self.face_mean_E) / self.face_std_E
        return Codes(lip_BTD=self.lip_encoder(face_BTE[..., self.mouth_52]), expression_BTD=self.expression_encoder(face_BTE))

    def normal_lips(self, lip_BTD: Tensor) -> Tensor:
        """The lip channels (B, T, L) of a lip code, in standard deviations from their mean."""
        lips_BTL: Tensor = self.lip_decoder(lip_BTD)
        return lips_BTL

    def lips(self, lip_BTD: Tensor) -> Tensor:
        """The lip channels (B, T, L) of a lip code."""
        return self.normal_lips(lip_BTD) * self.lips_std_L + self.lips_mean_L

    def felt(self, expression_BTD: Tensor) -> Tensor:
        """The felt face (B, T, 52) of an expression code, speech taken out."""
        felt_BTE: Tensor = self.felt_decoder(expression_BTD)
        return felt_BTE

    def emotion(self, expression_BTD: Tensor) -> Tensor:
        """Strengths of the eight emotions (B, T, 8), rows sum to 1."""
        return torch.softmax(self.emotion_decoder(expression_BTD), -1)
