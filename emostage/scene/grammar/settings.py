"""Settings: of the whole film, of its people, and those that are handed down from film to cast to shot to line."""

from __future__ import annotations

from emostage.core.identity import STRONGEST, WEAKEST
from emostage.scene.grammar.performance import MIX_VALUE
from emostage.scene.grammar.values import FILE, FOLDER, NUMERIC, number_or_text
from emostage.scene.names import DEFAULT_ENGINE, DEFAULT_VOICE, NAME_PATTERN, parse_voice
from emostage.scene.records import Field, NamedRecords, Record
from emostage.scene.shapes import Choice, Either, Number, Text, Vector
from emostage.scene.units import LARGEST_PX, SIZES, SMALLEST_PX, parse_fps, parse_pitch, parse_rate, parse_size, parse_volume

ENGINES = ("stage", "emodiffhead", "emotivetalk", "emotalker", "reference")
"""The engines that the language names: `stage` and `reference` move the photo, the others paint every frame."""
FRAMINGS = ("whole", "bust", "close")
QUALITIES = ("draft", "standard", "high")

BELONGS = {
    **dict.fromkeys(("size", "fps", "seed", "quality", "background", "subtitles", "loudness"), "'film'"),
    **dict.fromkeys(("portrait", "identity", "face", "framing"), "a person of 'cast'"),
    **dict.fromkeys(("lines", "layout", "camera", "transition"), "a shot"),
    **dict.fromkeys(("text", "audio", "pause", "emotion", "gaze", "head", "speaker"), "a line"),
    **dict.fromkeys(("rate", "pitch"), "'voice'"),
    "volume": "'voice'",
    **dict.fromkeys(("mood", "liveliness", "voice", "engine"), "'film', a person of 'cast', a shot or a line"),
    **dict.fromkeys(("cast", "shots", "music", "title", "film"), "the top level of the scene"),
    **dict.fromkeys(("duck", "gain"), "'music'"),
    "zoom": "'camera'",
}
"""Where the keys belong that people put elsewhere."""

_VOICE_NAME = Text(
    words="a voice such as espeak/en-us",
    parse=parse_voice,
    json={"type": "string", "pattern": r"^(espeak|piper)/."},
)
_RATE = Text(words="a factor such as 1.1", parse=parse_rate, kinds=NUMERIC, json=number_or_text(0.5, 2, "%|x"))
_PITCH = Text(words="semitones such as -2st", parse=parse_pitch, kinds=NUMERIC, json=number_or_text(-12, 12, "[sS][tT]"))
_VOLUME = Text(words="decibels such as 2dB", parse=parse_volume, kinds=NUMERIC, json=number_or_text(-40, 12, "[dD][bB]"))
VOICE = Record(
    title="voice",
    called="'voice'",
    about="A voice and how it is bent.",
    fields={
        "name": Field(
            _VOICE_NAME,
            "espeak/LANGUAGE (built in), piper/NAME or piper/PATH.onnx.",
            default=DEFAULT_VOICE,
            examples=("espeak/en-us+f3", "piper/en_US-ljspeech-high"),
        ),
        "rate": Field(_RATE, "Speaking rate as a factor, 0.5 to 2.", default=1.0, examples=(1.1,)),
        "pitch": Field(_PITCH, "Pitch in semitones, -12 to 12.", default=0, examples=("-2st", "1st")),
        "volume": Field(_VOLUME, "Volume in decibels, -40 to 12.", default=0, examples=("2dB", "-3dB")),
    },
)
_ENGINE = Text(words="the name of an engine", json={"anyOf": [{"enum": list(ENGINES)}, {"type": "string", "minLength": 1}]})
_DOWN = "Handed down from film to cast to shot to line."
CASCADE = {
    "voice": Field(
        Either(words="a voice such as espeak/en-us or {rate: 1.1}", scalar=_VOICE_NAME, mapping=VOICE),
        f"The voice, or how it is bent. {_DOWN}",
        default=DEFAULT_VOICE,
        examples=("espeak/en-us+f3", {"rate": 1.1, "pitch": "-2st"}),
    ),
    "mood": Field(
        MIX_VALUE,
        f"Resting emotion between and under the lines. {_DOWN}",
        default="neutral",
        examples=("happy 0.15", {"happy": 0.15}),
    ),
    "liveliness": Field(
        Number(low=0, high=1.5, hint="0 is a statue, 1 is natural"),
        f"Blinks, gaze, sway and nods: 0 is a statue, 1 is natural, up to 1.5. {_DOWN}",
        default=1.0,
        examples=(0.7,),
    ),
    "engine": Field(
        _ENGINE,
        f"What performs and draws: stage and reference move the photo, the others paint every frame. {_DOWN}",
        default=DEFAULT_ENGINE,
        examples=ENGINES,
    ),
}
"""Settings that film, people, shots and lines share."""

