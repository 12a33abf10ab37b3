from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from emostage.core.errors import AssetError
from emostage.face import header
from emostage.face.picture import read_picture, sample_names


def gradient(height: int = 24, width: int = 32) -> np.ndarray:
    rows, columns = np.mgrid[0:height, 0:width]
    return np.stack([rows * 8, columns * 7, 255 - rows * 8], 2).astype(np.uint8)


def code_of(path: Path | str) -> str:
    with pytest.raises(AssetError) as caught:
        read_picture(path)
    assert caught.value.diagnostics[0].hint
    return caught.value.diagnostics[0].code


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


@pytest.mark.parametrize(("name", "options"), [("a.png", {}), ("a.webp", {"lossless": True})])
def test_lossless_pictures_come_back_exactly(tmp_path: Path, name: str, options: dict[str, bool]) -> None:
    Image.fromarray(gradient()).save(tmp_path / name, **options)
    np.testing.assert_array_equal(read_picture(tmp_path / name), gradient())


@pytest.mark.parametrize("turned", range(1, 9))
def test_exif_orientation_is_applied(tmp_path: Path, turned: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = turned
    Image.fromarray(gradient()).save(tmp_path / "a.png", exif=exif)
    expected = {
        1: gradient(), 2: gradient()[:, ::-1], 3: gradient()[::-1, ::-1], 4: gradient()[::-1], 5: gradient().transpose(1, 0, 2),
        6: np.rot90(gradient(), -1), 7: gradient()[::-1, ::-1].transpose(1, 0, 2), 8: np.rot90(gradient(), 1),
    }  # fmt: skip
    np.testing.assert_array_equal(read_picture(tmp_path / "a.png"), expected[turned])


def test_grey_palette_and_one_bit(tmp_path: Path) -> None:
    grey = Image.fromarray(gradient()[..., 0])
    grey.save(tmp_path / "l.png")
    np.testing.assert_array_equal(read_picture(tmp_path / "l.png"), np.repeat(gradient()[..., :1], 3, 2))
    Image.fromarray(gradient()).quantize(16).save(tmp_path / "p.png")
    assert np.abs(read_picture(tmp_path / "p.png").astype(int) - gradient()).mean() < 20
    grey.convert("1").save(tmp_path / "1.png")
    assert set(np.unique(read_picture(tmp_path / "1.png"))) <= {0, 255}


def test_sixteen_bits_are_scaled(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0, 32768, 65535]], np.uint16)).save(tmp_path / "a.png")
    np.testing.assert_array_equal(read_picture(tmp_path / "a.png")[0, :, 0], [0, 128, 255])


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_lies_on_white(tmp_path: Path, mode: str) -> None:
    image = Image.fromarray(np.dstack([gradient() * 0, np.full((24, 32), 0, np.uint8)])).convert(mode)
    image.putalpha(Image.fromarray((np.arange(32 * 24).reshape(24, 32) % 2 * 255).astype(np.uint8)))
    image.save(tmp_path / "a.png")
    shown = read_picture(tmp_path / "a.png")[0]
    assert shown[0].tolist() == [255, 255, 255]
    assert shown[1].tolist() == [0, 0, 0]


def test_transparent_palette_lies_on_white(tmp_path: Path) -> None:
    image = Image.new("P", (4, 4), 0)
    image.putpalette([10, 20, 30] * 256)
    image.save(tmp_path / "a.png", transparency=0)
    assert (read_picture(tmp_path / "a.png") == 255).all()


def test_cmyk_is_converted(tmp_path: Path) -> None:
    Image.new("CMYK", (16, 16), (0, 255, 255, 0)).save(tmp_path / "a.jpg")
    red, green, blue = read_picture(tmp_path / "a.jpg")[8, 8].astype(int)
    assert red > 200 > 100 > max(green, blue)


def test_colour_profile_is_honoured_and_a_broken_one_ignored(tmp_path: Path) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    Image.fromarray(gradient()).save(tmp_path / "s.png", icc_profile=lab.tobytes())
    assert np.abs(read_picture(tmp_path / "s.png").astype(int) - gradient()).max() <= 2
    Image.fromarray(gradient()).save(tmp_path / "b.png", icc_profile=b"not a profile at all")
    np.testing.assert_array_equal(read_picture(tmp_path / "b.png"), gradient())


