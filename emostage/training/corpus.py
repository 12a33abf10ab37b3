"""The synthetic corpus: lines spoken with known phones, and the reference performer's codes of them, in shards.

Every shard is a function of the plan and its number, so shards are made in any order by any number of processes, and a corpus that
was stopped goes on with those that are missing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from importlib.metadata import version as release
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emostage.core.whole import whole_file
from emostage.motion.hearing import MODEL_FPS
from emostage.training import festival, flite
from emostage.training.dataset import CARD, PARTS, SILENCE, SOUND, STARTS, Part, mel_bytes, read_shard
from emostage.training.sentences import sentence
from emostage.training.sharding import claim, make_missing, write_json
from emostage.training.sounds import KINDS
from emostage.training.speakers import Speaker, choose, speakers, synthesisers
from emostage.training.takes import Take, babble_of, beat, spoken_line, take_of

_PACKAGE = Path(__file__).resolve().parents[1]
_NOT_TEACHING = (
    *("diffuse", "ears", "events", "generate", "habits", "lipreading", "manner", "observed", "personal", "prompt", "voicereading"),
)
_SHARD_S = 150.0
_HELD_SHARE = 0.06
_LINES_AT_ONCE = 4
_BEATS = 0.06
"""Takes without a voice for every take with one."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a corpus is made of. `hours` of frames in all; `teacher` is the digest of the performer's sources; with `sound`
    the plain sound is kept too, for encoders from the hub."""

    hours: float
    seed: int
    synthesisers: tuple[str, ...]
    teacher: str
    sound: bool = False

    def frames(self, part: Part) -> int:
        """Frames of a part."""
        share = _HELD_SHARE if part == "held" else 1.0 - _HELD_SHARE
        return max(1, ceil(self.hours * 3600.0 * MODEL_FPS * share))

    def shards(self, part: Part) -> int:
        """Files of a part."""
        return max(1, round(self.frames(part) / (_SHARD_S * MODEL_FPS)))


def plan_of(*, hours: float, seed: int, sound: bool = False) -> Plan:
    """The plan with the synthesisers that are installed here."""
    return Plan(hours=hours, seed=seed, synthesisers=synthesisers(), teacher=teacher_digest(), sound=sound)


def teacher_digest(package: Path = _PACKAGE) -> str:
    """Digest of the sources that label the corpus: motion and emotion, but for what only nets use."""
    state = blake2b(digest_size=8)
    for path in sorted((*(package / "motion").glob("*.py"), *(package / "emotion").glob("*.py"))):
        if path.stem not in _NOT_TEACHING:
            state.update(path.name.encode() + b"\0" + path.read_bytes())
    return state.hexdigest()


def voices_of(plan: Plan) -> tuple[Speaker, ...]:
    """All speakers of both parts."""
    return tuple(s for held in (False, True) for s in speakers(held_out=held, using=plan.synthesisers))


def make_corpus(out: Path, plan: Plan, *, workers: int, command: str, on_shard: Callable[[int, int], None]) -> dict[str, Any]:
    """Make the corpus in `out` and return its card. Shards that are there are kept. `on_shard` hears (done, total).

    Raises UsageError E018 when `out` holds another corpus, EmostageError E100 to E102 for the disk, and what speaking raises.
    """
    another = "a corpus of another size, seed, performer or set of voices"
    claim(out, {**asdict(plan), "synthesisers": list(plan.synthesisers)}, another)
    numbers = [(part, number) for part in PARTS for number in range(plan.shards(part))]
    jobs = {shard_path(out, *number): (out, plan, *number) for number in numbers}
    make_missing(make_shard, jobs, workers=workers, on_shard=on_shard)
    card = _card(out, plan, command)
    write_json(out / CARD, card)
    return card


def shard_path(out: Path, part: Part, number: int) -> Path:
    """The file of a shard."""
    return out / f"{part}-{number:02d}.safetensors"


def make_shard(out: Path, plan: Plan, part: Part, number: int) -> None:
    """Make one shard, whole or not at all."""
    from safetensors.numpy import save

    takes = shard_takes(plan, part, number)
    names = {SILENCE: 0} | {speaker.name: at + 1 for at, speaker in enumerate(voices_of(plan))}
    with whole_file(shard_path(out, part, number)) as path:
        arrays = arrays_of(takes, names) | (sound_of(takes) if plan.sound else {})
        path.write_bytes(save(arrays, {"lines": json.dumps([take.text for take in takes], ensure_ascii=False)}))


def shard_takes(plan: Plan, part: Part, number: int) -> list[Take]:
    """The takes of one shard: lines in small groups that are each other's background."""
    rng = np.random.default_rng([plan.seed, PARTS.index(part), number])
    among = speakers(held_out=part == "held", using=plan.synthesisers)
    quota = plan.frames(part) // plan.shards(part)
    takes: list[Take] = []
    while sum(len(take.mel_TX) for take in takes) < quota:
        lines = []
        for speaker in [choose(among, rng) for _ in range(_LINES_AT_ONCE)]:
            text = sentence(speaker.language, rng, held_out=part == "held")
            lines.append(spoken_line(text, speaker, rng))
        babble = tuple(babble_of(line) for line in lines)
        takes += [take_of(line, rng, babble) for line in lines]
        takes += [beat(rng) for _ in range(rng.binomial(_LINES_AT_ONCE, _BEATS))]
    ends = np.cumsum([len(take.mel_TX) for take in takes])
    return takes[: int(np.searchsorted(ends, quota)) + 1]


