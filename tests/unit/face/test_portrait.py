from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from emostage.core.errors import AssetError, Diagnostic
from emostage.core.tracks import Portrait
from emostage.face.crop import MARGIN, WIDE_MARGIN
from emostage.face.fit import euler_rad
from emostage.face.portrait import portrait_of, read_portrait

Read = tuple[Portrait, tuple[Diagnostic, ...]]


def two_faces(astronaut: np.ndarray) -> np.ndarray:
    half = np.asarray(Image.fromarray(astronaut).resize((307, 307), Image.Resampling.BICUBIC))
    picture = np.full((512, 860, 3), 128, np.uint8)
    picture[100:407, :307] = half
    picture[:, 348:] = astronaut
    return picture


def code_of(picture: np.ndarray, **options: object) -> str:
    with pytest.raises(AssetError) as caught:
        portrait_of(picture, **options)  # type: ignore[arg-type]
    assert caught.value.diagnostics[0].hint
    return caught.value.diagnostics[0].code


def test_a_portrait_is_whole(hopper: Read) -> None:
    portrait = hopper[0]
    assert portrait.face_SS3.shape == (512, 512, 3)
    assert portrait.landmarks_L2.shape == (478, 2)
    assert portrait.matte_SS.shape == (512, 512)
    assert portrait.crop.size_px == 512
    assert len(portrait.fingerprint) == 64
    height = np.ptp(portrait.landmarks_L2[:468, 1])
    assert 0.38 < height / 512 < 0.56
    with pytest.raises(ValueError, match="read-only"):
        portrait.face_SS3[0] = 0


def test_fit_is_close_on_the_samples(hopper: Read) -> None:
    for portrait, _ in (hopper, read_portrait("sample/astronaut")):
        assert portrait.fit.error_px < 2.3
        assert np.abs(np.degrees(euler_rad(portrait.fit.rotation_33))).max() < 6


def test_reading_twice_gives_the_same_bytes(hopper: Read) -> None:
    again, _ = read_portrait("sample/hopper")
    first = hopper[0]
    assert again.fingerprint == first.fingerprint
    for name in ("face_SS3", "landmarks_L2", "matte_SS"):
        np.testing.assert_array_equal(getattr(again, name), getattr(first, name))
    np.testing.assert_array_equal(again.fit.vertices_V3, first.fit.vertices_V3)


def test_a_larger_crop_shows_the_same_window(hopper: Read) -> None:
    small = hopper[0]
    large, _ = read_portrait("sample/hopper", crop_px=768)
    assert large.face_SS3.shape == (768, 768, 3)
    assert large.crop.left == small.crop.left
    assert large.crop.scale == pytest.approx(1.5 * small.crop.scale)
    apart = large.crop.to_picture(large.landmarks_L2) - small.crop.to_picture(small.landmarks_L2)
    assert np.abs(apart).mean() < 1.0
    assert large.fingerprint != small.fingerprint


def test_the_face_is_chosen_by_size_number_or_place(astronaut: np.ndarray) -> None:
    picture = two_faces(astronaut)
    largest, warned = portrait_of(picture)
    assert [d.code for d in warned] == ["W070"]
    assert "face: 2" in warned[0].hint
    second, quiet = portrait_of(picture, face=2)
    assert "W070" not in {d.code for d in quiet}
    assert second.crop.to_picture(second.landmarks_L2)[:, 0].mean() < 307
    assert largest.crop.to_picture(largest.landmarks_L2)[:, 0].mean() > 348
    pointed, _ = portrait_of(picture, face=(130.0, 180.0))
    np.testing.assert_array_equal(pointed.landmarks_L2, second.landmarks_L2)
    assert largest.fingerprint != second.fingerprint
    for number in (0, 3, -1):
        assert code_of(picture, face=number) == "E074"


def test_a_mirrored_picture_is_a_mirrored_portrait(astronaut: np.ndarray) -> None:
    straight, _ = portrait_of(astronaut)
    mirrored, _ = portrait_of(np.ascontiguousarray(astronaut[:, ::-1]))
    yaw, back = (euler_rad(p.fit.rotation_33)[2] for p in (straight, mirrored))
    assert yaw == pytest.approx(-back, abs=0.02)
    assert np.abs(straight.matte_SS - mirrored.matte_SS[:, ::-1]).mean() < 0.02


def test_pictures_without_a_usable_face(astronaut: np.ndarray) -> None:
    assert code_of(np.full((300, 300, 3), 90, np.uint8)) == "E070"
    assert code_of(astronaut[300:]) == "E070"
    tiny = np.asarray(Image.fromarray(astronaut).resize((180, 180), Image.Resampling.BICUBIC))
    assert code_of(tiny) == "E076"


def test_a_picture_on_its_side_is_refused(astronaut: np.ndarray) -> None:
    for quarters in (1, 2, 3):
        assert code_of(np.rot90(astronaut, quarters)) in {"E075", "E077"}


