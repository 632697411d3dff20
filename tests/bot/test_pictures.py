"""Pictures both ways, as people on both ends see them."""

import io
import random
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Literal

import pytest
import requests
from PIL import Image

from sandbox.flowroute_api import HandsetMessage, Refuse
from sandbox.slack import Upload, faults
from tests.handlers.person import Person
from tests.stage import AGENT, MARIA, NUMBER, SUPPORT, Stage, exactly_once, wait_for


def picture(size: tuple[int, int] = (40, 30), kind: str = "PNG") -> bytes:
    """A picture; a large one is noise, which no format makes small."""
    noise = random.Random(1).randbytes(size[0] * size[1] * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", size, noise).save(out, kind)
    return out.getvalue()


@pytest.fixture
def linked(stage: Stage) -> Iterator[Stage]:
    """A running bot whose number 12065550100 is linked to #support."""
    with stage.bot():
        stage.link()
        yield stage


def shared(stage: Stage) -> list[dict[str, Any]]:
    """The files in #support, in order."""
    return [file for message in stage.workspace.messages(SUPPORT) for file in message.get("files", [])]


def thread_of(stage: Stage, text: str) -> str:
    """The thread in which a text stands."""
    stage.workspace.wait_for(lambda: text in stage.texts_in(SUPPORT))
    found = next(m for m in stage.workspace.messages(SUPPORT) if m.get("text") == text)
    return str(found["thread_ts"])


def last_received(stage: Stage) -> HandsetMessage:
    """What Maria's phone got last."""
    return [m for m in stage.carrier.handset_messages(MARIA) if m.direction == "received"][-1]


def test_a_picture_from_a_phone_stands_in_the_thread(linked: Stage) -> None:
    """Uploaded to Slack, not linked: Flowroute's addresses die."""
    # given
    content = picture()

    # when
    linked.carrier.handset_send(MARIA, NUMBER, "look", [("roof.png", "image/png", content)])

    # then
    thread = thread_of(linked, "look")
    linked.workspace.wait_for(lambda: shared(linked))
    [message] = [m for m in linked.workspace.messages(SUPPORT) if m.get("files")]
    assert message["thread_ts"] == thread
    got = requests.get(
        message["files"][0]["url_private_download"],
        headers={"Authorization": "Bearer xoxb-sandbox"},
        timeout=30,
    )
    assert got.content == content


@exactly_once
@pytest.mark.parametrize("fault", [faults.drop_after(), faults.http_500()], ids=lambda fault: fault.kind)
def test_a_picture_is_shared_once_although_slack_gives_no_answer(linked: Stage, fault: faults.Fault) -> None:
    """Slack's name for the file tells whether it was shared already."""
    linked.workspace.faults.add(method="files.completeUploadExternal", fault=fault)

    linked.carrier.handset_send(MARIA, NUMBER, "look", [("roof.png", "image/png", picture())])
    linked.carrier.handset_send(MARIA, NUMBER, "and look", [("door.png", "image/png", picture())])

    linked.workspace.wait_for(lambda: len(shared(linked)) == 2)
    assert sorted(file["name"] for file in shared(linked)) == ["door.png", "roof.png"]


@exactly_once
def test_a_share_that_takes_its_time_is_waited_for(linked: Stage) -> None:
    """No answer, and for a while no trace of the file in Slack: it is neither shared twice nor given up."""
    # given
    workspace = linked.workspace
    workspace.shares_show = threading.Event()
    workspace.faults.add("files.completeUploadExternal", faults.drop_after())

    # when
    linked.carrier.handset_send(MARIA, NUMBER, "look", [("roof.png", "image/png", picture())])
    workspace.wait_for(lambda: [c["method"] for c in workspace.calls].count("files.info") >= 2)
    workspace.shares_show.set()

    # then
    workspace.wait_for(lambda: shared(linked))
    linked.carrier.handset_send(MARIA, NUMBER, "did you see?")
    thread_of(linked, "did you see?")
    assert [call["method"] for call in workspace.calls].count("files.completeUploadExternal") == 1
    assert not [text for text in linked.texts_in(SUPPORT) if "did not take" in text]


@exactly_once
def test_a_picture_waits_for_a_channel_that_takes_nothing(stage: Stage) -> None:
    """The channel was archived between the text and its file: it follows when the channel is back."""
    # given
    refusal = faults.error("is_archived")
    with stage.bot():
        stage.link()
        stage.workspace.faults.add("files.completeUploadExternal", refusal, times=None)
        stage.carrier.handset_send(MARIA, NUMBER, "look", [("roof.png", "image/png", picture())])
        stage.workspace.wait_for(lambda: refused(stage, "files.completeUploadExternal"))

    # when
    stage.workspace.faults.clear()
    with stage.bot():
        stage.workspace.wait_for(lambda: shared(stage))

    # then
    assert [file["name"] for file in shared(stage)] == ["roof.png"]
    assert not [text for text in stage.texts_in(SUPPORT) if "did not take" in text]


def refused(stage: Stage, method: str) -> bool:
    """Whether Slack has refused such a call."""
    return any(call["method"] == method and not call["answer"]["ok"] for call in stage.workspace.calls)


def test_a_picture_that_cannot_be_fetched_is_named_in_the_thread(stage: Stage) -> None:
    """Its address is private and MEDIA_HOSTS does not allow it: said, and nothing is fetched."""
    with stage.bot(MEDIA_HOSTS=""):
        stage.link()

        stage.carrier.handset_send(MARIA, NUMBER, "look", [("roof.png", "image/png", picture())])

        stage.workspace.wait_for(lambda: any("roof.png did not arrive" in t for t in stage.texts_in(SUPPORT)))
    assert "look" in stage.texts_in(SUPPORT)
    assert shared(stage) == []


def test_a_picture_that_could_not_be_fetched_is_fetched_later(stage: Stage) -> None:
    """The thread says that it is tried again; also by a bot that was restarted meanwhile."""
    # given
    stage.carrier.faults.add(method="GET", path_pattern=r"/media/.*", fault=Refuse(500))
    with stage.bot():
        stage.link()
        stage.carrier.handset_send(MARIA, NUMBER, "look", [("roof.png", "image/png", picture())])
        stage.workspace.wait_for(
            lambda: any("roof.png is tried again" in text for text in stage.texts_in(SUPPORT))
        )

    # when: the pause of a minute is over
    with closing(sqlite3.connect(stage.database_url.removeprefix("sqlite:///"))) as db, db:
        db.execute("UPDATE media SET try_after = '2000-01-01 00:00:00.000000'")

    # then
    with stage.bot():
        stage.workspace.wait_for(lambda: shared(stage))
    assert [file["name"] for file in shared(stage)] == ["roof.png"]


@exactly_once
@pytest.mark.parametrize(("shape", "ids"), [("jsonapi", "mdr2-"), ("flat", "mdr2-"), ("flat", "mdr1-")])
def test_a_picture_that_the_webhook_did_not_tell_of_comes_by_the_list(
    stage: Stage, shape: Literal["jsonapi", "flat"], ids: Literal["mdr1-", "mdr2-"]
) -> None:
    """Old webhooks have no place for files; each picture stands in its text's thread once."""
    # given
    stage.carrier.faults.webhooks_forget_files = True
    stage.carrier.webhook_shape, stage.carrier.webhook_ids = shape, ids
    with stage.bot(POLL_SECONDS="1"):
        stage.link()

        # when
        stage.carrier.handset_send(MARIA, NUMBER, "look", [("roof.png", "image/png", picture())])
        stage.workspace.wait_for(lambda: shared(stage))
        stage.carrier.handset_send(MARIA, NUMBER, "and look", [("door.png", "image/png", picture())])
        stage.workspace.wait_for(lambda: len(shared(stage)) > 1)

    # then
    assert [file["name"] for file in shared(stage)] == ["roof.png", "door.png"]
    assert [stage.texts_in(SUPPORT).count(text) for text in ("look", "and look")] == [1, 1]


def test_with_no_public_address_pictures_come_too(stage: Stage) -> None:
    """The list names their files at most; each record by itself tells where they are."""
    with stage.bot(PUBLIC_URL="", POLL_SECONDS="1"):
        stage.link()

        stage.carrier.handset_send(MARIA, NUMBER, "look", [("roof.png", "image/png", picture())])

        stage.workspace.wait_for(lambda: shared(stage))
    assert [file["name"] for file in shared(stage)] == ["roof.png"]


def test_a_picture_of_a_blocked_sender_is_not_fetched_and_leaves_nothing_to_do(linked: Stage) -> None:
    """It is kept that they wrote; nobody asks for their file again and again."""
    # given
    Person(linked).asks(f"relay block {MARIA}")

    # when
    linked.carrier.handset_send(MARIA, NUMBER, "look", [("roof.png", "image/png", picture())])

    # then
    wait_for(lambda: files_by_state(linked) == {"failed": 1}, "the file to be given up")
    assert not [call for call in linked.carrier.calls if call.path.startswith("/media/")]


def files_by_state(stage: Stage) -> dict[str, int]:
    """How many files of phones' texts stand where."""
    with closing(sqlite3.connect(stage.database_url.removeprefix("sqlite:///"))) as db:
        return dict(db.execute("SELECT state, count(*) FROM media GROUP BY state").fetchall())


def test_a_picture_in_a_reply_goes_out_as_an_mms(linked: Stage) -> None:
    """Large ones are made small enough; Flowroute fetches it from the bot."""
    # given
    linked.carrier.handset_send(MARIA, NUMBER, "which one?")
    thread = thread_of(linked, "which one?")
    upload = Upload("plan.png", "image/png", picture((900, 700)))

    # when
    linked.workspace.member(AGENT).post(SUPPORT, "this one", thread_ts=thread, files=[upload])

    # then
    linked.workspace.wait_for(lambda: linked.received_by(MARIA) == ["this one"])
    [media] = last_received(linked).media
    assert len(media.data) < 750_000 < len(upload.content)
    assert Image.open(io.BytesIO(media.data)).size[0] > 100


def test_without_a_public_address_a_picture_is_refused_with_the_reason(stage: Stage) -> None:
    """Flowroute would have nowhere to fetch it from."""
    with stage.bot(PUBLIC_URL="", POLL_SECONDS="1"):
        stage.link()
        stage.carrier.handset_send(MARIA, NUMBER, "which one?")
        thread = thread_of(stage, "which one?")

        upload = Upload("plan.png", "image/png", picture())
        stage.workspace.member(AGENT).post(SUPPORT, "this one", thread_ts=thread, files=[upload])

        stage.workspace.wait_for(lambda: any("PUBLIC_URL" in text for text in stage.texts_in(SUPPORT)))
    assert stage.received_by(MARIA) == []


def test_a_link_that_was_altered_or_made_up_leads_nowhere(linked: Stage) -> None:
    """404, as for any address that does not exist."""
    for path in ("x", "WzEsMTc5NTAwMDAwMF0.AAAA", "..%2f..%2fetc%2fpasswd"):
        assert requests.get(f"{linked.url}/media/{path}", timeout=30).status_code == 404
