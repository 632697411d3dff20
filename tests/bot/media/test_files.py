"""What a file is, and what it may be called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.media.files import MediaFile
from bot.media.kinds import EXTENSIONS, sniff
from bot.media.names import safe_file_name
from tests.bot.media.conftest import png

KINDS = st.sampled_from(sorted(EXTENSIONS))


@pytest.mark.parametrize(
    ("content", "mime_type"),
    [
        (png(), "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "image/jpeg"),
        (b"GIF89a\x01\x00\x01\x00\x80", "image/gif"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "image/heic"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "video/mp4"),
        (b"\x00\x00\x00\x18ftyp3gp5\x00\x00\x00\x003gp5isom", "video/3gpp"),
        (b"RIFF\x24\x00\x00\x00AVI LIST", "video/x-msvideo"),
        (b"\x00\x00\x01\xba\x44\x00\x04", "video/mpeg"),
        (b"#!AMR\n\x3c\x48\x00\x01\x02\x03", "audio/amr"),
        (b"MThd\x00\x00\x00\x06\x00\x01", "audio/midi"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00", "audio/x-wav"),
        (b"\x0b\x77\x00\x00\x14\x40", "audio/ac3"),
        (b"ID3\x03\x00\x00\x00", "audio/mpeg"),
        (b"%PDF-1.4\n1 0 obj\n", "application/pdf"),
        (b"PK\x03\x04\x14\x00\x00\x00", "application/zip"),
        (b"MZ\x90\x00\x03\x00", "application/x-msdownload"),
        (b"Hello there", "text/plain"),
        ("Grüße, 日本 👋\r\n".encode(), "text/plain"),
        (b"\xef\xbb\xbfwith a mark", "text/plain"),
        (b"BMW parts, two of them", "text/plain"),
        (b"GIF or PNG?", "text/plain"),
        (b"<3 you", "text/plain"),
        (b"begin:vcard\r\nVERSION:3.0\r\nFN:Ann\r\nEND:VCARD", "text/vcard"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0", "text/calendar"),
        (b"\n<!-- hi --><!DOCTYPE html><title>x</title>", "text/html"),
        (b"<HTML><script>alert(1)</script>", "text/html"),
        (b'<?xml version="1.0"?><svg onload="alert(1)"/>', "image/svg+xml"),
        (b"<smil><body><par/></body></smil>", "application/smil"),
        (b"\x01\x02\x03", "application/octet-stream"),
        (b"\xff\xfeh\x00i\x00", "application/octet-stream"),
        (b"", "text/plain"),
    ],
)
def test_the_bytes_say_what_a_file_is(content: bytes, mime_type: str) -> None:
    """Nothing that the sender says about it counts."""
    assert sniff(content) == mime_type


@pytest.mark.parametrize(
    ("name", "mime_type", "safe"),
    [
        ("cat.png", "image/png", "cat.png"),
        ("cat.JPEG", "image/jpeg", "cat.jpeg"),
        ("cat.png", "image/jpeg", "cat.jpg"),
        ("cat", "image/jpeg", "cat.jpg"),
        ("invoice.pdf.exe", "application/pdf", "invoice.pdf.pdf"),
        ("../../etc/passwd", "text/plain", "passwd.txt"),
        ("C:\\Users\\ann\\cat.gif", "image/gif", "cat.gif"),
        ("/", "image/png", "file.png"),
        ("..", "image/png", "file.png"),
        (".htaccess", "text/plain", "htaccess.txt"),
        ("", "audio/amr", "file.amr"),
        ("con.txt", "text/plain", "_con.txt"),
        ("LPT1.tar.zip", "application/zip", "_LPT1.tar.zip"),
        ("a\r\nSet-Cookie: x=y.png", "image/png", "aSet-Cookie_ x=y.png"),
        ("a\x00b.png", "image/png", "ab.png"),
        ("\u202egnp.exe", "image/png", "gnp.png"),
        ("<!channel>.png", "image/png", "_!channel_.png"),
        ("Zoë’s  cat.png", "image/png", "Zoë’s cat.png"),
        ("v1.2 of the plan", "application/pdf", "v1.2 of the plan.pdf"),
        ("x", "application/x-made-up", "x.bin"),
        ("y" * 500 + ".png", "image/png", "y" * 60 + ".png"),
    ],
)
def test_a_file_name_becomes_harmless(name: str, mime_type: str, safe: str) -> None:
    """No path, no control character, no double meaning, and the extension of what it is."""
    assert safe_file_name(name, mime_type) == safe


@given(st.text(), KINDS)
def test_every_name_can_be_stored_sent_and_shown(name: str, mime_type: str) -> None:
    """On any disk, in any header, in any message; and made safe twice it is the same."""
    # when
    safe = safe_file_name(name, mime_type)

    # then
    assert not set(safe) & set('/\\<>:"|?*`&\r\n\0')
    assert safe.isprintable()
    assert not safe.startswith((".", " "))
    assert len(safe.encode()) <= 255
    assert safe.rpartition(".")[2] in EXTENSIONS[mime_type]
    assert safe_file_name(safe, mime_type) == safe


@given(st.binary(max_size=64), st.text(max_size=20))
def test_every_content_makes_a_file(content: bytes, name: str) -> None:
    """Whatever arrives has a type of the usual form, and a name."""
    file = MediaFile.of(content, name)
    assert file.mime_type.count("/") == 1
    assert file.file_name
