"""What people do wrong, through the real command line: each has a stable code, a place or a name, a hint and an exit code, and
costs nobody anything: no file that existed is changed, nothing half-written stays, nobody sees a traceback.

The problems of the language itself have their examples in `bad/`; here they only pass through the command.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from emostage.apps import progress
from emostage.apps.cli import main
from emostage.speech import synthesis
from emostage.studio.events import LineBegun, StageBegun

HERE = Path(__file__).parent
SCENE = """\
emostage: 1
film: {size: 64, quality: draft, engine: reference, subtitles: true}
cast: {ada: {portrait: ada.png, voice: espeak/en-us}}
shots:
  - lines:
      - ada: "Hi."
"""
RATE_HZ = 16_000
NEEDS_A_CHILD = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals, pipes and limits")


def astronaut():
    """The good picture."""
    with Image.open(HERE.parents[1] / "emostage/data/samples/astronaut.png") as picture:
        return picture.convert("RGB")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Pictures that are made once, and the cache of the first film."""
    folder = tmp_path_factory.mktemp("store")
    astronaut().save(folder / "ada.png")
    return folder


@pytest.fixture
def desk(store, tmp_path, monkeypatch):
    """A folder to work in, with a good picture and a good scene."""
    (tmp_path / "ada.png").write_bytes((store / "ada.png").read_bytes())
    (tmp_path / "scene.yaml").write_text(SCENE)
    monkeypatch.setenv("EMOSTAGE_CACHE", str(store / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def emostage(desk, capsys):
    """The command line: `code, out, err` of a call, none of which may show a traceback."""

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main([str(a) for a in arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        assert "E120" not in said.out + said.err, "an internal error is a fault"
        return end.value.code or 0, said.out, said.err

    return call


@pytest.fixture
def refused(emostage, desk):
    """A call that must fail: its codes, after a look that every problem has a hint and that no file has changed."""

    def call(exit_code, *arguments):
        before = everything(desk)
        code, out, err = emostage(*arguments)
        problems = re.findall(r"^(?:.*?: )?([EW]\d{3}) (.*)$", out + err, re.MULTILINE)
        assert code == exit_code, out + err
        assert problems
        assert all(re.search("; | needs |, outside ", words) for _, words in problems), problems
        assert everything(desk) == before
        return [problem for problem, _ in problems]

    return call


def everything(folder):
    """Every file of a folder with its bytes, every other thing with its kind."""
    return {path: path.read_bytes() if path.is_file() else path.is_dir() for path in folder.rglob("*")}


def scene(desk, old="", new="", name="scene.yaml"):
    """The good scene with one thing changed."""
    assert old in SCENE
    (desk / name).write_text(SCENE.replace(old, new), encoding="utf-8")
    return name


def sound(path, samples, rate=RATE_HZ, subtype="FLOAT"):
    soundfile.write(path, np.asarray(samples, np.float32), rate, subtype=subtype)


# ------------------------------------------------------------------------------------------------------------ the script


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("duplicate-keys", {"E005"}),
        ("bomb", {"E006"}),
        ("deep", {"E006"}),
        ("circular-alias", {"E007"}),
        ("tag", {"E007"}),
        ("tab", {"E004"}),
        ("utf16", {"E002"}),
        ("latin1", {"E002"}),
        ("control-character", {"E003"}),
        ("yaml-1.1-traps", {"E010", "E040"}),
        ("emotions", {"E031", "E033"}),
        ("texts", {"E050", "E051"}),
        ("too-many-words", {"E055"}),
        ("times", {"E041"}),
        ("words", {"E042"}),
        ("empty", {"E008"}),
    ],
)
def test_what_the_language_refuses_is_3(refused, name, codes):
    assert codes <= set(refused(3, "check", HERE / "bad" / f"{name}.yaml"))
    assert codes <= set(refused(3, "render", HERE / "bad" / f"{name}.yaml", "-o", "film.mp4"))


@pytest.mark.parametrize("written", ["1:30", "0:01.5", "yes", "off", "0777", "1e3", "2026-01-01", "null"])
def test_what_yaml_would_make_of_plain_words_stays_a_text(emostage, desk, written):
    """In quotes they are spoken as they stand; `1:30` is a time, not 5400."""
    scene(desk, '"Hi."', f'"Say {written} now."')
    code, out, err = emostage("plan", "scene.yaml", "--json")
    assert (code, json.loads(out)["lines"][0]["text"]) == (0, f"Say {written} now."), err


def test_a_time_of_a_minute_and_a_half_is_one(emostage, desk):
    scene(desk, 'ada: "Hi."', "ada: {pause: 100s, emotion: [{at: 1:30, happy: 0.5}]}")
    code, out, err = emostage("plan", "scene.yaml", "--json")
    assert (code, json.loads(out)["lines"][0]["emotion"][-1]["at_s"]) == (0, 90.0), err


TEXTS = [
    ('"Привет, мир."', "E061", 4, "espeak/ru"),
    ('"你好。"', "E061", 4, "espeak/cmn"),
    ('"🎉 🎉"', "E051", 3, "pause"),
    ('""', "E050", 3, "pause"),
    (f'"{"word " * 10_000}"', "E055", 3, "split"),
    (f'"{"a " * 10_000}"', "E055", 3, "split"),
    ('"[happy 0.7, sad 0.6] Hi."', "E033", 3, "1"),
    ('"[hapy 0.7] Hi."', "E031", 3, "happy"),
]


@pytest.mark.parametrize(("text", "problem", "exit_code", "hint"), TEXTS, ids=[t[1] + str(i) for i, t in enumerate(TEXTS)])
def test_texts(refused, emostage, desk, text, problem, exit_code, hint):
    scene(desk, '"Hi."', text)
    for command in (("check",), ("plan",), ("render", "-o", "film.mp4")):
        assert refused(exit_code, *command, "scene.yaml") == [problem]
    found = json.loads(emostage("check", "scene.yaml", "--format", "json")[1])[0]
    assert (found["line"], found["code"]) == (6, problem)
    assert hint in found["hint"]


def test_emoji_between_words_are_passed_over(emostage, desk):
    scene(desk, '"Hi."', '"Hi 🎉 there 👩‍🚀!"')
    code, out, _ = emostage("plan", "scene.yaml", "--json")
    assert (code, [w["text"] for w in json.loads(out)["lines"][0]["words"]]) == (0, ["Hi", "there"])


def test_a_key_after_the_end_is_told_when_the_length_is_known(refused, desk):
    scene(desk, '"Hi."', '"Hi."\n        emotion: [{at: 60s, happy: 1}]')
    assert refused(3, "plan", "scene.yaml") == ["E041"]
    assert refused(3, "render", "scene.yaml", "-o", "film.mp4") == ["E041"]


@pytest.mark.parametrize("voice", ["espeak/xx", "espeak/en-us+nobody", "piper/none.onnx", "piper/en_US-nobody-high"])
def test_voices_that_are_not_there(refused, desk, voice):
    scene(desk, "espeak/en-us", voice)
    for command in ("check", "plan", "render"):
        assert refused(4, command, "scene.yaml") == ["E062"]


def test_all_problems_are_told_at_once_and_in_order(refused, desk):
    """Language, voices, pictures, texts and sounds together."""
    (desk / "no.png").write_text("no picture")
    (desk / "no.wav").write_text("no sound")
    (desk / "scene.yaml").write_text(
        "emostage: 1\n"
        "cast:\n"
        "  ada: {portrait: no.png, voice: espeak/xx}\n"
        "  bob: {portrait: none.png}\n"
        "shots:\n"
        "  - lines:\n"
        '      - ada: "[hapy 1] Hi."\n'
        "      - bob: {audio: no.wav}\n"
        '      - bob: "Привет"\n'
    )
    assert refused(3, "check", "scene.yaml") == ["E072", "E062", "E071", "E031", "E083", "E061"]


def test_five_thousand_lines_are_checked_in_a_moment(emostage, desk):
    lines = "".join(f'      - ada: "[happy 0.{i % 9}] Line number {i} of a long film."\n' for i in range(5000))
    (desk / "scene.yaml").write_text(SCENE.replace('      - ada: "Hi."\n', lines))
    begun_s = time.perf_counter()
    assert emostage("check", "scene.yaml")[0] == 0
    assert time.perf_counter() - begun_s < 8.0, "about a second on an idle machine"


# ------------------------------------------------------------------------------------------------- files that are no files


def ring(path):
    path.symlink_to(path.with_name("ring"))
    path.with_name("ring").symlink_to(path)


ODD_FILES = {
    "missing": lambda path: None,
    "folder": lambda path: path.mkdir(),
    "pipe": os.mkfifo,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "circle": ring,
}


@NEEDS_A_CHILD
@pytest.mark.parametrize("kind", ODD_FILES)
def test_what_is_no_file_is_refused_and_never_waited_for(refused, desk, kind):
    ODD_FILES[kind](desk / "odd")
    done = subprocess.run(
        [sys.executable, "-m", "emostage", "check", "odd"], capture_output=True, text=True, timeout=30, cwd=desk, check=False
    )
    assert (done.returncode, "E001" in done.stdout) == (3, True), done
    assert refused(4, "portrait", "odd", "-o", "found.png") == ["E071"]
    scene(desk, "ada.png", "odd")
    assert refused(4, "check", "scene.yaml")[0] in ("E071", "E026")
    scene(desk, '"Hi."', "{audio: odd}")
    assert refused(4, "render", "scene.yaml")[0] in ("E080", "E026")
    assert refused(4, "sheet", "odd", "-o", "sheet.png") == ["E106"]


def test_names_that_shells_trip_over(emostage, desk):
    folder = desk / 'a folder\'s "name" $(x)'
    folder.mkdir()
    (desk / "ada.png").rename(folder / '-ad\'a "1".png')
    sound(folder / "-take 'one'.wav", 0.3 * np.sin(np.arange(RATE_HZ) * 0.1))
    text = SCENE.replace("ada.png", '"-ad\'a \\"1\\".png"').replace('"Hi."', "{audio: \"-take 'one'.wav\"}")
    (folder / "-scene 'x'.yaml").write_text(text.replace("subtitles: true", "subtitles: false"))
    out = folder / '-film "y" 100%.mp4'
    for command in (("check",), ("render", "-o", out, "-q", "--contact-sheet")):
        code, _, err = emostage(*command, folder / "-scene 'x'.yaml")
        assert code == 0, err
    os.chdir(folder)
    assert emostage("portrait", "-o", "-found 'it'.png", "--", '-ad\'a "1".png')[0] == 0
    assert emostage("render", "--out=-again.mp4", "--", "-scene 'x'.yaml")[0] == 0
    assert {out.name, out.with_suffix(".png").name, "-found 'it'.png", "-again.mp4"} <= {p.name for p in folder.iterdir()}


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux only")
def test_names_that_are_no_text(emostage, desk):
    name = os.fsdecode(b"b\xff")
    (desk / "scene.yaml").rename(desk / f"{name}.yaml")
    assert emostage("render", f"{name}.yaml", "-o", f"{name}.mp4")[0] == 0
    assert (desk / f"{name}.mp4").exists()
    assert emostage("check", f"{name}{name}.yaml")[0] == 3


# --------------------------------------------------------------------------------------------------------------- pictures


def turned(source, degrees):
    """The person of a picture seen from the side: the fitted head with the picture as its skin."""
    from scipy import ndimage

    from emostage.face import zbuffer
    from emostage.face.fit import project, rotation
    from emostage.face.head import load_head
    from emostage.face.portrait import read_portrait

    portrait, _ = read_portrait(source)
    fit, triangles_F3 = portrait.fit, load_head().triangles_F3
    middle = portrait.crop.size_px / 2
    skin_V2 = project(fit.vertices_V3, fit.rotation_33, fit.translation_3, fit.focal_px) + middle
    seen_V3 = fit.vertices_V3 @ (rotation(np.array([0, np.radians(degrees), 0])) @ fit.rotation_33).T + fit.translation_3
    points_V2 = seen_V3[:, :2] / seen_V3[:, 2:] * fit.focal_px + middle
    triangle_HW, bary_HW3 = zbuffer.draw(points_V2, seen_V3[:, 2], triangles_F3, portrait.crop.size_px)
    place_HW2 = (skin_V2[triangles_F3[triangle_HW]] * bary_HW3[..., None]).sum(2)
    channels = [ndimage.map_coordinates(portrait.face_SS3[..., c], place_HW2.T[::-1].transpose(0, 2, 1), order=1) for c in range(3)]
    picture = np.stack(channels, 2)
    picture[triangle_HW < 0] = (90, 100, 110)
    return Image.fromarray(picture.astype(np.uint8))


def bomb(path, unpacked):
    """A picture of 64 x 64 pixels whose data unpack to far more."""

    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    packer, block = zlib.compressobj(9), bytes(1 << 20)
    data = b"".join(packer.compress(block) for _ in range(unpacked >> 20)) + packer.flush()
    header = b"".join(side.to_bytes(4, "big") for side in (64, 64)) + bytes([8, 2, 0, 0, 0])
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b""))


