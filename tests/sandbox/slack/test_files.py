"""Files go up in three steps and come down with the bot's token only."""

import pytest
import requests
from slack_sdk.errors import SlackApiError

from sandbox.slack import Upload
from tests.sandbox.slack.conftest import SCOPES, TOKEN, Stage, manifest, staged

BEARER = {"Authorization": f"Bearer {TOKEN}"}


def test_an_upload_is_posted_where_it_was_meant_to_go(stage: Stage) -> None:
    """Announce, send, complete: the SDK's own upload does it, into a thread."""
    # given
    stage.client.conversations_join(channel="C0SUPPORT")
    parent = stage.sam.post("C0SUPPORT", "Please export")

    # when
    stage.client.files_upload_v2(
        channel="C0SUPPORT",
        thread_ts=parent,
        filename="cdr.csv",
        content="a,b\n1,2\n",
        initial_comment="Done",
    )

    # then
    message = stage.workspace.messages("C0SUPPORT")[-1]
    assert (message["text"], message["thread_ts"]) == ("Done", parent)
    assert message["files"][0]["name"] == "cdr.csv"
    content = requests.get(message["files"][0]["url_private_download"], headers=BEARER, timeout=30)
    assert content.content == b"a,b\n1,2\n"


def test_without_the_token_there_is_only_a_login_page(stage: Stage) -> None:
    """With 200, as Slack does; who does not look takes it for the file."""
    # given
    stage.ada.post("D0ADMIN", "photo", files=[Upload("cat.png", "image/png", b"\x89PNG")])
    file = stage.workspace.messages("D0ADMIN")[-1]["files"][0]

    # when
    anonymous = requests.get(file["url_private"], timeout=30)
    wrong = requests.get(file["url_private"], headers={"Authorization": "Bearer xoxb-wrong"}, timeout=30)
    right = requests.get(file["url_private"], headers=BEARER, timeout=30)

    # then
    for page in (anonymous, wrong):
        assert page.status_code == 200
        assert page.headers["Content-Type"].startswith("text/html")
        assert "Sign in" in page.text
    assert (right.content, right.headers["Content-Type"]) == (b"\x89PNG", "image/png")
    assert file["thumb_360"]


def test_reading_files_needs_its_scope() -> None:
    """Without `files:read` even the right token sees the login page."""
    with staged(manifest=manifest(scopes=[one for one in SCOPES if one != "files:read"])) as stage:
        stage.ada.post("D0ADMIN", "photo", files=[Upload("cat.png", "image/png", b"\x89PNG")])
        file = stage.workspace.messages("D0ADMIN")[-1]["files"][0]
        assert "Sign in" in requests.get(file["url_private"], headers=BEARER, timeout=30).text


def test_an_upload_that_was_never_sent_cannot_be_completed(stage: Stage) -> None:
    """Nor one of another length, nor one twice."""
    # given
    announced = stage.client.files_getUploadURLExternal(filename="a.txt", length=3)
    file_id = announced["file_id"]

    # then
    with pytest.raises(SlackApiError, match="file_not_found"):
        stage.client.files_completeUploadExternal(files=[{"id": file_id}])
    assert requests.post(announced["upload_url"], data=b"four", timeout=30).status_code == 400
    assert requests.post(announced["upload_url"], data=b"abc", timeout=30).text == "OK - 3"
    assert stage.client.files_completeUploadExternal(files=[{"id": file_id}])["files"][0]["size"] == 3
    with pytest.raises(SlackApiError, match="file_not_found"):
        stage.client.files_completeUploadExternal(files=[{"id": file_id}])


def test_files_can_be_looked_up_and_deleted(stage: Stage) -> None:
    """The bot's own, that is."""
    # given
    stage.ada.post("D0ADMIN", "photo", files=[Upload("cat.png", "image/png", b"\x89PNG")])
    theirs = stage.workspace.messages("D0ADMIN")[-1]["files"][0]["id"]
    announced = stage.client.files_getUploadURLExternal(filename="a.txt", length=3)
    requests.post(announced["upload_url"], files={"file": ("a.txt", b"abc")}, timeout=30)
    stage.client.files_completeUploadExternal(files=[{"id": announced["file_id"], "title": "Letters"}])

    # then
    assert stage.client.files_info(file=announced["file_id"])["file"]["title"] == "Letters"
    with pytest.raises(SlackApiError, match="cant_delete_file"):
        stage.client.files_delete(file=theirs)
    stage.client.files_delete(file=announced["file_id"])
    with pytest.raises(SlackApiError, match="file_not_found"):
        stage.client.files_info(file=announced["file_id"])
