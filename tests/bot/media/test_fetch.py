"""Fetching what a stranger's message points to."""

import gzip
import ssl
import threading
import tracemalloc
from socket import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.media.addresses import is_public
from bot.media.download import Limits
from bot.media.errors import BadAddress, Gone, MediaError, TooLarge, Unreachable, Unusable
from bot.media.fetch import Fetcher
from tests.bot.media.conftest import (
    DRIP_S,
    Site,
    Speak,
    answer,
    dripping,
    endless,
    png,
    raw,
    redirect,
    zeros,
)

SMALL = Limits(max_bytes=100_000, connect_s=30, silence_s=30, total_s=60)
PUBLIC = "93.184.216.34"
PRIVATE = (
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "198.18.0.1",
    "203.0.113.9",
    "224.0.0.251",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::7f00:1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001::1",
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "not an address",
)


def fetcher(site: Site, limits: Limits = SMALL) -> Fetcher:
    return Fetcher((site.host_and_port,), limits)


def test_a_picture_arrives_with_its_true_type_and_a_usable_name(site: Site) -> None:
    """The server may call a picture what it likes: the bytes decide, also on the extension."""
    # given
    url = site.serve("/media/IMG_0001.exe", answer(png(), "Content-Type: text/html"))

    # when
    file = fetcher(site).fetch(url + "?Signature=abc%2Fdef&Expires=1")

    # then
    assert (file.content, file.mime_type, file.file_name) == (png(), "image/png", "IMG_0001.png")
    assert "GET /media/IMG_0001.exe?Signature=abc%2Fdef&Expires=1 HTTP/1.1" in site.heads[0]


def test_the_message_names_the_file_where_it_can(site: Site) -> None:
    """The name in the message goes before the one in the address, and is made harmless as well."""
    url = site.serve("/1", answer(png()))
    assert fetcher(site).fetch(url, "../../Grüße.jpg").file_name == "Grüße.png"


def test_nothing_of_the_environment_goes_along(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy, no stored login and no cookie: the carrier's links are open to whoever has them."""
    # given
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    url = site.serve("/1", answer(png(), "Set-Cookie: a=b"))

    # when
    fetcher(site).fetch(url)
    fetcher(site).fetch(url)

    # then
    for head in site.heads:
        names = {line.partition(":")[0] for line in head.splitlines()[1:] if line}
        assert names == {"Host", "Accept", "Accept-Encoding", "Connection"}
        assert f"Host: {site.host_and_port}\r\n" in head


@pytest.mark.parametrize(
    "url",
    [
        "",
        "picture.jpg",
        "//example.com/a.jpg",
        "ftp://example.com/a.jpg",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_SET",
        "data:image/png;base64,AAAA",
        "http://",
        "http:///a.jpg",
        "http://user:secret@example.com/",
        "http://user@example.com/",
        "http://example.com:port/",
        "http://example.com:70000/",
        "http://[::1/",
        "http://a..b/",
        "http://a b/",
        "http://a%00b/",
    ],
)
def test_an_address_that_is_no_web_address_is_refused(url: str) -> None:
    """Files, other protocols, logins inside the address: refused without asking anybody, DNS included."""

    def resolve(host: str, port: int) -> list[str]:
        raise AssertionError(f"{host}:{port} was looked up")

    with pytest.raises(BadAddress):
        Fetcher(resolve=resolve).fetch(url)


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.sampled_from(["", "http://", "https://", "http://h/", "//"]),
)
def test_no_address_breaks_the_bot(text: str, before: str) -> None:
    """Whatever a message holds instead of an address ends as one of our errors."""

    def resolve(_host: str, _port: int) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(MediaError):
        Fetcher(resolve=resolve, tls=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)).fetch(before + text)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_not_public(address: str) -> None:
    """The bot's own machine, its network, its cloud's metadata, and every way to write or wrap them."""
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "2606:4700::1111", "64:ff9b::1.1.1.1"])
def test_an_ordinary_host_is_public(address: str) -> None:
    """Also through NAT64, the only way to old hosts from a network with IPv6 alone."""
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "0x7f000001",
        "2130706433",
        "[::1]",
        "[::ffff:127.0.0.1]",
    ],
)
def test_the_own_machine_is_not_asked_however_it_is_written(site: Site, host: str) -> None:
    """The system's resolver understands many spellings of 127.0.0.1; the check comes after it."""
    # given
    url = site.serve("/1", answer(png()), host)

    # when / then
    with pytest.raises(BadAddress):
        Fetcher(limits=SMALL).fetch(url)
    assert site.heads == []


