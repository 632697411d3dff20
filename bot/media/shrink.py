"""Whatever people attach in Slack, made into something that a phone shows and an MMS carries.

Source: Flowroute, "Send an MMS": 750 kB with the text, and the types that most phones render.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import Final

from PIL import Image, ImageOps

from bot.media.errors import CannotSend
from bot.media.files import MediaFile
from bot.media.kinds import UNKNOWN, extension_for

MMS_LIMIT_BYTES: Final = 750_000
MAX_PIXELS: Final = 20_000_000
"""What is decoded at all; more is a decompression bomb. Decoding takes up to 16 bytes a pixel (WebP)."""
MAX_JPEG_PIXELS: Final = 50_000_000
"""The same for JPEG, which decodes at a fraction of its size: a phone's largest ordinary photograph."""

_RENDERED: Final = frozenset(
    {
        "video/3gpp",
        "video/mp4",
        "video/x-msvideo",
        "video/mpeg",
        "audio/amr",
        "audio/midi",
        "audio/x-wav",
        "audio/ac3",
        "audio/mpeg",
        "text/plain",
    }
)
# Pillow decodes many more; each is one more decoder that a stranger's file reaches.
_DECODERS: Final = {
    "image/png": "PNG",
    "image/apng": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/bmp": "BMP",
    "image/webp": "WEBP",
    "image/avif": "AVIF",
}
_LOSSLESS: Final = frozenset({"image/png", "image/gif", "image/bmp"})
_AREAS: Final = (4_000_000, 2_000_000, 1_000_000, 500_000, 250_000, 100_000, 30_000)
"""Pixels to try, best first; by area, so that a tall screenshot stays readable."""
_QUALITIES: Final = (85, 70)
_MAX_SIDE: Final = 8192
_MAX_PROFILE_BYTES: Final = 4096
_ONE_AT_A_TIME: Final = Lock()  # a large picture takes some 300 MB for a moment; two workers must not add up


@dataclass(frozen=True)
class Fitted:
    """What goes out, and what the sender should know about it."""

    file: MediaFile
    note: str = ""
    """A sentence for the thread when something visible was lost; empty as a rule."""


def fit_for_mms(file: MediaFile, limit_bytes: int = MMS_LIMIT_BYTES) -> Fitted:
    """Make `file` fit; `limit_bytes` is its share of the message, which also carries text and other files.

    Pictures are turned upright, lose their metadata (where they were taken, with what) and are shrunk as far
    as needed. An animated GIF that fits goes out untouched. Other files go out as they are or not at all.

    Raises:
        CannotSend: phones do not show it, or it is too large; says what would be right.
    """
    if file.mime_type in _DECODERS:
        with _ONE_AT_A_TIME:
            return _fit_picture(file, limit_bytes)
    if file.mime_type not in _RENDERED:
        raise CannotSend(_not_shown(file.mime_type))
    if len(file.content) > limit_bytes:
        raise CannotSend(
            f"The file has {_kilobytes(len(file.content))} kB, "
            f"and there is room for {_kilobytes(limit_bytes)} kB. "
            "Send a shorter or smaller one, or a link to it."
        )
    return Fitted(file)


def _fit_picture(file: MediaFile, limit_bytes: int) -> Fitted:
    max_pixels = MAX_JPEG_PIXELS if file.mime_type == "image/jpeg" else MAX_PIXELS
    try:
        with Image.open(BytesIO(file.content), formats=[_DECODERS[file.mime_type]]) as image:
            _refuse_bomb(image, max_pixels)
            # The second picture inside a phone's JPEG (MPO) is a depth map or a preview, no animation.
            is_animated = file.mime_type != "image/jpeg" and getattr(image, "is_animated", False)
            if is_animated and file.mime_type == "image/gif" and len(file.content) <= limit_bytes:
                return Fitted(file)
            shrunk = next(
                (made for made in _candidates(image, file.mime_type) if len(made) <= limit_bytes), None
            )
    except CannotSend:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(max_pixels) from error
    except Exception as error:  # decoders raise nearly anything on a damaged file
        raise CannotSend("The picture is damaged. Save it again as PNG or JPEG and send that.") from error
    if shrunk is None:
        raise CannotSend(
            f"The picture cannot be made small enough: there is room for {_kilobytes(limit_bytes)} kB. "
            "Send fewer files in one message."
        )
    note = "An animation of this size cannot be sent; its first picture went out." if is_animated else ""
    return Fitted(MediaFile.of(shrunk, file.file_name), note)


