"""The script: lines in shots, with layout, camera and transition, and the scene as a whole."""

from __future__ import annotations

from emostage.scene.grammar.performance import EMOTION, GAZE, HEAD, MOTION
from emostage.scene.grammar.settings import BELONGS, CASCADE, CAST, FILM
from emostage.scene.grammar.values import AMOUNT, EASE_FIELD, FILE, NUMERIC, PERSON, VERSION, number_or_text, parse_version
from emostage.scene.records import Field, Record
from emostage.scene.shapes import Choice, Either, Json, ListOf, Number, Text, Vector
from emostage.scene.units import parse_gain

_BODY = {
    "text": Field(
        Text(words="a text"),
        "What is said, with cues such as [happy 0.8] or [pause 400ms]. Beside 'audio': its transcript.",
        examples=("[happy 0.6] We have lift-off!",),
    ),
    "audio": Field(FILE, "A recording of the line.", examples=("takes/ada_03.wav",)),
    "pause": Field(AMOUNT, "A silent beat of this length instead of words.", examples=("600ms", "2s")),
    "emotion": Field(
        EMOTION,
        "One emotion for the line, a mix, a list of keys, or where to take it from.",
        default="the mood",
        examples=("happy 0.4", {"happy": 0.3, "sad": 0.2}, [{"at": "start", "surprised": 0.8}, {"at": "end", "happy": 0.5}]),
    ),
    "gaze": Field(
        GAZE,
        "Where the eyes look: camera, a person, [yaw, pitch] in degrees (yaw to the viewer's right, pitch up), or a list of keys.",
        default="camera",
        examples=("camera", "bob", [10, -5], [{"at": "1s", "look": "bob"}]),
    ),
    "head": Field(
        HEAD,
        "nod, shake, tilt, [yaw, pitch, roll] in degrees (yaw to the viewer's right, pitch up, roll clockwise), or a list of keys.",
        examples=("nod", [10, 5, 0], [{"at": "word:not", "do": "shake"}]),
    ),
    "motion": Field(
        MOTION,
        "A performance somebody acted, read from a film by 'emostage track': it moves face, eyes and head. Beside 'audio' it moves "
        "the lips too and begins with the sound; beside a text that a voice reads, the voice moves the lips; alone it is a silent "
        "beat of its length. The line lasts as long as the longer of speech and performance. What 'gaze' and 'head' ask for is "
        "done instead of it.",
        examples=("take.npz", {"file": "take.npz", "start": "1.2s", "gain": 0.8}),
    ),
    **CASCADE,
}
BODY = Record(title="lineBody", called="a line", about="A line under its speaker's name.", fields=_BODY, elsewhere=BELONGS)
_SPEAKER_JSON: Json = {
    "description": "NAME: text is the short form of {speaker: NAME, text: …}.",
    "anyOf": [{"type": "string", "minLength": 1}, {"type": "null"}, BODY.schema()],
}
LINE = Record(
    title="line",
    called="a line",
    about="Something said, a recording, or a silent beat.",
    free=_SPEAKER_JSON,
    elsewhere=BELONGS,
    fields={
        "speaker": Field(PERSON, "Who speaks: a name of the cast. 'NAME: text' is the short form.", examples=("ada",)),
        **_BODY,
    },
)

NAMES = ListOf(item=PERSON, item_name="name", words="a list of names", at_most=16)
_ROWS = ListOf(
    item=Either(words="a name or a row of names", scalar=PERSON, sequence=NAMES),
    item_name="row",
    words="a list of names or rows of names",
    at_most=16,
)
_INSET = ListOf(item=PERSON, item_name="name", words="[who fills the picture, who is set into it]", at_least=2, at_most=2)
LAYOUT_MAP = Record(
    title="layout",
    called="'layout'",
    about="Several people in one picture.",
    exclusive=("grid", "inset"),
    one_needed=True,
    fields={
        "grid": Field(_ROWS, "People in rows.", examples=(["ada", "bob"], [["ada", "bob"], ["eve"]])),
        "inset": Field(_INSET, "Who fills the picture, and who is set into its corner.", examples=(["ada", "bob"],)),
    },
)
LAYOUT = Either(words="a name, a list of names, {grid: …} or {inset: …}", scalar=PERSON, sequence=NAMES, mapping=LAYOUT_MAP)