@pytest.mark.parametrize(
    "answers", [["127.0.0.1"], [PUBLIC, "127.0.0.1"], ["::ffff:7f00:1"], ["10.0.0.1", PUBLIC]]
)
def test_a_name_that_leads_inside_is_refused(site: Site, answers: list[str]) -> None:
    """One private address among the answers is enough: nobody innocent has it there."""
    with pytest.raises(BadAddress) as caught:
        Fetcher(limits=SMALL, resolve=lambda _host, _port: answers).fetch(f"http://cdn.example:{site.port}/1")
    assert not caught.value.can_retry
    assert site.heads == []


def test_a_redirect_inside_is_refused(site: Site, other_site: Site) -> None:
    """A listed host may be private, but nothing it points to becomes listed by that."""
    # given
    inside = other_site.serve("/secret", answer(b"keys"))
    url = site.serve("/1", redirect(inside))

    # when
    with pytest.raises(BadAddress):
        fetcher(site).fetch(url)

    # then
    assert len(site.heads) == 1
    assert other_site.heads == []


def test_a_redirect_to_another_protocol_is_refused(site: Site) -> None:
    """No way from the web to the disk."""
    with pytest.raises(BadAddress):
        fetcher(site).fetch(site.serve("/1", redirect("file:///etc/passwd")))


def test_the_address_that_was_checked_is_the_one_that_is_asked(site: Site) -> None:
    """A name whose answer changes between check and connection gains nothing: it is looked up once a hop."""
    # given
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    url = site.serve("/1", answer(png()), "pictures.example")

    # when
    file = Fetcher((f"pictures.example:{site.port}",), SMALL, resolve).fetch(url)

    # then
    assert file.content == png()
    assert asked == ["pictures.example"]
    assert f"Host: pictures.example:{site.port}\r\n" in site.heads[0]


def test_every_hop_is_looked_up_and_checked_anew(site: Site) -> None:
    """A host that was public for its redirect and is private for the target is refused at the target."""
    # given
    answers = iter([["127.0.0.1"], ["127.0.0.1"]])
    url = site.serve("/1", redirect("//evil.example:1/2"), "pictures.example")

    # when / then
    with pytest.raises(BadAddress):
        Fetcher((f"pictures.example:{site.port}",), SMALL, lambda _host, _port: next(answers)).fetch(url)


def test_the_next_address_is_tried_when_the_first_is_dead(site: Site) -> None:
    """A name with an IPv6 address that this network cannot reach still works."""
    # given
    url = site.serve("/1", answer(png()), "pictures.example")

    # when: 127.0.0.2 is this machine, but nobody listens there
    file = Fetcher((f"pictures.example:{site.port}",), SMALL, lambda *_: ["127.0.0.2", "127.0.0.1"]).fetch(
        url
    )

    # then
    assert file.content == png()


def test_tls_speaks_to_the_name_although_the_address_was_pinned(
    secure_site: Site, tls: ssl.SSLContext
) -> None:
    """SNI and certificate belong to the host in the address, not to the number it resolved to."""
    # given
    url = secure_site.serve("/1", answer(png()), "pictures.example")
    allowed = (f"pictures.example:{secure_site.port}",)

    # when
    file = Fetcher(allowed, SMALL, lambda *_: ["127.0.0.1"], tls).fetch(url)

    # then
    assert file.content == png()
    assert secure_site.names == ["pictures.example"]


@pytest.mark.parametrize("host", ["other.example", "127.0.0.1"])
def test_a_certificate_for_another_name_is_not_accepted(
    secure_site: Site, tls: ssl.SSLContext, host: str
) -> None:
    """Whoever holds the address must also hold the name's certificate."""
    # given
    url = secure_site.serve("/1", answer(png()), host)

    # when / then
    with pytest.raises(Unreachable):
        Fetcher((f"{host}:{secure_site.port}",), SMALL, lambda *_: ["127.0.0.1"], tls).fetch(url)
    assert secure_site.heads == []


def test_a_certificate_from_nowhere_is_not_accepted(secure_site: Site) -> None:
    """By default the usual roots are trusted, and they did not sign this one."""
    url = secure_site.serve("/1", answer(png()), "pictures.example")
    with pytest.raises(Unreachable):
        Fetcher((f"pictures.example:{secure_site.port}",), SMALL, lambda *_: ["127.0.0.1"]).fetch(url)


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
)
def test_redirects_are_followed(site: Site, status: str) -> None:
    """Storage behind a front door is common; relative addresses are understood."""
    # given
    site.serve("/b/2", answer(png()))
    url = site.serve("/a/1", redirect("../b/2", status))

    # when / then
    assert fetcher(site).fetch(url).content == png()


