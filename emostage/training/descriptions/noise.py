"""Text as people type it: slips, capitals, drawn-out vowels, missing and extra punctuation."""

from __future__ import annotations

from random import Random

from emostage.training.descriptions.vocabulary import phrases

_NEAR = {
    "a": "qsz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk", "k": "jl",
    "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "w", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe",
    "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip
_ENDS = ("", "", "", "", ".", ".", "!", "!!", "...", " …", "?", ",")
_SHORTEST = 5
_TYPO_SHARE, _DRAWN_SHARE, _STRANGE_SHARE = 0.18, 0.02, 0.18
_LIKE_SHARE = 0.5
"""So many of the words that do not exist begin like a word of feeling."""


def typed(text: str, random: Random) -> str:
    """The text with the slips of somebody typing."""
    if random.random() < _TYPO_SHARE:
        text = misspelt(text, random)
    if random.random() < _DRAWN_SHARE:
        text = _drawn_out(text, random)
    if random.random() < _STRANGE_SHARE:
        text = _estranged(text, random)
    kind = random.random()
    if kind < 0.25:
        text = text[:1].upper() + text[1:]
    elif kind < 0.30:
        text = text.upper()
    if kind > 0.96:
        text = text.replace(",", "").replace("'", "")
    return text if text.endswith(("!", "?", ".", '"')) else text + random.choice(_ENDS)


def misspelt(text: str, random: Random) -> str:
    """The text with one slip in one of its longer words; texts without any stay as they are."""
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) >= _SHORTEST and word.isalpha()]
    if not long:
        return text
    at = random.choice(long)
    words[at] = slip(words[at], random)
    return " ".join(words)


def slip(word: str, random: Random) -> str:
    """A word with one slip after its first letter: letters exchanged, left out, doubled or beside the right key."""
    i = random.randrange(1, len(word) - 1)
    match random.randrange(4):
        case 0:
            return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        case 1:
            return word[:i] + word[i + 1 :]
        case 2:
            return word[:i] + word[i] + word[i:]
    return word[:i] + random.choice(_NEAR.get(word[i], word[i])) + word[i + 1 :]


def _estranged(text: str, random: Random) -> str:
    """The text with a word in it that does not exist: what is unknown says nothing."""
    words = text.split(" ")
    words.insert(random.randrange(len(words) + 1), invented(random))
    return " ".join(words)


def _drawn_out(text: str, random: Random) -> str:
    vowels = [i for i, char in enumerate(text) if char in "aeiou"]
    if not vowels:
        return text
    i = random.choice(vowels)
    return text[:i] + text[i] * random.randint(2, 5) + text[i:]


_ONSETS = "b c d f g h j k l m n p r s t v w z br cr dr fl gl gr pl pr sc sk sl sm sn sp st str sw tr th sh ch".split()  # noqa: SIM905
_NUCLEI = "a e i o u ai ea ee ie oa oo ou".split()  # noqa: SIM905
_CODAS = [*"b d g k l m n p r s t x nd nk nt mp st lt rk ss ck th".split(), *[""] * 8]  # noqa: SIM905


def invented(random: Random) -> str:
    """A word that does not exist. Half of them begin like a word of feeling: a beginning alone says nothing."""
    rest = "".join(random.choice(part) for _ in range(random.randint(1, 3)) for part in (_ONSETS, _NUCLEI, _CODAS))
    if random.random() >= _LIKE_SHARE:
        return rest
    return random.choice(phrases()["adjective"]).text.split()[0][: random.randint(2, 4)] + rest
