"""What a person feels and does during a line: emotion, gaze and head."""

from __future__ import annotations

from emostage.core.emotion import ALIASES, EMOTIONS, EVERYDAY, VOCABULARY
from emostage.scene.cues import GESTURES
from emostage.scene.emotions import parse_mix, unknown_emotion
from emostage.scene.grammar.values import AMOUNT, AT, EASE_FIELD, FILE, FREE_TEXT, INTENSITY, NUMERIC, PERSON, TIME
from emostage.scene.issues import Misread
from emostage.scene.nodes import ScalarNode
from emostage.scene.records import Field, Record, unknown_key
from emostage.scene.shapes import Choice, Either, ListEither, ListOf, Number, Text, Vector
from emostage.scene.suggest import closest


def _parts(word: str) -> str:
    return ", ".join(f"{name} {share:g}" for name, share in EVERYDAY[word].items())


_EMOTIONS = {
    **{word: Field(INTENSITY, f"How {word} the face is, 0 to 1.", examples=(0.6,)) for word in EMOTIONS},
    **{word: Field(INTENSITY, f"The same as '{core}', 0 to 1.", examples=(0.6,)) for word, core in ALIASES.items()},
    **{word: Field(INTENSITY, f"A mix, 0 to 1; at 1 it is {_parts(word)}.", examples=(0.6,)) for word in EVERYDAY},
}


def _unknown(record: Record, key: ScalarNode) -> Misread:
    others = [name for name in record.fields if name not in VOCABULARY]
    return unknown_key(record, key) if closest(key.text, others) else unknown_emotion(key.text)


MIX = Record(
    title="mix",
    called="a mix of emotions",
    about="Emotions with intensities; what is left over is neutral.",
    fields=_EMOTIONS,
    unknown=_unknown,
)
MIX_VALUE = Either(
    words="a mix such as happy 0.15 or {happy: 0.15}",
    scalar=Text(words="a mix such as happy 0.15", parse=parse_mix),
    mapping=MIX,
)

_KEY = {
    "at": AT,
    "ease": EASE_FIELD,
    "over": Field(AMOUNT, "Begin the change at most this long before the key.", examples=("300ms",)),
    "like": Field(FREE_TEXT, "The feeling in your own words, instead of intensities.", examples=("a little sad and fearful",)),
    "strength": Field(INTENSITY, "How strongly 'like' is played, 0 to 1.", default=1.0, examples=(0.8,)),
    **_EMOTIONS,
}
EMOTION_KEY = Record(
    title="emotionKey",
    called="an emotion key",
    about="A feeling that is reached at a time.",
    fields=_KEY,
    unknown=_unknown,
)
EMOTION_MAP = Record(
    title="emotion",
    called="'emotion'",
    about="One feeling for the line, or where to take it from.",
    fields={
        "from": Field(
            FILE,
            "Take the feeling from the face in a picture (for the whole line), from the performance in a film or motion file, "
            "frame by frame from the start of the line on, or, with 'audio', from the voice in the line's own recording.",
            examples=("reference.jpg", "talk.mp4", "take.npz", "audio"),
        ),
        **_KEY,
        "strength": Field(INTENSITY, "How strongly 'like' or 'from' is played, 0 to 1.", default=1.0, examples=(0.8,)),
    },
    unknown=_unknown,
)
EMOTION = Either(
    words="an emotion: happy 0.4, {happy: 0.3, sad: 0.2} or a list of keys",
    scalar=Text(words="an emotion such as happy 0.4", parse=parse_mix),
    mapping=EMOTION_MAP,
    sequence=ListOf(item=EMOTION_KEY, item_name="key", words="a list of keys such as {at: start, happy: 0.4}"),
)

