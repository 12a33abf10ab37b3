"""Property tests: machines differ in speed, and continuous integration tries the same examples every time. Plug-ins: tests install
their own beside those that are there. Identities: tests tune their own in no time. Terminals: what they would show of what is
written to them."""

import hashlib
import json
import os
import re
import zlib
from base64 import standard_b64decode
from dataclasses import dataclass, field
from typing import Any

import numpy as np
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


@dataclass
class Kitty:
    """A terminal that knows kitty's protocol: pictures and their (columns, rows) by number; those that were shown once stay in
    `all`."""

    pictures: dict[int, np.ndarray] = field(default_factory=dict)
    places: dict[int, tuple[int, int]] = field(default_factory=dict)
    all: list[tuple[int, np.ndarray]] = field(default_factory=list)


@pytest.fixture
def kitty_of():
    """What is seen of written bytes by kitty. Fails where the protocol is broken."""

    def read(written: bytes) -> Kitty:
        seen, parts, keys = Kitty(), [], {}
        for command, payload in re.findall(rb"\x1b_G([^;\x1b]*);?([^\x1b]*)\x1b\\", written):
            said = dict(part.split("=") for part in command.decode().split(",") if part)
            assert len(payload) <= 4096
            if said.get("a") == "q":
                continue
            if "m" in said:
                keys, parts = (said, []) if "a" in said else (keys, parts)
                assert keys["q"] == "2" and (said["m"] == "0" or len(payload) == 4096)
                parts.append(payload)
                if said["m"] == "0":
                    assert (keys["a"], keys["f"], keys["o"]) == ("t", "24", "z")
                    size = int(keys["v"]), int(keys["s"]), 3
                    picture = np.frombuffer(zlib.decompress(standard_b64decode(b"".join(parts))), np.uint8).reshape(size)
                    seen.pictures[int(keys["i"])] = picture
                    seen.places.pop(int(keys["i"]), None)
                    seen.all.append((int(keys["i"]), picture))
            elif said["a"] == "p":
                assert said["U"] == "1" and int(said["i"]) in seen.pictures
                seen.places[int(said["i"])] = int(said["c"]), int(said["r"])
            else:
                assert (said["a"], said["d"]) == ("d", "I")
                seen.pictures.pop(int(said["i"]), None)
        return seen

    return read


@pytest.fixture
def sixels_of():
    """Pictures that are seen of written bytes as sixels, pixels that are not painted being -1: [(row, column, (H, W, 3)), ...]; the
    row and column are those of the cursor, if it was set. Fails where there are more rows or columns than told."""

    def read(written: bytes) -> list[tuple[int, int, np.ndarray]]:
        drawn = re.finditer(rb'(?:\x1b\[(\d+);(\d+)H)?\x1bP[\d;]*q"1;1;(\d+);(\d+)([^\x1b]*)\x1b\\', written)
        return [(int(m[1] or 1), int(m[2] or 1), _painted(int(m[3]), int(m[4]), m[5].decode("ascii"))) for m in drawn]

    return read


def _painted(width, height, body):
    bands = -(-height // 6)
    picture = np.full((bands * 6, width, 3), -1, int)
    colours, colour, x, band = {}, None, 0, 0
    token = re.compile(r"#(\d+)(?:;2;(\d+);(\d+);(\d+))?|!(\d+)([?-~])|([?-~])|([$-])")
    at = 0
    while at < len(body):
        found = token.match(body, at)
        assert found, body[at : at + 20]
        at = found.end()
        if found[1]:
            colour = int(found[1])
            if found[2]:
                colours[colour] = np.rint([int(found[i]) * 2.55 for i in (2, 3, 4)])
        elif found[8]:
            x, band = 0, band + (found[8] == "-")
        else:
            bits, times = ord(found[6] or found[7]) - 63, int(found[5] or 1)
            for bit in range(6):
                if bits >> bit & 1:
                    assert x + times <= width
                    picture[band * 6 + bit, x : x + times] = colours[colour]
            x += times
    assert band < bands and (picture[height:] == -1).all()
    return picture[:height]
