"""Fetching what people attach in Slack, and keeping the token among friends."""

import pytest

from bot.media.download import Limits, take_apart
from bot.media.errors import BadAddress, Gone, NotFromSlack, SlackLogin, Unreachable
from bot.media.slack_files import SlackFiles
from tests.bot.media.conftest import Site, answer, png, redirect

TOKEN = "xoxb-very-secret"
LOGIN_PAGE = b"<!DOCTYPE html><html><body>Sign in</body></html>"
PATIENT = Limits(connect_s=30, silence_s=30, total_s=60)


def files(site: Site) -> SlackFiles:
    return SlackFiles(TOKEN, site.url("/api"), PATIENT)


def test_an_attached_picture_arrives_with_the_bots_token(site: Site) -> None:
    """Slack gives private files to whoever shows a token that may read them."""
    # given
    url = site.serve("/files-pri/T1-F1/download/cat.png", answer(png(), "Content-Type: image/png"))

    # when
    file = files(site).fetch(url, "cat.png", "image/png")

    # then
    assert (file.content, file.mime_type, file.file_name) == (png(), "image/png", "cat.png")
    assert f"Authorization: Bearer {TOKEN}\r\n" in site.heads[0]


@pytest.mark.parametrize(
    "url",
    [
        "https://files.slack.com/files-pri/T1-F1/cat.png",
        "https://acme.slack.com/files/cat.png",
        "https://acme.enterprise.slack.com/cat.png",
        "https://a.slack-edge.com/cat.png",
        "https://FILES.SLACK.COM/cat.png",
        "https://slack.test/files/cat.png",
        "https://slack.test:8443/files/cat.png",
    ],
)
def test_slacks_hosts_get_the_token(url: str) -> None:
    """Its file hosts, and the host that SLACK_API_URL names, whatever its port."""
    assert SlackFiles(TOKEN, "https://slack.test/api").may_have_token(take_apart(url))


@pytest.mark.parametrize(
    "url",
    [
        "https://drive.google.com/file/d/1",
        "https://evilslack.com/cat.png",
        "https://files.slack.com.evil.example/cat.png",
        "https://files.slack.com@evil.example/cat.png",
        "https://evil.example/files.slack.com",
        "https://evil.example\\.slack.com/",
        "https://evil.example#.slack.com/",
        "https://slack-files.com/T1-F1-secret",
        "https://sub.slack.test/cat.png",
        "http://files.slack.com/cat.png",
        "http://slack.test/cat.png",
        "//files.slack.com/cat.png",
        "",
    ],
)
def test_nobody_else_gets_the_token(url: str) -> None:
    """Not a look-alike, not another service, and not Slack itself where others can read along."""

    # given
    def resolve(host: str, port: int) -> list[str]:
        raise AssertionError(f"{host}:{port} was looked up")

    # when / then
    with pytest.raises((NotFromSlack, BadAddress)):
        SlackFiles(TOKEN, "https://slack.test/api", resolve=resolve).fetch(url, "cat.png", "image/png")


def test_the_token_does_not_follow_a_redirect_out_of_slack(site: Site, other_site: Site) -> None:
    """A file that Slack merely points to is refused, with what to do instead."""
    # given: the same machine under another name
    outside = f"http://localhost:{other_site.port}/cat.png"
    url = site.serve("/files/cat.png", redirect(outside))

    # when
    with pytest.raises(NotFromSlack, match="Upload the file itself"):
        files(site).fetch(url, "cat.png", "image/png")

    # then
    assert other_site.heads == []


@pytest.mark.parametrize("content_type", ["text/html", "text/html; charset=utf-8", "Text/HTML"])
def test_a_login_page_is_not_taken_for_the_picture(site: Site, content_type: str) -> None:
    """Slack answers 200 with a page when the token may not read files; the sentence says what is missing."""
    # given
    site.serve("/login", answer(LOGIN_PAGE, f"Content-Type: {content_type}"))
    url = site.serve("/files/cat.png", redirect("/login"))

    # when / then
    with pytest.raises(SlackLogin, match="files:read") as caught:
        files(site).fetch(url, "cat.png", "image/png")
    assert not caught.value.can_retry


def test_a_web_page_that_somebody_attached_is_a_file(site: Site) -> None:
    """Only a page in place of something else is Slack's login."""
    url = site.serve("/files/a.html", answer(LOGIN_PAGE, "Content-Type: text/html"))
    assert files(site).fetch(url, "a.html", "text/html").mime_type == "text/html"


def test_a_deleted_file_is_gone_and_a_busy_slack_is_not(site: Site) -> None:
    """The first is final, the second passes."""
    busy = site.serve("/files/busy.png", answer(b"", status="503 Busy"))
    with pytest.raises(Gone):
        files(site).fetch(site.url("/files/gone.png"), "gone.png", "image/png")
    with pytest.raises(Unreachable):
        files(site).fetch(busy, "busy.png", "image/png")


def test_the_token_is_in_no_representation() -> None:
    """What is printed or logged of the object does not hold it."""
    assert TOKEN not in repr(SlackFiles(TOKEN, "https://slack.test/api"))