def test_the_first_picture_of_an_animation_counts(tmp_path: Path) -> None:
    frames = [Image.fromarray(gradient()), Image.fromarray(255 - gradient())]
    frames[0].save(tmp_path / "a.webp", save_all=True, append_images=frames[1:], lossless=True)
    np.testing.assert_array_equal(read_picture(tmp_path / "a.webp"), gradient())


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PPM", "ICO"])
def test_other_formats_are_refused_whatever_their_name(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.png").write_bytes(encoded(Image.fromarray(gradient()), kind))
    assert code_of(tmp_path / "a.png") == "E072"


@pytest.mark.parametrize("text", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"])
def test_what_is_no_picture_is_refused(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "a.png").write_bytes(text)
    assert code_of(tmp_path / "a.png") == "E072"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_cut_files_are_refused(tmp_path: Path, kind: str) -> None:
    data = encoded(Image.fromarray(np.random.Generator(np.random.PCG64(1)).integers(0, 255, (64, 64, 3), np.uint8)), kind)
    (tmp_path / "a").write_bytes(data[: len(data) // 2])
    assert code_of(tmp_path / "a") == "E072"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["PNG", "JPEG", "WEBP"]), st.integers(0, 2**32 - 1))
def test_damage_never_escapes(tmp_path: Path, kind: str, seed: int) -> None:
    generator = np.random.Generator(np.random.PCG64(seed))
    data = bytearray(encoded(Image.fromarray(gradient()), kind))
    for place in generator.integers(0, len(data), 6):
        data[place] = generator.integers(0, 256)
    (tmp_path / "a").write_bytes(data)
    try:
        assert read_picture(tmp_path / "a").dtype == np.uint8
    except AssetError as error:
        assert error.diagnostics[0].code in {"E072", "E073"}


def test_what_is_not_there(tmp_path: Path) -> None:
    assert code_of(tmp_path / "none.png") == "E071"
    assert code_of(tmp_path) == "E071"
    (tmp_path / "file").write_text("x")
    assert code_of(tmp_path / "file" / "a.png") == "E071"
    assert code_of("sample/nobody") == "E071"
    assert code_of("sample/../../core/tracks") == "E071"
    assert code_of("a\0b.png") == "E071"


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.fromarray(gradient()).save(tmp_path / "a.png")
    monkeypatch.setattr(header, "MAX_PIXELS", 100)
    assert code_of(tmp_path / "a.png") == "E073"
    monkeypatch.setattr(header, "MAX_PIXELS", 10**9)
    monkeypatch.setattr(header, "MAX_BYTES", 10)
    assert code_of(tmp_path / "a.png") == "E073"


def test_a_header_that_claims_a_huge_picture_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    data = bytearray(encoded(Image.fromarray(gradient()), "PNG"))
    data[16:24] = (60000).to_bytes(4, "big") * 2
    import zlib

    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4, "big")
    (tmp_path / "a.png").write_bytes(data)
    assert code_of(tmp_path / "a.png") == "E073"


def test_samples() -> None:
    assert sample_names() == ("sample/astronaut", "sample/hopper")
    for name in sample_names():
        shape = read_picture(name).shape
        assert min(shape[:2]) >= 512
        assert shape[2] == 3
    np.testing.assert_array_equal(read_picture("sample/astronaut.png"), read_picture("sample/astronaut"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_damaged_marks_never_keep_a_good_picture_from_being_read(tmp_path: Path, seed: int) -> None:
    """The pixels are whole; only the EXIF block is damaged, its checksum mended."""
    generator = np.random.Generator(np.random.PCG64(seed))
    marks = Image.Exif()
    marks[0x112], marks[0x10F] = 6, "maker"
    block = bytearray(marks.tobytes())
    for _ in range(generator.integers(1, 6)):
        block[generator.integers(6, len(block))] = generator.integers(256)
    (tmp_path / "a.png").write_bytes(encoded(Image.fromarray(gradient()), "PNG", exif=bytes(block)))
    assert sorted(read_picture(tmp_path / "a.png").shape[:2]) == [24, 32]


def test_data_that_unpack_to_far_more_than_the_picture_cost_nothing(tmp_path: Path) -> None:
    import tracemalloc
    import zlib

    plain = encoded(Image.new("RGB", (40, 40)), "PNG")
    at = plain.index(b"IDAT")
    packer = zlib.compressobj(9)
    data = b"IDAT" + b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    chunk = (len(data) - 4).to_bytes(4, "big") + data + zlib.crc32(data).to_bytes(4, "big")
    (tmp_path / "a.png").write_bytes(plain[: at - 4] + chunk + plain[-12:])
    tracemalloc.start()
    assert read_picture(tmp_path / "a.png").shape == (40, 40, 3)
    assert tracemalloc.get_traced_memory()[1] < 4 << 20
    tracemalloc.stop()