def arrays_of(takes: Sequence[Take], voices: dict[str, int]) -> dict[str, NDArray[Any]]:
    """The arrays of a shard, as `dataset` describes them."""
    lengths = [len(take.mel_TX) for take in takes]
    return {
        STARTS: np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        "mel_N160": mel_bytes(np.concatenate([take.mel_TX for take in takes])),
        "prosody_N3": np.concatenate([take.prosody_T3 for take in takes]).astype(np.float16),
        "tone_NS": np.concatenate([take.tone_TS for take in takes]).astype(np.float16),
        "lips_N10": np.concatenate([take.lips_TL for take in takes]).astype(np.float16),
        "manner_N27": np.concatenate([take.manner_TM for take in takes]).astype(np.float16),
        "weights_N8": np.concatenate([take.weights_T8 for take in takes]).astype(np.float16),
        "expression_N52": np.concatenate([take.expression_T52 for take in takes]).astype(np.float16),
        "kind_K": np.array([KINDS.index(take.kind) for take in takes], np.uint8),
        "voice_K": np.array([voices[take.voice] for take in takes], np.int32),
    }


def sound_of(takes: Sequence[Take]) -> dict[str, NDArray[Any]]:
    """The plain sound of a shard, as `dataset.SOUND` describes it."""
    sound_NS = np.concatenate([take.sound_TS for take in takes])
    return {SOUND: np.round(np.clip(sound_NS, -1.0, 1.0) * 32767.0).astype(np.int16)}


def _card(out: Path, plan: Plan, command: str) -> dict[str, Any]:
    """What the corpus is, counted from its files."""
    among = voices_of(plan)
    parts: dict[str, Any] = {}
    for part in PARTS:
        lines: set[str] = set()
        kinds: Counter[str] = Counter()
        takes = frames = 0
        for number in range(plan.shards(part)):
            path = shard_path(out, part, number)
            arrays = read_shard(path)
            lines |= set(_lines(path))
            kinds.update(KINDS[kind] for kind in arrays["kind_K"])
            takes, frames = takes + len(arrays["kind_K"]), frames + int(arrays[STARTS][-1])
        parts[part] = {
            "takes": takes,
            "frames": frames,
            "hours": round(frames / MODEL_FPS / 3600.0, 3),
            "lines": len(lines - {""}),
            "kinds": dict(kinds),
        }
    return {
        "format": 1,
        "what": "synthetic speech with the reference performer's lip code, expression code and face, 25 frames a second",
        "command": command,
        "seed": plan.seed,
        "teacher": plan.teacher,
        "synthesisers": {name: _RELEASES[name]() for name in plan.synthesisers},
        "shards": {part: plan.shards(part) for part in PARTS},
        "parts": parts,
        "voices": [SILENCE, *(speaker.name for speaker in among)],
        "licences": {speaker.name: speaker.licence for speaker in among},
    }


def _lines(path: Path) -> list[str]:
    from safetensors import safe_open

    with safe_open(path, "numpy") as file:
        return [str(text) for text in json.loads(file.metadata()["lines"])]


_RELEASES: Mapping[str, Callable[[], str]] = {
    "espeak": lambda: release("espeakng-loader"),
    "flite": flite.version,
    "festival": festival.version,
}
