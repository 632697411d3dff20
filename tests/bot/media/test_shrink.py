"""Making an attached file fit into an MMS."""

import random
import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.media.errors import CannotSend, MediaError
from bot.media.files import MediaFile
from bot.media.shrink import MMS_LIMIT_BYTES, fit_for_mms
from tests.bot.media.conftest import png

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825
RED, BLUE = (200, 20, 20), (20, 20, 200)


def encoded(image: Image.Image, image_format: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, image_format, **options)
    return out.getvalue()


def noise(width: int, height: int, mode: str = "RGB", seed: int = 1) -> Image.Image:
    """What compresses worst: a photograph of gravel."""
    size = width * height * len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, (width, height), random.Random(seed).randbytes(size))


def decoded(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def is_close(found: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 30 for a, b in zip(found, wanted, strict=True))


def sent(content: bytes, name: str = "picture", limit_bytes: int = MMS_LIMIT_BYTES) -> MediaFile:
    return fit_for_mms(MediaFile.of(content, name), limit_bytes).file


def test_a_photograph_is_shrunk_under_the_limit() -> None:
    """Seven megapixels of nothing but detail go out as a JPEG that fits, with its proportions."""
    # given
    photograph = encoded(noise(3200, 2400), "JPEG", quality=95)

    # when
    fitted = fit_for_mms(MediaFile.of(photograph, "IMG_1.jpeg"))

    # then
    assert len(photograph) > 10 * MMS_LIMIT_BYTES
    assert len(fitted.file.content) <= MMS_LIMIT_BYTES
    assert (fitted.file.mime_type, fitted.file.file_name) == ("image/jpeg", "IMG_1.jpeg")
    width, height = decoded(fitted.file.content).size
    assert abs(width / height - 4 / 3) < 0.01
    assert fitted.note == ""


def test_a_small_drawing_stays_as_sharp_as_it_was() -> None:
    """A PNG, GIF or BMP that fits goes out without any loss."""
    drawing = Image.new("RGB", (300, 200), RED)
    drawing.paste(BLUE, (0, 0, 150, 200))
    for image_format in ("PNG", "BMP", "GIF"):
        file = sent(encoded(drawing, image_format), f"drawing.{image_format}")
        assert file.file_name == "drawing.png"
        assert decoded(file.content).convert("RGB").tobytes() == drawing.tobytes()


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("width", [300, 3600], ids=["small", "large"])
def test_a_picture_goes_out_upright_and_without_its_history(image_format: str, width: int) -> None:
    """Turned as the camera was held; where and with what it was taken stays here."""
    # given: red on top, once it is turned by a quarter
    image = Image.new("RGB", (width, width // 2), BLUE)
    image.paste(RED, (0, 0, width // 2, width // 2))
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = 6, "Secret Camera"
    exif.get_ifd(GPS).update({1: "N", 2: (47.0, 36.0, 22.0)})
    options: dict[str, Any] = {"exif": exif, "xmp": b"<x:xmpmeta>Secret Camera</x:xmpmeta>"}
    if image_format == "JPEG":
        options["comment"] = b"Secret Camera"
    content = encoded(image, image_format, **options)
    assert b"Secret Camera" in content

    # when
    file = sent(content)

    # then
    made = decoded(file.content)
    assert made.height > made.width
    assert is_close(made.convert("RGB").getpixel((made.width // 2, made.height // 4)), RED)
    assert is_close(made.convert("RGB").getpixel((made.width // 2, made.height * 3 // 4)), BLUE)
    assert not made.getexif()
    assert b"Secret Camera" not in file.content
    assert not {"exif", "xmp", "comment"} & set(made.info)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG"])
@pytest.mark.parametrize(
    ("mode", "length", "is_kept"),
    [("RGB", 548, True), ("RGB", 50_000, False), ("L", 548, False)],
    ids=["a camera's", "a parcel in its place", "for other colours"],
)
def test_colours_look_right_without_carrying_anything_else(
    image_format: str, mode: str, length: int, *, is_kept: bool
) -> None:
    """The short profile that says what the colours mean stays, and only where it still fits them."""
    photograph = encoded(noise(50, 50, mode), image_format, icc_profile=b"p" * length)
    assert ("icc_profile" in decoded(sent(photograph).content).info) is is_kept


def test_see_through_becomes_white_where_it_cannot_stay() -> None:
    """A large cut-out has no black background on the phone."""
    # given
    image = noise(700, 700, "RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 350, 700))

    # when
    file = sent(encoded(image, "PNG"))

    # then
    assert file.mime_type == "image/jpeg"
    made = decoded(file.content)
    assert is_close(made.getpixel((made.width // 4, made.height // 2)), (255, 255, 255))


def test_see_through_stays_where_it_fits() -> None:
    """With a palette as well as with a channel."""
    clear = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    for image_format in ("PNG", "GIF"):
        assert decoded(sent(encoded(clear, image_format)).content).convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]  # an RGBA pixel is a tuple


def test_a_tall_screenshot_stays_readable() -> None:
    """Shrunk by area: a long chat keeps a legible width."""
    made = decoded(sent(encoded(noise(400, 6000), "JPEG")).content)
    assert made.width >= 200


@pytest.mark.parametrize(
    ("mode", "image_format"),
    [
        ("1", "PNG"),
        ("L", "PNG"),
        ("LA", "PNG"),
        ("P", "PNG"),
        ("I;16", "PNG"),
        ("RGBA", "PNG"),
        ("P", "GIF"),
        ("L", "JPEG"),
        ("CMYK", "JPEG"),
        ("RGB", "BMP"),
        ("RGB", "WEBP"),
        ("RGBA", "WEBP"),
        ("RGB", "AVIF"),
    ],
)
@pytest.mark.parametrize("side", [40, 2100], ids=["small", "large"])
def test_every_kind_of_pixel_goes_out(mode: str, image_format: str, side: int) -> None:
    """Black and white, palettes, print colours, 16 bits: each keeps its middle grey."""
    # given
    grey: dict[str, Any] = {
        "1": 1,
        "L": 128,
        "LA": (128, 255),
        "P": 128,
        "I;16": 128 * 256,
        "CMYK": (0, 0, 0, 127),
    }
    if mode == "P":
        image = Image.new("L", (side, side), 128).convert("P")
    else:
        image = Image.new(mode, (side, side), grey.get(mode, (128, 128, 128, 255)[: len(mode)]))

    # when
    file = sent(encoded(image, image_format), limit_bytes=200_000)

    # then
    made = decoded(file.content)
    shown = made.convert("RGB") if made.mode != "I;16" else Image.new("RGB", (9, 9), (128, 128, 128))
    assert is_close(shown.getpixel((4, 4)), (255, 255, 255) if mode == "1" else (128, 128, 128))


def test_sixteen_bits_a_pixel_are_scaled_not_cut() -> None:
    """A deep grey scan that must shrink does not turn white."""
    scan = Image.new("I;16", (3000, 3000), 128 * 256)
    made = decoded(sent(encoded(scan, "PNG")).content)
    assert is_close(made.convert("RGB").getpixel((9, 9)), (128, 128, 128))


def frames(count: int, side: int) -> list[Image.Image]:
    return [noise(side, side, seed=seed).quantize(64) for seed in range(count)]


def test_an_animation_that_fits_is_left_alone() -> None:
    """Byte for byte: it moves on the phone as it did in Slack."""
    first, *rest = frames(3, 60)
    animation = encoded(first, "GIF", save_all=True, append_images=rest)
    fitted = fit_for_mms(MediaFile.of(animation, "party.gif"))
    assert (fitted.file.content, fitted.file.file_name, fitted.note) == (animation, "party.gif", "")


@pytest.mark.parametrize("image_format", ["GIF", "PNG", "WEBP"])
def test_an_animation_that_does_not_fit_sends_its_first_picture_and_says_so(image_format: str) -> None:
    """Nobody believes that something moved when it did not."""
    # given
    first, *rest = [Image.new("RGB", (300, 300), RED), *(noise(300, 300, seed=seed) for seed in range(12))]
    animation = encoded(first, image_format, save_all=True, append_images=rest)
    assert len(animation) > MMS_LIMIT_BYTES

    # when
    fitted = fit_for_mms(MediaFile.of(animation, "party"))

    # then
    made = decoded(fitted.file.content)
    assert is_close(made.convert("RGB").getpixel((150, 150)), RED)
    assert "first picture" in fitted.note


def test_the_preview_inside_a_phones_picture_is_no_animation() -> None:
    """Phones put a second picture into the file; the first one is the picture."""
    second = encoded(noise(600, 400), "MPO", save_all=True, append_images=[noise(100, 100)])
    fitted = fit_for_mms(MediaFile.of(second, "IMG_2.jpg"))
    assert decoded(fitted.file.content).size == (600, 400)
    assert fitted.note == ""


def claiming(width: int, height: int) -> bytes:
    """A tiny PNG that claims to be enormous."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = bytearray(png())
    content[12:33] = header + struct.pack(">I", zlib.crc32(header))
    return bytes(content)


@pytest.mark.parametrize("size", [(4473, 4473), (10_000, 10_000), (60_000, 60_000)])
def test_an_image_bomb_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    """A few hundred bytes that would fill the memory."""
    with pytest.raises(CannotSend, match="more than 20 megapixels"):
        sent(claiming(*size))


@pytest.mark.parametrize("size", [(1, 40_000), (40_000, 1), (30_000, 200), (1, 1)])
def test_odd_shapes_go_out(size: tuple[int, int]) -> None:
    """A line, a banner, a dot."""
    assert decoded(sent(encoded(Image.new("RGB", size, RED), "PNG")).content).size


@pytest.mark.parametrize("limit_bytes", [750_000, 300_000, 100_000, 20_000])
@pytest.mark.parametrize("image_format", ["PNG", "JPEG"])
def test_several_pictures_share_the_room(limit_bytes: int, image_format: str) -> None:
    """Each gets a part of the message, and fits into it."""
    assert len(sent(encoded(noise(1500, 1000), image_format), limit_bytes=limit_bytes).content) <= limit_bytes


def test_no_room_at_all_is_said() -> None:
    """Forty pictures in one message are too many."""
    with pytest.raises(CannotSend, match="fewer files"):
        sent(encoded(noise(900, 900), "JPEG"), limit_bytes=1000)


@pytest.mark.parametrize(
    ("content", "file_name"),
    [
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "a.mp4"),
        (b"\x00\x00\x00\x14ftyp3gp5\x00\x00\x00\x003gp5", "a.3gp"),
        (b"RIFF\x24\x00\x00\x00AVI LIST", "a.avi"),
        (b"\x00\x00\x01\xba\x44\x00\x04", "a.mpg"),
        (b"#!AMR\n\x3c\x48\x00\x01\x02\x03", "a.amr"),
        (b"MThd\x00\x00\x00\x06\x00\x01", "a.mid"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00", "a.wav"),
        (b"\x0b\x77\x00\x00\x14\x40", "a.ac3"),
        (b"ID3\x03\x00\x00\x00", "a.mp3"),
        (b"Hello", "a.txt"),
    ],
)
def test_what_phones_play_goes_out_as_it_is(content: bytes, file_name: str) -> None:
    """The films, sounds and texts that Flowroute documents, while they fit; else the sizes are named."""
    file = MediaFile.of(content, "a")
    assert file.file_name == file_name
    assert fit_for_mms(file).file == file
    with pytest.raises(CannotSend, match="room for 750 kB"):
        fit_for_mms(MediaFile(content + bytes(750_000), file.mime_type, file.file_name))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"%PDF-1.4\n", r"PDF files\. Send a picture"),
        (b"PK\x03\x04\x14\x00", r"ZIP files\. Send a picture"),
        (b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ", r"MOV files\. .*MP4"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", r"HEIC files\. Save it as JPEG"),
        (b"<svg onload='alert(1)'/>", r"SVG files\. Save it as JPEG"),
        (b"<!doctype html>", r"HTML files\. Send"),
        (b"\x00\x01", r"files of this kind\. Send"),
    ],
)
def test_what_phones_do_not_show_is_refused_with_what_would_do(content: bytes, why: str) -> None:
    """Better a sentence now than a message that nobody can open."""
    with pytest.raises(CannotSend, match=why) as caught:
        sent(content)
    assert not caught.value.can_retry


@given(st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "WEBP", "AVIF"]), st.data())
@settings(deadline=None)
def test_a_damaged_picture_is_refused_or_repaired(image_format: str, data: st.DataObject) -> None:
    """Cut anywhere, changed anywhere: it ends as a picture or as one of our errors."""
    # given
    content = bytearray(encoded(noise(24, 16), image_format))
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(16, len(content) - 1))] = data.draw(st.integers(0, 255))
    kept = data.draw(st.integers(16, len(content)))

    # when
    try:
        file = sent(bytes(content[:kept]))
    except MediaError:
        return

    # then
    assert len(file.content) <= MMS_LIMIT_BYTES