def make_picture(kind, path):
    """A picture of a kind at `path`."""
    ada = astronaut()
    match kind:
        case "no face":
            Image.new("RGB", (200, 200), "#808080").save(path)
        case "small face":
            ada.resize((200, 200)).save(path)
        case "cut off":
            ada.crop((150, 100, 300, 512)).save(path)
        case "from the side":
            turned("sample/hopper", -55).save(path)
        case "one pixel" | "a line":
            Image.new("RGB", (1, 1 if kind == "one pixel" else 20_000)).save(path)
        case "huge":
            Image.new("1", (10_000, 8_001)).save(path)
        case "text":
            path.write_text("not a picture")
        case "empty":
            path.touch()
        case "gif":
            ada.save(path, "GIF")
        case "cut short":
            ada.save(path, "JPEG", quality=95)
            path.write_bytes(path.read_bytes()[:30_000])
        case "bomb":
            bomb(path, 256 << 20)


PICTURES = {
    "no face": "E070",
    "small face": "E076",
    "cut off": "E078",
    "from the side": "E077",
    "one pixel": "E076",
    "a line": "E076",
    "huge": "E073",
    "text": "E072",
    "empty": "E072",
    "gif": "E072",
    "cut short": "E072",
    "bomb": "E070",
}


@pytest.mark.parametrize("kind", PICTURES)
def test_pictures_that_cannot_be_used(refused, desk, kind):
    make_picture(kind, desk / "odd.png")
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun_s = time.perf_counter()
    assert refused(4, "portrait", "odd.png") == [PICTURES[kind]]
    assert time.perf_counter() - begun_s < 10.0
    if kind in ("bomb", "huge", "a line"):
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 400_000
    scene(desk, "ada.png", "odd.png")
    assert refused(4, "render", "scene.yaml", "-o", "film.mp4") == [PICTURES[kind]]


