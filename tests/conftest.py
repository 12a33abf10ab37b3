"""Property tests: machines differ in speed, and continuous integration tries the same examples every time. Plug-ins: tests install
their own beside those that are there. Identities: tests tune their own in no time."""

import hashlib
import json
import os
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@dataclass
class PlugIn:
    """What the metadata of a package says of a plug-in; loading it gives `it`, or raises it."""

    group: str
    name: str
    it: Any
    value: str = "shop:It"
    dist: None = None

    def load(self):
        if isinstance(self.it, Exception):
            raise self.it
        return self.it


@pytest.fixture
def installed(monkeypatch):
    """Installs plug-ins: (group, name, object)."""
    from emostage.core import plugins
    from emostage.studio import drawing

    real, added = plugins.entry_points, []

    def install(group, name, it):
        added.append(PlugIn(group, name, it))
        known = tuple(added)  # what was looked up before is not remembered: this is another installation
        monkeypatch.setattr(plugins, "entry_points", lambda *, group: [*real(group=group), *(p for p in known if p.group == group)])

    for kept in (drawing.painter, drawing.finisher_of):
        kept.cache_clear()
    yield install
    for kept in (drawing.painter, drawing.finisher_of):
        kept.cache_clear()


class Warp:
    """Paints by fetching everything along the way back, and shifts it towards white by `tone` where it keeps less than all."""

    def __init__(self, *, steps=1, device="cpu", size_px=64, tone=0.0, keep=1.0, some=5):
        self.size_px, self.tone, self.keep, self.some, self.steps = size_px, tone, keep, some, steps
        self.asked = []

    def paint(self, given, *, seed):
        import torch

        from emostage.nets.painting.copying import Painted, fetched

        self.asked.append((given, seed))
        random = torch.Generator().manual_seed(seed)
        for first in range(0, given.frames, self.some):
            part = given.part(first, min(first + self.some, given.frames))
            reference, flow = part.each("reference_B3HH"), part.flat("moved_BF3KK")[:, :2]
            noise = 0.1 * torch.randn(reference.shape, generator=random)
            keep = torch.full_like(reference[:, :1], self.keep)
            clean = torch.lerp(reference + noise, fetched(reference, flow), self.keep) + self.tone
            yield Painted(clean_N3HH=clean, flow_N2KK=flow, keep_N1HH=keep)


@pytest.fixture
def warp():
    return Warp


def tuned(folder, *parts, seed=0, **card):
    """An identity adapter in a folder, whose parts fit the installed checkpoints; what `card` gives stands in its card instead."""
    import numpy as np
    from safetensors.numpy import save_file

    from emostage.core.identity import FORMAT, PARTS, base_digest

    folder.mkdir(parents=True, exist_ok=True)
    told = {}
    for part in parts:
        file = folder / f"{part}.safetensors"
        save_file({"weight": np.full((2, 2), seed, np.float32)}, file)
        base = {"name": PARTS[part], "sha256": base_digest(PARTS[part]) or "0" * 64}
        told[part] = {"file": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "base": base}
    consent = {"text": "Ada Lovelace, by letter", "given": "2025-03-01"}
    card = {"format": FORMAT, "name": "ada", "consent": consent, "parts": told} | card
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    return folder


@pytest.fixture
def tune():
    return tuned
