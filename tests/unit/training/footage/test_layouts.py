"""Collections of films, as they lie in folders; the films themselves are empty."""

from __future__ import annotations

from pathlib import Path

import pytest

from emostage.core.emotion import EMOTIONS
from emostage.core.errors import AssetError, UsageError
from emostage.training.footage.layouts import films


def lay(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def weights(film) -> dict[str, float]:
    assert sum(film.weights_8) == pytest.approx(1)
    return {name: pytest.approx(weight) for name, weight in zip(EMOTIONS, film.weights_8, strict=True) if weight}


def test_mead_tells_person_emotion_and_level(tmp_path: Path) -> None:
    lay(
        tmp_path,
        *("M003/video/front/happy/level_1/001.mp4", "M003/video/front/happy/level_3/030.mp4", "M003/audio/happy/level_3/030.m4a"),
        *("W009/video/front/neutral/level_1/004.mp4", "W009/video/front/fear/level_2/001.mp4"),
        *("M003/video/left_30/happy/level_1/001.mp4", "M003/video/front/bored/level_1/001.mp4", "README.txt"),
    )
    found, unnamed = films(f"mead:{tmp_path}")
    told = {film.name.removeprefix("mead/"): film for film in found}
    assert set(told) == {
        *("M003/video/front/happy/level_1/001.mp4", "M003/video/front/happy/level_3/030.mp4"),
        *("W009/video/front/neutral/level_1/004.mp4", "W009/video/front/fear/level_2/001.mp4"),
    }
    weak, strong = told["M003/video/front/happy/level_1/001.mp4"], told["M003/video/front/happy/level_3/030.mp4"]
    assert weights(weak) == {"neutral": 0.6, "happy": 0.4}
    assert weights(strong) == {"happy": 1.0}
    assert weights(told["W009/video/front/neutral/level_1/004.mp4"]) == {"neutral": 1.0}
    assert weights(told["W009/video/front/fear/level_2/001.mp4"]) == {"neutral": 0.3, "afraid": 0.7}
    assert strong.sound == tmp_path / "M003/audio/happy/level_3/030.m4a"
    assert weak.sound == weak.path
    assert {film.person for film in found} == {"mead/M003", "mead/W009"}
    assert len(unnamed) == 2


def test_crema_d_tells_person_emotion_and_level(tmp_path: Path) -> None:
    lay(
        tmp_path,
        *("VideoFlash/1001_DFA_ANG_XX.flv", "VideoFlash/1001_IEO_FEA_MD.flv", "VideoFlash/1040_ITH_SAD_X.flv"),
        *(
            "VideoMP4/1002_IEO_DIS_HI.mp4",
            "AudioWAV/1001_IEO_FEA_MD.wav",
            "VideoFlash/holiday.flv",
            "VideoFlash/1001_IEO_JOY_HI.flv",
        ),
    )
    found, unnamed = films(f"crema-d:{tmp_path}")
    told = {film.path.stem: film for film in found}
    assert weights(told["1001_IEO_FEA_MD"]) == {"neutral": 0.3, "afraid": 0.7}
    assert weights(told["1002_IEO_DIS_HI"]) == {"disgusted": 1.0}
    assert weights(told["1001_DFA_ANG_XX"])["angry"] == weights(told["1040_ITH_SAD_X"])["sad"] == 0.7
    assert {film.person for film in found} == {"crema-d/1001", "crema-d/1002", "crema-d/1040"}
    assert told["1001_IEO_FEA_MD"].sound.name == "1001_IEO_FEA_MD.wav"
    assert sorted(unnamed) == ["crema-d/VideoFlash/1001_IEO_JOY_HI.flv", "crema-d/VideoFlash/holiday.flv"]


def test_hdtf_tells_the_person(tmp_path: Path) -> None:
    names = (
        "RD_Radio10_000",
        "RD_Radio11_000",
        "WDA_JoeBiden1_003",
        "WDA_JoeBiden_000",
        "WRA_John_Kasich2_000",
        "WRA_John_Kasich3",
    )
    lay(tmp_path, *(f"clips/{name}.mp4" for name in names), "clips/trailer.mp4")
    found, unnamed = films(f"hdtf:{tmp_path}")
    people = {film.path.stem: film.person.removeprefix("hdtf/") for film in found}
    assert people == {
        "RD_Radio10_000": "RD_Radio10",
        "RD_Radio11_000": "RD_Radio11",
        "WDA_JoeBiden1_003": "WDA_JoeBiden",
        "WDA_JoeBiden_000": "WDA_JoeBiden",
        "WRA_John_Kasich2_000": "WRA_John_Kasich",
        "WRA_John_Kasich3": "WRA_John_Kasich",
    }
    assert all(film.weights_8 is None for film in found)
    assert unnamed == ("hdtf/clips/trailer.mp4",)


def test_plain_folders_have_a_person_for_each_film_or_sub_folder(tmp_path: Path) -> None:
    lay(tmp_path, "me.mp4", "ada/1.mov", "ada/old/2.MKV", "notes.txt")
    found, unnamed = films(f"videos:{tmp_path}")
    assert {film.name: film.person for film in found} == {
        "videos/me.mp4": "videos/me",
        "videos/ada/1.mov": "videos/ada",
        "videos/ada/old/2.MKV": "videos/ada",
    }
    assert unnamed == ()


@pytest.mark.parametrize("asked", ["ravdess:films", "films", "mead:", ""])
def test_unknown_kinds_are_told(asked: str) -> None:
    with pytest.raises(UsageError, match=r"E014.*no collection"):
        films(asked)


def test_folders_without_such_films_are_told(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="E106 there is no folder"):
        films(f"mead:{tmp_path / 'none'}")
    lay(tmp_path, "me.mp4")
    with pytest.raises(AssetError, match=r"E106 no film in .* as those of 'mead'"):
        films(f"mead:{tmp_path}")