MOTION_MAP = Record(
    title="motion",
    called="'motion'",
    about="A recorded performance, and how it is used.",
    fields={
        "file": Field(FILE, "The motion file, as 'emostage track' writes it.", examples=("take.npz",), required=True),
        "lips": Field(
            Choice(options=("keep", "speech")),
            "Who moves the lips: the recording (keep) or the speech, which a text that a voice reads does by default (speech).",
            examples=("speech", "keep"),
        ),
        "start": Field(AMOUNT, "Where in the recording to begin.", default=0, examples=("1.2s",)),
        "gain": Field(
            Number(low=0, high=2, hint="1 is as it was acted"),
            "Makes expression and head movement weaker or stronger; blinks stay.",
            default=1.0,
            examples=(0.8,),
        ),
        "fit": Field(
            Choice(options=(True, False)),
            "Play it faster or slower, to half or twice its pace at most, so that it lasts as long as the speech.",
            default=False,
            examples=(True,),
        ),
    },
)
MOTION = Either(words="a motion file such as take.npz, or {file: take.npz, gain: 0.8}", scalar=FILE, mapping=MOTION_MAP)

ANGLES_2 = Vector(parts=(("yaw", Number(low=-45, high=45, hint="degrees")), ("pitch", Number(low=-35, high=35, hint="degrees"))))
ANGLES_3 = Vector(
    parts=tuple(
        (name, Number(low=-limit, high=limit, hint="degrees")) for name, limit in (("yaw", 40), ("pitch", 30), ("roll", 30))
    )
)
_TARGET_WORDS = "camera, the name of a person or [yaw, pitch]"
_TARGET = Either(words=_TARGET_WORDS, scalar=PERSON, sequence=ANGLES_2)
_TARGET_ABOUT = "camera, the name of a person, or [yaw, pitch] in degrees: yaw to the viewer's right, pitch up."
_TARGET_EXAMPLES = ("camera", "bob", [10, -5])
GAZE_KEY = Record(
    title="gazeKey",
    called="a gaze key",
    about="Where to look from a time on.",
    fields={"at": AT, "look": Field(_TARGET, _TARGET_ABOUT, examples=_TARGET_EXAMPLES, required=True), "ease": EASE_FIELD},
)
_AT_OR_TARGET = Either(
    words=_TARGET_WORDS,
    scalar=Text(words=_TARGET_WORDS, kinds=NUMERIC, json={"type": ["string", "number"]}),
    sequence=ANGLES_2,
)
GAZE_MAP = Record(
    title="gaze",
    called="'gaze'",
    about="Where to look.",
    fields={
        "at": Field(_AT_OR_TARGET, "What is looked at; beside 'look', the time from which on.", "camera", _TARGET_EXAMPLES),
        "look": Field(_TARGET, _TARGET_ABOUT, "camera", _TARGET_EXAMPLES),
        "ease": EASE_FIELD,
    },
)
_GAZE_KEYS = ListOf(item=GAZE_KEY, item_name="key", words="a list of keys such as {at: 1s, look: bob}")
GAZE = Either(
    words="camera, the name of a person, [yaw, pitch] or a list of keys",
    scalar=PERSON,
    mapping=GAZE_MAP,
    sequence=ListEither(words="[yaw, pitch] or a list of keys", numbers=ANGLES_2, keys=_GAZE_KEYS),
)

_GESTURE = Choice(options=GESTURES)
_DO = Either(words="nod, shake, tilt or [yaw, pitch, roll]", scalar=_GESTURE, sequence=ANGLES_3)
HEAD_KEY = Record(
    title="headKey",
    called="a head key",
    about="A gesture at a time, or a direction of the head from a time on.",
    fields={
        "at": AT,
        "do": Field(
            _DO,
            "nod, shake, tilt, or [yaw, pitch, roll] in degrees: yaw to the viewer's right, pitch up, roll clockwise.",
            examples=(*GESTURES, [10, 0, 0]),
            required=True,
        ),
        "ease": EASE_FIELD,
    },
)
_HEAD_KEYS = ListOf(item=HEAD_KEY, item_name="key", words="a list of keys such as {at: word:not, do: shake}")
HEAD = Either(
    words="nod, shake, tilt, [yaw, pitch, roll] or a list of keys",
    scalar=_GESTURE,
    mapping=HEAD_KEY,
    sequence=ListEither(words="[yaw, pitch, roll] or a list of keys", numbers=ANGLES_3, keys=_HEAD_KEYS),
)

__all__ = [
    "ANGLES_2",
    "ANGLES_3",
    "EMOTION",
    "EMOTION_KEY",
    "EMOTION_MAP",
    "GAZE",
    "HEAD",
    "MIX",
    "MIX_VALUE",
    "MOTION",
    "MOTION_MAP",
    "TIME",
]