def test_redirects_come_to_an_end(site: Site) -> None:
    """Two pages that point to each other are given up after a few steps."""
    # given
    url = site.serve("/1", redirect("/2"))
    site.serve("/2", redirect("/1"))

    # when / then
    with pytest.raises(Unusable):
        fetcher(site).fetch(url)
    assert len(site.heads) == 6


@pytest.mark.parametrize(
    "speak",
    [
        answer(bytes(100_001)),
        answer(b"x", length=10**12),
        endless(b"HTTP/1.1 200 OK\r\n\r\n", bytes(65_536)),
        endless(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + bytes(4096) + b"\r\n"
        ),
        endless(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
            b"1\r\nx\r\n" * 9999,
        ),
        answer(zeros(64), "Content-Encoding: gzip"),
    ],
    ids=["announced", "huge claim", "without length", "chunked", "two lengths", "gzip bomb"],
)
def test_a_file_above_the_limit_is_dropped_on_the_way(site: Site, speak: Speak) -> None:
    """What is announced, what is sent and what it unpacks to: none of it may pass the limit."""
    with pytest.raises(TooLarge) as caught:
        fetcher(site).fetch(site.serve("/1", speak))
    assert not caught.value.can_retry


def test_a_gzip_bomb_is_not_even_unpacked(site: Site) -> None:
    """Sixty-four kilobytes that become sixty-four megabytes take no more room than the limit."""
    # given
    url = site.serve("/1", answer(zeros(64), "Content-Encoding: gzip"))
    fetching = fetcher(site)
    tracemalloc.start()

    # when
    with pytest.raises(TooLarge):
        fetching.fetch(url)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    # then
    assert most < 20 * SMALL.max_bytes


def test_a_file_of_exactly_the_limit_arrives(site: Site) -> None:
    """The limit itself is allowed, packed or not."""
    content = b"\xff" * SMALL.max_bytes
    plain = site.serve("/1", answer(content))
    packed = site.serve("/2", answer(gzip.compress(content), "Content-Encoding: gzip"))
    assert fetcher(site).fetch(plain).content == fetcher(site).fetch(packed).content == content


def test_packing_that_was_not_asked_for_is_undone(site: Site) -> None:
    """Storage that keeps files gzipped sends them so, asked or not."""
    url = site.serve("/1.png", answer(gzip.compress(png()), "Content-Encoding: GZIP"))
    assert fetcher(site).fetch(url).content == png()


@pytest.mark.parametrize(
    "speak",
    [
        answer(b""),
        answer(b"x", "Content-Encoding: br"),
        answer(b"no gzip at all", "Content-Encoding: gzip"),
        answer(gzip.compress(b"a") + b"more", "Content-Encoding: gzip"),
    ],
    ids=["empty", "unknown packing", "no gzip", "gzip and more"],
)
def test_an_answer_that_is_no_file_is_not_tried_again(site: Site, speak: Speak) -> None:
    """It would be the same next time."""
    with pytest.raises(Unusable) as caught:
        fetcher(site).fetch(site.serve("/1", speak))
    assert not caught.value.can_retry


@pytest.mark.parametrize(
    "status", ["400 Bad", "401 Who", "403 Expired", "404 Not Found", "410 Gone", "204 Nothing"]
)
def test_a_file_that_is_not_there_is_not_tried_again(site: Site, status: str) -> None:
    """An expired link stays expired; the sentence names the status, so that somebody can ask the sender."""
    with pytest.raises(Gone, match=status[:3]) as caught:
        fetcher(site).fetch(site.serve("/1", raw(status, "Content-Length: 0")))
    assert not caught.value.can_retry