@pytest.mark.parametrize("kind", ["one pixel", "huge", "text", "empty", "gif"])
def test_check_sees_what_the_header_shows(refused, desk, kind):
    make_picture(kind, desk / "odd.png")
    scene(desk, "ada.png", "odd.png")
    assert refused(4, "check", "scene.yaml") == [PICTURES[kind]]


def save_as(kind, folder):
    """The good picture in another dress."""
    ada = astronaut()
    quality = {"quality": 97}
    match kind:
        case "CMYK":
            ada.convert("CMYK").save(folder / "odd.jpg", **quality)
        case "16 bit":
            Image.fromarray(np.asarray(ada.convert("L"), np.uint16) * 257).save(folder / "odd.png")
        case "palette":
            ada.quantize(255).save(folder / "odd.png", transparency=255)
        case "animation":
            ada.save(folder / "odd.webp", save_all=True, append_images=[Image.new("RGB", ada.size)], duration=100, **quality)
        case "moving png":
            ada.save(folder / "odd.png", save_all=True, append_images=[Image.new("RGB", ada.size)], duration=100)
        case "rotated":
            tags = Image.Exif()
            tags[0x112] = 6
            ada.transpose(Image.Transpose.ROTATE_90).save(folder / "odd.png", exif=tags)
    return next(folder.glob("odd.*"))


