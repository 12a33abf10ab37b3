"""Encoders of `transformers` in a folder of the user's: never from the network, never code of theirs, only safetensors."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from emostage.core.errors import AssetError

Front = Literal["AutoTokenizer", "AutoFeatureExtractor"]


def pretrained(folder: Path, front: Front, *, what: str, needs: str) -> tuple[Any, Any]:
    """What makes an encoder's input, and the encoder, ready to be asked. `what` and `needs` name it and its files to the user.

    Raises AssetError E134 when `transformers` is not installed or the folder holds no encoder.
    """
    try:
        import transformers
    except ImportError as error:
        raise AssetError.of("E134", f"a {what} from the hub needs transformers", "pip install emostage[hub]") from error
    where: dict[str, Any] = {"pretrained_model_name_or_path": str(folder), "local_files_only": True, "trust_remote_code": False}
    try:
        maker = getattr(transformers, front).from_pretrained(**where)
        model = transformers.AutoModel.from_pretrained(**where, use_safetensors=True).eval()
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise AssetError.of("E134", f"'{folder}' holds no {what}: {reason}", f"give a folder with {needs}") from error
    return maker, model