@pytest.mark.parametrize(
    "speak",
    [
        answer(b"", status="500 Broken"),
        answer(b"", status="503 Later"),
        answer(b"", status="429 Slower"),
        answer(b"half", length=8),
        lambda client: client.sendall(b"HTTP/1.1 200 OK\r\nContent-Ty"),
        raw("200 OK", "Transfer-Encoding: chunked", body=b"8\r\nhalf"),
        answer(gzip.compress(b"whole" * 100)[:-12], "Content-Encoding: gzip"),
        lambda client: client.close(),
        lambda client: client.sendall(b"SSH-2.0-OpenSSH_9.2\r\n"),
        raw("200 OK", *["X: y"] * 200),
        raw("200 OK", "X: " + "y" * 70_000),
    ],
    ids=[
        "500",
        "503",
        "429",
        "cut",
        "cut headers",
        "cut chunk",
        "cut gzip",
        "hung up",
        "no HTTP",
        "many headers",
        "long header",
    ],
)
def test_a_delivery_that_failed_is_worth_another_try(site: Site, speak: Speak) -> None:
    """Half a picture is never taken for a picture."""
    with pytest.raises(Unreachable) as caught:
        fetcher(site).fetch(site.serve("/1", speak))
    assert caught.value.can_retry


def test_a_host_that_is_not_there_is_worth_another_try() -> None:
    """DNS and connections fail for a minute and recover."""

    def resolve(_host: str, _port: int) -> list[str]:
        raise OSError("Temporary failure in name resolution")

    for fetching in (Fetcher(resolve=resolve), Fetcher(resolve=lambda *_: [])):
        with pytest.raises(Unreachable):
            fetching.fetch("http://cdn.example/1")
    with pytest.raises(Unreachable):
        Fetcher(("127.0.0.1:1",), SMALL).fetch("http://127.0.0.1:1/")


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "speak",
    [
        dripping(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", b"x"),
        dripping(CHUNKED, b"1\r\nx\r\n"),
        dripping(CHUNKED + b"ffff\r\n", b"x"),
        dripping(
            b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08",
            b"x",
        ),
    ],
    ids=["headers", "body without end", "body", "chunks", "one chunk", "packed"],
)
@pytest.mark.parametrize("is_secure", [False, True], ids=["http", "https"])
def test_a_slow_server_is_left_at_the_deadline(
    site: Site, secure_site: Site, tls: ssl.SSLContext, speak: Speak, *, is_secure: bool
) -> None:
    """A byte now and then keeps every single wait short, and would keep a worker forever."""
    # given
    slow = secure_site if is_secure else site
    url = slow.serve("/1", speak, "pictures.example")
    limits = Limits(silence_s=20, total_s=20 * DRIP_S)
    fetching = Fetcher((f"pictures.example:{slow.port}",), limits, lambda *_: ["127.0.0.1"], tls)

    # when
    with pytest.raises(Unreachable):
        fetching.fetch(url)

    # then
    assert slow.finished == []


def wait_for_the_client(client: socket) -> None:
    client.recv(1)


def test_a_silent_server_is_left_after_a_while(site: Site) -> None:
    """One that takes the request and says nothing."""
    # given
    url = site.serve("/1", wait_for_the_client)

    # when / then
    with pytest.raises(Unreachable):
        fetcher(site, Limits(silence_s=0.2)).fetch(url)


def test_the_deadline_covers_all_redirects_together(site: Site) -> None:
    """Hops that are each slow, but not too slow, add up."""

    # given: six hops, 1.2 s
    def hop(client: socket) -> None:
        client.sendall(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /1\r\n")
        threading.Event().wait(0.2)
        client.sendall(b"\r\n")

    url = site.serve("/1", hop)

    # when / then: the time is over before the hops are
    with pytest.raises(Unreachable):
        fetcher(site, Limits(total_s=0.5)).fetch(url)
    assert len(site.heads) < 6


HEADERS = st.sampled_from(
    [
        b"Content-Length: 5",
        b"Content-Length: -1",
        b"Content-Length: five",
        b"Transfer-Encoding: chunked",
        b"Content-Encoding: gzip",
        b"Content-Type: ;;\xff",
        b"Location: http://[",
        b"Location: \xff\xfe",
        b"no colon",
        b"",
    ]
)
STATUS = st.sampled_from(
    [b"HTTP/1.1 200 OK", b"HTTP/1.1 302 Found", b"HTTP/1.0 999", b"HTTP/1.1 100 Go on", b"HTTP/"]
)


def test_no_answer_breaks_the_bot(site: Site) -> None:
    """Whatever a server says ends as a file or as one of our errors."""
    url = site.url("/1")
    fetching = fetcher(site)

    @given(STATUS, st.lists(HEADERS, max_size=4), st.binary(max_size=40))
    @settings(deadline=None)
    def check(status: bytes, headers: list[bytes], body: bytes) -> None:
        site.serve("/1", lambda client: client.sendall(b"\r\n".join([status, *headers, b"", body])))
        try:
            file = fetching.fetch(url)
        except MediaError:
            return
        assert file.content

    check()