@pytest.fixture(scope="module")
def upright(store):
    from emostage.face.portrait import read_portrait

    return read_portrait(store / "ada.png")[0]


@pytest.mark.parametrize("kind", ["CMYK", "16 bit", "palette", "animation", "moving png", "rotated"])
def test_pictures_of_other_kinds_are_the_same_person(emostage, desk, upright, kind):
    odd = save_as(kind, desk)
    code, out, err = emostage("portrait", odd.name, "--json", "-o", "found.png")
    assert code == 0, err
    facts = json.loads(out)
    assert facts["picture_px"] == [512, 512]
    points_L2 = upright.crop.to_picture(upright.landmarks_L2[:468])
    low_2, high_2 = points_L2.min(0), points_L2.max(0)
    assert facts["face_px"] == pytest.approx([*low_2, *(high_2 - low_2)], abs=0.06 if kind == "rotated" else 2.0)


def test_a_picture_on_its_side_with_the_right_mark_is_the_upright_one_to_the_bit(desk, upright):
    from emostage.face.portrait import read_portrait

    portrait, _ = read_portrait(save_as("rotated", desk))
    assert portrait.fingerprint == upright.fingerprint
    np.testing.assert_array_equal(portrait.landmarks_L2, upright.landmarks_L2)


def test_of_several_faces_one_is_used_and_the_others_are_told(emostage, refused, desk):
    ada, two = astronaut(), Image.new("RGB", (1024, 512))
    two.paste(ada, (0, 0))
    two.paste(ada.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (512, 0))
    two.save(desk / "two.png")
    code, _, err = emostage("portrait", "two.png")
    assert (code, "W070" in err, "face: 2" in err) == (0, True, True)
    left, right = (
        json.loads(emostage("portrait", "two.png", "--json", "--face", at)[1])["face_px"][0] for at in ("1,90", "1023,90")
    )
    assert right > left + 400
    assert refused(4, "portrait", "two.png", "--face", "3") == ["E074"]
    assert refused(2, "portrait", "two.png", "--face", "left") == ["E014"]