_SIDE = Number(low=SMALLEST_PX, high=LARGEST_PX, whole=True, multiple=2, code="E016", hint="512 draws fast, 1080 is full HD")
_SIZE_NAME = Text(
    words="a size such as 512 or 720p",
    parse=parse_size,
    kinds=(int, str),
    json={"anyOf": [{"enum": list(SIZES)}, _SIDE.schema(), {"type": "string", "pattern": r"^\s*\d+(\s?[x×]\s?\d+)?\s*$"}]},
)
_SIZE = Either(
    words="a size such as 512, [1080, 1920] or 720p",
    scalar=_SIZE_NAME,
    sequence=Vector(parts=(("width", _SIDE), ("height", _SIDE))),
)
_FPS = Text(
    words="a frame rate such as 25",
    parse=parse_fps,
    kinds=(int, float),
    json={"enum": [23.976, 24, 25, 29.97, 30, 50, 60]},
)
_BACKGROUND = Text(words="keep, blur, '#rrggbb' or the path of a picture", json={"type": "string", "minLength": 1})
FILM = Record(
    title="film",
    called="'film'",
    about="Settings of the whole film; everything is optional.",
    elsewhere=BELONGS,
    fields={
        "size": Field(
            _SIZE,
            "Picture size in pixels: one number for a square, [width, height], or a name. Sides are even, 64 to 4096.",
            default=512,
            examples=(512, [1080, 1920], *SIZES),
        ),
        "fps": Field(_FPS, "Frames per second.", default=25, examples=(25, 29.97)),
        "seed": Field(
            Number(low=0, high=2**32 - 1, whole=True),
            "The same scene with the same seed gives the same frames.",
            default=0,
            examples=(7,),
        ),
        "quality": Field(Choice(options=QUALITIES), "Denoising steps and finish.", default="standard", examples=QUALITIES),
        "background": Field(
            _BACKGROUND,
            "What is behind the people: keep (the photo's own), blur, a colour '#rrggbb' in quotes, or a picture.",
            default="keep",
            examples=("keep", "blur", "#101014", "studio.png"),
        ),
        "subtitles": Field(
            Choice(options=(False, True, "burn")),
            "false, true (files beside the film) or burn (drawn into the picture).",
            default=False,
            examples=(True,),
        ),
        "loudness": Field(
            Number(low=-40, high=-8, hint="-16 suits the web, -23 broadcast"),
            "Loudness of the finished film in LUFS.",
            default=-16,
            examples=(-16, -23),
        ),
        **CASCADE,
    },
)

_COORDINATE = Number(low=0, high=100_000, hint="pixels of the picture")
_FACE = Either(
    words="a number such as 2, or a point [x, y]",
    scalar=Number(low=1, high=100, whole=True, hint="1 is the largest face"),
    sequence=Vector(parts=(("x", _COORDINATE), ("y", _COORDINATE))),
)
IDENTITY = Record(
    title="identity",
    called="'identity'",
    about="An identity that was tuned on this person, and how strongly it is played.",
    fields={
        "path": Field(FOLDER, "The folder that emostage finetune made.", examples=("checkpoints/ada",), required=True),
        "strength": Field(
            Number(low=WEAKEST, high=STRONGEST, hint="0 is the portrait as it is, 1 is what was learnt"),
            "The share of what was learnt: 0 is the portrait as it is, 1 is all of it, up to 1.5.",
            default=1.0,
            examples=(0.8,),
        ),
    },
)
MEMBER = Record(
    title="person",
    called="a person of 'cast'",
    about="A person of the film.",
    elsewhere=BELONGS,
    fields={
        "portrait": Field(
            FILE,
            "Picture of the person (png, jpeg, webp), or sample/NAME for one that comes with emostage.",
            examples=("portraits/ada.png", "sample/astronaut"),
            required=True,
        ),
        "face": Field(
            _FACE,
            "Which face of the picture: a number from the largest, or a point [x, y] in pixels near it.",
            default=1,
            examples=(2, [320, 180]),
        ),
        "framing": Field(
            Choice(options=FRAMINGS),
            "How near the camera is: the whole picture, head and shoulders, or the face.",
            default="whole",
            examples=FRAMINGS,
        ),
        "identity": Field(
            Either(words="the folder of an identity such as checkpoints/ada", scalar=FOLDER, mapping=IDENTITY),
            "The identity that was tuned on this person: its folder, or {path, strength}.",
            examples=("checkpoints/ada", {"path": "checkpoints/ada", "strength": 0.8}),
        ),
        **CASCADE,
    },
)
CAST = NamedRecords(record=MEMBER, words="people by name such as {ada: {portrait: ada.png}}", pattern=NAME_PATTERN)
