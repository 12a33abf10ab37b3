"""Motion corpora that are learnt from together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emostage.core.errors import UsageError
from emostage.training.dataset import FRAMES, SOUND, Corpus, Part, read_card, read_corpus
from emostage.training.footage.store import is_footage


@dataclass(frozen=True, kw_only=True)
class Both:
    """What is trained on, and what is held out."""

    train: Corpus
    held: Corpus


def read_all(folders: Sequence[Path]) -> Both:
    """The corpora of some folders as one. Raises UsageError E018 for one that holds footage, AssetError E130 for one that is not
    whole."""
    for folder in folders:
        if is_footage(folder):
            message = f"'{folder.name}' holds pictures, and films are tracked into motion here"
            raise UsageError.of("E018", message, "give a corpus of 'emostage train corpus' without --frames, or --data alone")
        read_card(folder)

    def of(part: Part) -> Corpus:
        return joined([read_corpus(folder, part) for folder in folders])

    return Both(train=of("train"), held=of("held"))


def joined(corpora: Sequence[Corpus]) -> Corpus:
    """One corpus of several. Plain sound is kept where all of them keep it; the card is that of the first, with what the others
    say of themselves under `with`."""
    if len(corpora) == 1:
        return corpora[0]
    voices = tuple(dict.fromkeys(voice for corpus in corpora for voice in corpus.voices))
    number = {voice: n for n, voice in enumerate(voices)}
    starts = [np.zeros(1, np.int64)]
    for corpus in corpora:
        starts.append(starts[-1][-1] + corpus.starts_K1[1:])
    kept = [*FRAMES, *([SOUND] if all(SOUND in corpus.frames for corpus in corpora) else [])]
    own_voices = [np.array([number[corpus.voices[v]] for v in corpus.voice_K.tolist()], np.int32) for corpus in corpora]
    return Corpus(
        starts_K1=np.concatenate(starts),
        frames={name: np.concatenate([corpus.frames[name] for corpus in corpora]) for name in kept},
        kind_K=np.concatenate([corpus.kind_K for corpus in corpora]),
        voice_K=np.concatenate(own_voices),
        voices=voices,
        card={**corpora[0].card, "with": [about(corpus) for corpus in corpora[1:]]},
    )


_TOLD = (
    *("what", "command", "seed", "teacher", "synthesisers", "parts", "licences"),
    *("films", "people", "labelled", "licence", "with"),
)


def about(corpus: Corpus) -> dict[str, object]:
    """What cards of nets say of the corpus that they learnt from."""
    return {key: corpus.card[key] for key in _TOLD if key in corpus.card}