# ----------------------------------------------------------------------------------------------------------------- sounds


def make_sound(kind, path):
    tone_S = 0.3 * np.sin(np.arange(RATE_HZ) * 0.1)
    match kind:
        case "silent":
            sound(path, np.zeros(RATE_HZ))
        case "no numbers":
            sound(path, np.full(RATE_HZ, np.nan))
        case "no samples":
            sound(path, [])
        case "no bytes":
            path.touch()
        case "text":
            path.write_text("not a sound, only a text")
        case "cut short":
            sound(path, tone_S, subtype="PCM_16")
            path.write_bytes(path.read_bytes()[:30])
        case "some numbers missing":
            tone_S[100:4000] = np.nan
            sound(path, tone_S)
        case "clipped":
            sound(path, np.clip(tone_S * 30, -1, 1))


SOUNDS = {"no samples": "E081", "no bytes": "E081", "text": "E083", "cut short": "E083", "silent": "E082", "no numbers": "E087"}


@pytest.mark.parametrize("kind", SOUNDS)
def test_sounds_that_cannot_be_used(refused, emostage, desk, kind):
    make_sound(kind, desk / "take.wav")
    scene(desk, '"Hi."', "{audio: take.wav}")
    if kind not in ("silent", "no numbers"):  # those are known only when it is decoded
        assert refused(4, "check", "scene.yaml") == [SOUNDS[kind]]
    for command in ("plan", "render"):
        assert refused(4, command, "scene.yaml") == [SOUNDS[kind]]
    assert "scene.yaml:6:" in emostage("plan", "scene.yaml")[2]


@pytest.mark.parametrize(("kind", "code"), [("some numbers missing", "W080"), ("clipped", "W081")])
def test_sounds_that_are_odd_are_used_and_told_every_time(emostage, desk, kind, code):
    make_sound(kind, desk / "take.wav")
    scene(desk, '"Hi."', "{audio: take.wav}")
    for _ in range(2):
        done, _, err = emostage("plan", "scene.yaml")
        assert (done, f"scene.yaml:6:9: {code} 'take.wav'" in err) == (0, True), err


# ---------------------------------------------------------------------------------------------------------------- outputs


@pytest.fixture
def film(emostage, desk):
    """A finished film; all it takes is in the cache from then on."""
    code, _, err = emostage("render", "scene.yaml", "-o", "film.mp4")
    assert code == 0, err
    return desk / "film.mp4"


