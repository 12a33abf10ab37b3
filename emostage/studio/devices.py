"""Which device draws. Lightning Fabric chooses accelerators and precision; a plain CPU needs no choosing.

Importing Fabric takes 4 s of two cores on top of torch, which is longer than many films take to draw, so it is only asked where an
accelerator can be used.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from emostage.core.errors import DeviceError, UsageError

CHOICES = ("auto", "cpu", "cuda")


def choose(device: str) -> str:
    """A torch device name for `auto`, `cpu`, `cuda` or `cuda:N`.

    Raises UsageError E110 for another word and DeviceError E110 when CUDA is asked for and not there.
    """
    kind, _, index = device.partition(":")
    if kind not in CHOICES or (index and not (kind == "cuda" and index.isdigit())):
        raise UsageError.of("E110", f"unknown device '{device}'", f"use one of {', '.join(CHOICES)} or cuda:N")
    if kind == "cpu":
        return "cpu"
    import torch

    if not torch.cuda.is_available():
        if kind == "auto":
            return "cpu"
        raise DeviceError.of("E110", "there is no CUDA device here", "use --device cpu, or auto to take what is there")
    if index and int(index) >= torch.cuda.device_count():
        raise DeviceError.of("E110", f"there is no device '{device}'", f"this machine has {torch.cuda.device_count()}")
    from lightning.fabric import Fabric

    fabric = Fabric(accelerator="cuda", devices=[int(index)] if index else 1, precision="32-true")
    return str(fabric.device)


@contextmanager
def memory_limits(what: str) -> Iterator[None]:
    """A block whose running out of memory becomes DeviceError E111 with advice."""
    try:
        yield
    except MemoryError as error:
        raise _too_small(what, "memory") from error
    except RuntimeError as error:
        text = str(error).lower()
        if type(error).__name__ == "OutOfMemoryError" or "out of memory" in text or "can't allocate memory" in text:
            raise _too_small(what, "device memory" if "cuda" in text else "memory") from error
        raise


def _too_small(what: str, kind: str) -> DeviceError:
    return DeviceError.of("E111", f"not enough {kind} for {what}", "try a smaller --size, --draft, or --device cpu")
