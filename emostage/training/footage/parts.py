"""Folders of footage: files `train-….safetensors` and `held-….safetensors`, read part by part."""

from __future__ import annotations

from pathlib import Path

from emostage.core.errors import AssetError
from emostage.training.dataset import Part
from emostage.training.footage.store import Footage, joined, read_shard


def files(folder: Path, part: Part) -> list[Path]:
    """The files of a part in order."""
    return sorted(folder.glob(f"{part}-*.safetensors"), key=lambda path: (len(path.name), path.name))


def read_part(folder: Path, part: Part) -> Footage:
    """One part of the footage in a folder. Raises AssetError E130 when it is missing or not whole."""
    found = files(folder, part)
    if not found:
        message = f"there is no footage '{part}-….safetensors' in '{folder}'"
        raise AssetError.of("E130", message, "make some with 'emostage train corpus --frames'")
    return joined([read_shard(path) for path in found])


def is_footage(folder: Path) -> bool:
    """Whether a folder's files hold pictures."""
    from safetensors import SafetensorError, safe_open

    for path in files(folder, "held")[:1]:
        try:
            with safe_open(path, "numpy") as file:
                return "pictures_X" in file.keys()  # noqa: SIM118
        except (OSError, SafetensorError):
            return False
    return False