def test_nothing_that_is_read_is_ever_replaced(refused, film, desk):
    (desk / "link.png").symlink_to("ada.png")
    os.link(desk / "ada.png", desk / "hard.png")
    (desk / "film.mov").symlink_to("scene.yaml")
    (desk / "scene.png").symlink_to("scene.yaml")
    for arguments in (
        ("render", "scene.yaml", "-o", "film.mov"),
        ("render", "scene.yaml", "-o", "ada.mp4", "--contact-sheet"),
        ("render", "scene.yaml", "-o", "hard.mp4", "--contact-sheet"),
        ("plan", "scene.yaml", "--plot", "ada.png"),
        ("plan", "scene.yaml", "--plot", "scene.png"),
        ("portrait", "ada.png", "-o", "ada.png"),
        ("portrait", "ada.png", "-o", "link.png"),
        ("portrait", "ada.png", "-o", "./hard.png"),
    ):
        assert refused(2, *arguments) == ["E105"], arguments


def test_names_that_an_output_cannot_have(refused, film, desk):
    for arguments in (
        ("render", "scene.yaml", "-o", "scene.yaml"),
        ("render", "scene.yaml", "-o", "ada.png"),
        ("render", "scene.yaml", "-o", "film"),
        ("render", "scene.yaml", "-o", ""),
        ("sheet", "film.mp4", "-o", "film.mp4"),
        ("plan", "scene.yaml", "-o", "plan.txt"),
        ("plan", "scene.yaml", "--plot", "scene.yaml"),
        ("portrait", "ada.png", "-o", "found.jpg"),
        ("voices", "say", "Hi.", "-o", "say.mp3"),
        ("new", "ada.png", "--force"),
    ):
        assert refused(2, *arguments) == ["E104"], arguments


def test_places_that_an_output_cannot_have(refused, film, desk):
    (desk / "folder.mp4").mkdir()
    (desk / "in the way.srt").mkdir()
    (desk / "circle.mp4").symlink_to("circle.mp4")
    os.mkfifo(desk / "pipe.mp4")
    for out, problem in (
        ("folder.mp4", "E102"),
        ("in the way.mp4", "E102"),
        ("film.mp4/film.mp4", "E102"),
        ("pipe.mp4", "E102"),
        ("circle.mp4", "E101"),
        ("/proc/film.mp4", "E101"),
        ("x" * 300 + ".mp4", "E101"),
    ):
        assert refused(1, "render", "scene.yaml", "-o", out) == [problem], out


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_without_permission(refused, film, desk):
    (desk / "locked").mkdir(mode=0o500)
    assert refused(1, "render", "scene.yaml", "-o", "locked/film.mp4") == ["E101"]


def test_an_output_that_exists(emostage, refused, film, desk):
    assert refused(1, "render", "scene.yaml", "-o", "film.mp4", "--no-clobber") == ["E103"]
    (desk / "other.srt").write_text("mine")
    assert refused(1, "render", "scene.yaml", "-o", "other.mp4", "--no-clobber") == ["E103"]
    assert refused(1, "new", "scene.yaml") == ["E103"]
    whole = film.read_bytes()
    film.write_bytes(b"an old film")
    assert emostage("render", "scene.yaml", "-o", "film.mp4")[0] == 0
    assert film.read_bytes() == whole


def test_a_link_stays_a_link_and_a_missing_folder_is_made(emostage, film, desk):
    (desk / "link.mp4").symlink_to("real.mp4")
    assert emostage("render", "scene.yaml", "-o", "link.mp4")[0] == 0
    assert (desk / "link.mp4").is_symlink()
    assert (desk / "real.mp4").read_bytes() == film.read_bytes()
    assert emostage("render", "scene.yaml", "-o", "new/deep/film.mp4")[0] == 0
    assert (desk / "new/deep/film.mp4").read_bytes() == film.read_bytes()


# -------------------------------------------------------------------------------------------------------------- full disks