@pytest.mark.parametrize("degrees", [-45, 30])
def test_a_tilted_face_is_read_like_an_upright_one(hopper: Read, degrees: float) -> None:
    straight = hopper[0]
    height, width = straight.picture_HW3.shape[:2]
    matrix_23 = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    matrix_23[:, 2] += 100
    turned = cv2.warpAffine(straight.picture_HW3, matrix_23, (width + 200, height + 200), borderMode=cv2.BORDER_REPLICATE)
    tilted, _ = portrait_of(np.asarray(turned, np.uint8))
    points_L2 = straight.crop.to_picture(straight.landmarks_L2[:468])
    expected_L2 = points_L2 @ matrix_23[:, :2].T + matrix_23[:, 2]
    apart_L = np.linalg.norm(tilted.crop.to_picture(tilted.landmarks_L2[:468]) - expected_L2, axis=1)
    assert apart_L.mean() < 0.012 * np.ptp(points_L2[:, 1])
    roll_deg = np.degrees(euler_rad(tilted.fit.rotation_33)[2] - euler_rad(straight.fit.rotation_33)[2])
    assert roll_deg == pytest.approx(-degrees, abs=2)


def test_a_grey_statue_is_read(astronaut: np.ndarray) -> None:
    grey = 90 + 0.55 * astronaut.mean(2, keepdims=True)
    statue, warned = portrait_of(np.repeat(grey, 3, 2).astype(np.uint8))
    photo, _ = portrait_of(astronaut)
    apart_L2 = statue.crop.to_picture(statue.landmarks_L2) - photo.crop.to_picture(photo.landmarks_L2)
    assert np.abs(apart_L2).mean() < 1.0
    assert warned == ()


@pytest.mark.parametrize(("first_row", "widened"), [(0, True), (20, False)])
def test_hair_that_the_window_cuts_widens_it(
    astronaut: np.ndarray, monkeypatch: pytest.MonkeyPatch, first_row: int, widened: bool
) -> None:
    def person(face_SS3: np.ndarray, landmarks_L2: np.ndarray) -> np.ndarray:
        matte_SS = np.zeros(face_SS3.shape[:2], np.float32)
        matte_SS[first_row:, 200:300] = 1
        return matte_SS

    monkeypatch.setattr("emostage.face.portrait.matte", person)
    picture = np.full((1000, 1100, 3), 120, np.uint8)
    picture[300:812, 300:812] = astronaut
    portrait, _ = portrait_of(picture)
    extent = np.ptp(portrait.landmarks_L2[:468], axis=0).max() / portrait.crop.size_px
    assert 1 / extent == pytest.approx(WIDE_MARGIN if widened else MARGIN, rel=0.02)
    points_L2 = portrait.crop.to_picture(portrait.landmarks_L2)
    assert 500 < points_L2[:, 0].mean() < 550
    assert portrait.fit.error_px < 2.3


def test_a_small_face_in_a_large_picture_is_found(astronaut: np.ndarray) -> None:
    large = np.full((2400, 3200, 3), 120, np.uint8)
    large[1500:2012, 2100:2612] = astronaut
    portrait, _ = portrait_of(large)
    alone, _ = portrait_of(astronaut)
    apart = portrait.crop.to_picture(portrait.landmarks_L2) - alone.crop.to_picture(alone.landmarks_L2) - [2100, 1500]
    assert np.abs(apart).mean() < 1.0


def test_messages_name_the_file_and_not_its_folder(tmp_path: Path) -> None:
    Image.new("RGB", (200, 200)).save(tmp_path / "blank.png")
    for source in (tmp_path / "blank.png", str(tmp_path / "blank.png")):
        with pytest.raises(AssetError, match=r"'blank\.png'"):
            read_portrait(source)


def test_a_narrow_picture_is_continued_by_its_border(astronaut: np.ndarray) -> None:
    portrait, _ = portrait_of(np.ascontiguousarray(astronaut[40:260, 150:300]))
    assert portrait.face_SS3.shape == (512, 512, 3)
    assert portrait.crop.left < 0


def test_real_portraits_are_read(real: Path) -> None:
    for path in sorted(real.glob("portrait_*")):
        portrait, _ = read_portrait(path)
        assert portrait.fit.error_px * 512 / portrait.crop.size_px < 3.5, path.name
        assert portrait.matte_SS[portrait.crop.size_px // 2, portrait.crop.size_px // 2] == 1, path.name


def test_a_dog_is_refused(real: Path) -> None:
    picture = np.asarray(Image.open(real / "not_a_face_dog.jpg").convert("RGB"))
    for cut in (picture, picture[60:450, 60:450], picture[220:, 160:-160], picture[:, ::-1]):
        assert code_of(np.ascontiguousarray(cut)) in {"E070", "E075"}
