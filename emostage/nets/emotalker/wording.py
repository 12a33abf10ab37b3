"""Prompts as words, and words as hashed pieces: an open vocabulary that slips of the pen and unseen word forms still fit into.

After the subword embeddings of Bojanowski et al. (arXiv 1607.04606): a word is itself and its letter n-grams, hashed into a table.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

MOST_WORDS = 64
"""Longer prompts are cut."""
_LONGEST_WORD = 24
_GRAMS = (3, 4, 5)
_TOKEN = re.compile(r"\d*\.?\d+|[^\W\d_]+|[%,.;:!?/&+]")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_QUOTES = re.compile("['\u2018\u2019\u02bc`\u00b4]")
_ROUND_TO = 5


def words(prompt: str) -> tuple[str, ...]:
    """The words, numbers and marks of a prompt: without case and apostrophes, drawn-out letters once, numbers as percent to the
    nearest five (`#30`), at most `MOST_WORDS`."""
    text = _QUOTES.sub("", unicodedata.normalize("NFKC", prompt).casefold())
    return tuple(_word(found) for found in _TOKEN.findall(text)[:MOST_WORDS])


def _word(text: str) -> str:
    if not text[-1].isdecimal():
        return _DRAWN_OUT.sub(r"\1", text)[:_LONGEST_WORD]
    value = float(text[:_LONGEST_WORD])
    percent = value * 100 if "." in text and value <= 1 else value
    return f"#{min(100, round(percent / _ROUND_TO) * _ROUND_TO)}"


@lru_cache(maxsize=1 << 16)
def pieces(word: str, buckets: int) -> NDArray[np.int64]:
    """Rows of a table with so many `buckets`: first the word's own, then those of its letter n-grams."""
    marked = f"<{word}>"
    grams = [marked[i : i + n] for n in _GRAMS for i in range(len(marked) - n + 1) if n < len(marked)]
    return np.array([zlib.crc32(piece.encode()) % buckets for piece in (f"={word}", *grams)], np.int64)