def _refuse_bomb(image: Image.Image, max_pixels: int) -> None:
    if image.width * image.height > max_pixels:
        raise _too_many_pixels(max_pixels)


def _too_many_pixels(max_pixels: int) -> CannotSend:
    millions = max_pixels // 1_000_000
    return CannotSend(f"The picture has more than {millions} megapixels. Send a smaller version of it.")


def _candidates(image: Image.Image, mime_type: str) -> Iterator[bytes]:
    """The picture without metadata, each version smaller than the one before."""
    longest = max(image.size)
    upright = _upright(image)
    if mime_type in _LOSSLESS and max(upright.size) == longest:
        yield _encoded(upright, "PNG")
    flat = _flat(upright)
    tried: set[tuple[int, int]] = set()
    for area in _AREAS:
        size = _scaled(flat.size, area)
        if size in tried:
            continue
        tried.add(size)
        flat = flat.resize(size, Image.Resampling.LANCZOS)
        for quality in _QUALITIES:
            yield _encoded(flat, "JPEG", quality=quality)


def _upright(image: Image.Image) -> Image.Image:
    """Decoded, at most the largest area, and turned as the camera was held."""
    size = _scaled(image.size, _AREAS[0])
    if size != image.size:
        if image.mode in {"1", "P"}:  # these cannot be scaled smoothly
            image = image.convert("RGBA" if image.has_transparency_data else "RGB")
        # With this gap a JPEG is decoded at the smallest eighth that is enough, in a fraction of the memory.
        image.thumbnail(size, Image.Resampling.LANCZOS, reducing_gap=1.0)
    upright = ImageOps.exif_transpose(image)
    # Of the metadata Pillow writes back the colour profile only. Without it a wide-gamut picture turns dull,
    # but it must belong to these colours, and a long one is no profile of a camera.
    if image.mode not in {"RGB", "RGBA"} or len(upright.info.get("icc_profile") or b"") > _MAX_PROFILE_BYTES:
        upright.info.pop("icc_profile", None)
    return upright


def _flat(image: Image.Image) -> Image.Image:
    """As a JPEG can hold it: colours only, on white where it was transparent."""
    if image.mode.startswith("I"):  # 16 bits a pixel, which `convert` would cut off instead of scaling
        image = image.point(lambda value: value / 256).convert("L")
    if not image.has_transparency_data:
        flat = image.convert("RGB")
    else:
        layer = image.convert("RGBA")
        flat = Image.new("RGB", image.size, "white")
        flat.paste(layer, mask=layer.getchannel("A"))
    flat.info = {name: value for name, value in image.info.items() if name == "icc_profile"}
    return flat


def _scaled(size: tuple[int, int], area: int) -> tuple[int, int]:
    width, height = size
    scale = min(1.0, math.sqrt(area / (width * height)), _MAX_SIDE / max(size))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _encoded(image: Image.Image, image_format: str, **options: int) -> bytes:
    out = BytesIO()
    image.save(out, image_format, icc_profile=image.info.get("icc_profile"), **options)
    return out.getvalue()


def _not_shown(mime_type: str) -> str:
    what = "files of this kind" if mime_type == UNKNOWN else f"{extension_for(mime_type).upper()} files"
    right = (
        "Save it as JPEG and send that."
        if mime_type.startswith("image/")
        else "Send a picture (PNG, JPEG, GIF), a video (MP4, 3GP), a sound (MP3, AMR, WAV), plain text "
        "or a link."
    )
    return f"Phones do not show {what}. {right}"


def _kilobytes(length: int) -> int:
    return length // 1000