_ZOOM = Number(low=1, high=4, hint="1 shows the whole picture")
_ZOOMS = Either(words="a factor such as 1.1, or [from, to]", scalar=_ZOOM, sequence=Vector(parts=(("from", _ZOOM), ("to", _ZOOM))))
CAMERA = Record(
    title="camera",
    called="'camera'",
    about="A move of the camera over the shot.",
    fields={
        "zoom": Field(_ZOOMS, "Zoom factor, or [from, to] over the shot.", default=1.0, examples=([1.0, 1.12],)),
        "ease": EASE_FIELD,
    },
)

TRANSITIONS = ("cut", "crossfade", "fade", "dip")
TRANSITION_MAP = Record(
    title="transition",
    called="'transition'",
    about="How the shot begins.",
    exclusive=TRANSITIONS[1:],
    one_needed=True,
    fields={
        "crossfade": Field(AMOUNT, "The shot before melts into this one.", default="400ms", examples=("400ms",)),
        "fade": Field(AMOUNT, "Through black.", default="400ms", examples=("600ms",)),
        "dip": Field(AMOUNT, "Through white.", default="400ms", examples=("600ms",)),
    },
)
TRANSITION = Either(
    words="cut, crossfade, fade, dip, or a length such as {crossfade: 400ms}",
    scalar=Choice(options=TRANSITIONS),
    mapping=TRANSITION_MAP,
)
LINES = ListOf(item=LINE, item_name="line", words='a list of lines such as - ada: "Hello."', at_most=10_000)
SHOT = Record(
    title="shot",
    called="a shot",
    about="Lines that are seen in one place.",
    elsewhere=BELONGS,
    fields={
        "name": Field(
            Text(words="a name", json={"type": "string", "minLength": 1, "maxLength": 80}),
            "Shown in progress and cache; --shot takes it.",
            default="shot-1",
            examples=("pad",),
        ),
        "layout": Field(
            LAYOUT,
            "Who is on screen: one name whoever speaks, or several people side by side.",
            default="whoever speaks",
            examples=(["ada"], ["ada", "bob"]),
        ),
        "camera": Field(CAMERA, "A move of the camera.", examples=({"zoom": [1.0, 1.12]},)),
        "lines": Field(LINES, "What is said and done, in order.", examples=([{"ada": "Hello."}],), required=True),
        "transition": Field(
            TRANSITION,
            "How the shot begins: cut, crossfade, fade (through black) or dip (through white).",
            default="cut",
            examples=({"crossfade": "400ms"}, "cut"),
        ),
        **CASCADE,
    },
)

_GAIN = Text(words="decibels such as -18dB", parse=parse_gain, kinds=NUMERIC, json=number_or_text(-60, 24, "[dD][bB]"))
MUSIC = Record(
    title="music",
    called="'music'",
    about="Music under the film.",
    fields={
        "file": Field(FILE, "The sound file.", examples=("score.ogg",), required=True),
        "gain": Field(_GAIN, "Gain in decibels.", default="-18dB", examples=("-18dB",)),
        "duck": Field(Choice(options=(True, False)), "Lower the music while someone speaks.", default=True, examples=(True,)),
    },
)

_VERSION = Text(words="the version of the language: 1", parse=parse_version, kinds=(int,), json={"enum": [VERSION]})
_SHOTS = ListOf(item=SHOT, item_name="shot", words="a list of shots such as - lines: …", at_most=2000)
SCENE = Record(
    title="scene",
    called="a scene",
    about="A film script for portraits.",
    elsewhere=BELONGS,
    fields={
        "emostage": Field(_VERSION, "Version of the scene language.", examples=(VERSION,), required=True),
        "title": Field(
            Text(words="a title", json={"type": "string"}),
            "Title of the film.",
            default="the name of the file",
            examples=("Launch day",),
        ),
        "film": Field(FILM, FILM.about, examples=({"size": 512, "fps": 25},)),
        "cast": Field(CAST, "The people of the film by name.", examples=({"ada": {"portrait": "ada.png"}},), required=True),
        "shots": Field(_SHOTS, "The shots of the film in order.", examples=([{"lines": [{"ada": "Hello."}]}],), required=True),
        "music": Field(MUSIC, MUSIC.about, examples=({"file": "score.ogg", "gain": "-18dB"},)),
    },
)

RESERVED = frozenset({*LINE.fields, "camera"})
"""Words that cannot be a person's name, because a line or a gaze would not know which is meant."""
