"""Speak one line: JSON in, sound and events out, then end. See `protocol` for the form."""

from __future__ import annotations

import json
import os
import sys

from emostage.speech.worker.protocol import Refusal, write_reply


def main() -> int:
    """Answer one request. stdout is kept for the reply: whatever the libraries print goes to stderr."""
    reply = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        request = json.loads(sys.stdin.buffer.read())
        if request["engine"] == "espeak":
            from emostage.speech.worker.espeak import speak
        elif request["engine"] == "piper":
            from emostage.speech.worker.piper import speak
        else:
            raise Refusal("request", f"no engine '{request['engine']}'")
        header, sound = speak(request)
    except Refusal as refusal:
        write_reply(reply, {"error": str(refusal), "kind": refusal.kind})
    except (ValueError, KeyError, TypeError) as error:
        write_reply(reply, {"error": f"{type(error).__name__}: {error}", "kind": "request"})
    else:
        write_reply(reply, header, sound)
    return 0


if __name__ == "__main__":
    sys.exit(main())