@pytest.fixture
def no_file_over():
    """From the call on no file may be larger than so many bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(size):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))

    yield limit
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@NEEDS_A_CHILD
@pytest.mark.parametrize(
    "arguments",
    [
        ("render", "scene.yaml", "-o", "film.mp4"),
        ("portrait", "ada.png", "-o", "found.png"),
        ("plan", "scene.yaml", "-o", "plan.json"),
        ("plan", "scene.yaml", "-o", "plan.npz"),
        ("plan", "scene.yaml", "--plot", "plan.png"),
        ("sheet", "film.mp4", "-o", "sheet.png"),
        ("voices", "say", "Hello.", "-o", "say.wav"),
        ("new", "new.yaml"),
    ],
    ids=" ".join,
)
def test_a_disk_that_is_full_for_the_output(refused, film, no_file_over, arguments):
    no_file_over(100)
    assert refused(1, *arguments) == ["E100"]


@NEEDS_A_CHILD
@pytest.mark.parametrize("there", [(), ("takes",), ("takes", "portraits")], ids=["takes", "portraits", "clips"])
def test_a_disk_that_is_full_for_the_cache(refused, film, store, desk, no_file_over, monkeypatch, there):
    """A take, a portrait or a clip does not fit; nothing of it stays."""
    cache = store / f"cache with {len(there)} kinds"
    for kind in there:
        shutil.copytree(store / "cache" / kind, cache / kind)
    monkeypatch.setenv("EMOSTAGE_CACHE", str(cache))
    scene(desk, "size: 64", "size: 256")
    before = everything(cache)
    no_file_over(20_000)
    assert refused(1, "render", "scene.yaml", "-o", "film.mp4") == ["E100"]
    after = everything(cache)
    assert {path: after[path] for path in before} == before
    assert not [path for path in after if path not in before and path.is_file()]


def test_a_disk_that_fills_between_the_film_and_what_stands_beside_it(refused, emostage, film, desk, monkeypatch):
    """The film is whole; what could not be written is not there, and what was there before stays."""
    (desk / "film.srt").write_text("the subtitles of before")

    def full(subtitles, path):
        from emostage.core.whole import whole_file, writing

        with whole_file(path) as part, writing(path):
            part.write_text("half")
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("emostage.film.subtitles.write", full)
    assert refused(1, "render", "scene.yaml", "-o", "film.mp4") == ["E100"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_for_what_is_printed(desk):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "emostage", "check", "scene.yaml", "--format", "json"],
            stdout=full, stderr=subprocess.PIPE, text=True, cwd=desk, check=False,
        )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert done.returncode != 0


# ------------------------------------------------------------------------------------------------------------ interruption


@NEEDS_A_CHILD
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
@pytest.mark.parametrize("instant", ["speech", "face", "picture", "film"])
def test_interrupted(emostage, store, desk, monkeypatch, request, number, instant):
    """Stopped while it speaks, reads a face, draws or joins: 130, no film, no part, no temporary folder; then it continues."""
    monkeypatch.setenv("TMPDIR", str(desk / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", str(desk / "tmp"))
    (desk / "tmp").mkdir()
    usual = signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    request.addfinalizer(lambda: signal.signal(number, usual))  # a run in the background begins with signals ignored
    scene(desk, '"Hi."', f'"{instant} {number.name}."\n      - ada: "And."\n        emotion: happy 0.{number:02d}')
    before = everything(desk)
    once = iter([number])  # lines are spoken side by side, and a second signal could arrive when nobody listens any more
    pull = {"speech": None, "face": LineBegun, "picture": StageBegun, "film": StageBegun}[instant]

    def hear(event):
        if pull and isinstance(event, pull) and getattr(event, "stage", instant) == instant:
            signal.raise_signal(next(once))

    def speak(asked):
        if next(once, None):
            os.kill(os.getpid(), number)
            time.sleep(0.1)
        return synthesis.speak(asked)

    with monkeypatch.context() as patch:
        patch.setattr(progress, "_json_line", hear)
        if instant == "speech":
            patch.setattr("emostage.studio.stages._speak", speak)
        code, _, err = emostage("render", "scene.yaml", "-o", "film.mp4", "--json-lines")
    assert (code, "interrupted" in err) == (130, True)
    assert everything(desk) == before
    assert not [p for p in (store / "cache").rglob("*") if "part" in p.name]


def test_after_an_interruption_the_film_is_finished(emostage, desk, film):
    """`test_interrupted` has left its finished lines in this cache."""
    assert emostage("render", "scene.yaml", "-o", "again.mp4")[0] == 0
    assert (desk / "again.mp4").read_bytes() == film.read_bytes()
