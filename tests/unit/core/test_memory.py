import sys
from pathlib import Path

import numpy as np
import pytest

from emostage.core.memory import give_back


def resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_free_memory_between_used_pieces_is_returned():
    pieces = [np.ones(12_000) for _ in range(2000)]  # 96 kB each: on the heap, not in maps of their own
    kept = pieces[::40]
    full = resident_mb()
    del pieces
    give_back()
    assert full - resident_mb() > 100
    assert len(kept) == 50
