"""Prompts as words, and words as pieces: an open vocabulary that slips of the pen and unseen word forms still fit into.

After the subword embeddings of Bojanowski et al. (arXiv 1607.04606): a word is itself, what is left of it without its ending,
its consonants, and its letter n-grams. A piece is named by its CRC-32.
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
WHOLE = 3
"""So many pieces stand for a word as a whole: itself, its stem, its consonants."""

_LONGEST_WORD = 24
_GRAMS = (3, 4)
_TOKEN = re.compile(r"\d*\.?\d+|[^\W\d_]+|[%,.;:!?/&+]")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_DOUBLE = re.compile(r"(.)\1")
_QUOTES = re.compile("['\u2018\u2019\u02bc`\u00b4]")
_ENDING = re.compile(
    "(ifications?|ified|ifying|ify|fulness|fully|ful|lessness|lessly|less|iveness|ively|ives?|ations?|ating|ated|ates?|ingly|edly|"
    "ings?|ed|iness|ness|ments?|ities|ity|ences?|ances?|ently|antly|ency|ancy|ent|ant|iously|ously|ious|ous|ically|ical|ically|ics?|"
    "ily|ably|ibly|able|ible|ally|al|ly|iest|ier|est|er|ies|ied|ish|ism|ions?|es|e|s|y)$"
)
_SHORTEST_STEM, _SHORT = 3, 5
_VOWELS = re.compile("(?<=.)[aeiouy]")
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
    return f"#{round(min(100.0, percent) / _ROUND_TO) * _ROUND_TO}"


def stem(word: str) -> str:
    """A word without its English endings and doubled letters: `baffl` for baffled, bafflement and baffling."""
    ending = _ENDING.search(word)
    while ending and ending.start() >= _SHORTEST_STEM:
        word = word[: ending.start()]
        ending = _ENDING.search(word)
    return _DOUBLE.sub(r"\1", word)


def consonants(word: str) -> str:
    """The first letter of a word and its consonants, none doubled: what most slips of the pen leave. A short word is all of it."""
    if len(word) < _SHORT:
        return word
    return _DOUBLE.sub(r"\1", _VOWELS.sub("", _DOUBLE.sub(r"\1", word)))


@lru_cache(maxsize=1 << 16)
def pieces(word: str) -> NDArray[np.int64]:
    """CRC-32 of the pieces of a word: `WHOLE` of the whole word, then its letter n-grams."""
    marked = f"<{word}>"
    grams = [marked[i : i + n] for n in _GRAMS for i in range(len(marked) - n + 1) if n < len(marked)]
    named = (f"={word}", f"${stem(word)}", f"~{consonants(word)}", *grams)
    return np.array([zlib.crc32(piece.encode()) for piece in named], np.int64)


def rows_of(word: str, known_K: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Rows of a word's pieces in a table, and their shares in the word: 1 for a whole, 1 in all for the n-grams, 0 for a piece that
    is not among the `known_K` of the table (sorted)."""
    wanted = pieces(word)
    rows = np.minimum(np.searchsorted(known_K, wanted), len(known_K) - 1)
    shares = np.ones(len(wanted), np.float32)
    shares[WHOLE:] = 1.0 / max(1, len(wanted) - WHOLE)
    return rows, shares * (known_K[rows] == wanted)
