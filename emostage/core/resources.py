"""Files that come with emostage: the schema, checkpoints, scenes and sample pictures, in a wheel and in a checkout alike."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def resource(*parts: str) -> Path:
    """Path of a shipped file or folder such as `resource("checkpoints", "head")`.

    In a wheel the folders lie inside the package, in a checkout beside it. Raises FileNotFoundError when it is not there.
    """
    for root in (_PACKAGE / "data", _PACKAGE.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"emostage was installed without {'/'.join(parts)}")
