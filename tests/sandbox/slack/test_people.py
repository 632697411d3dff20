"""What people may do: membership and guests are enforced for them as Slack's client enforces it."""

import pytest

from sandbox.slack import NotPossible
from tests.sandbox.slack.conftest import Stage


def test_only_members_read_and_write(stage: Stage) -> None:
    """Sam is not in #telecom: he sees that it exists, and no more."""
    # given
    ts = stage.ada.post("C0TELECOM", "secret plans")

    # then
    assert stage.sam.messages("C0TELECOM") == []
    with pytest.raises(NotPossible, match="Join it first"):
        stage.sam.post("C0TELECOM", "hi")
    with pytest.raises(NotPossible, match="Join it first"):
        stage.sam.react("C0TELECOM", ts, "eyes")


def test_full_members_join_public_channels(stage: Stage) -> None:
    """And then see everything that was said before."""
    # given
    stage.ada.post("C0TELECOM", "old news")

    # when
    stage.sam.join("C0TELECOM")

    # then
    assert stage.sam.messages("C0TELECOM")[0]["text"] == "old news"
    with pytest.raises(NotPossible, match="already"):
        stage.sam.join("C0TELECOM")


def test_a_guest_sees_only_where_invited(stage: Stage) -> None:
    """Other public channels do not exist for a guest."""
    with pytest.raises(NotPossible, match="no such channel"):
        stage.gil.join("C0GENERAL")
    with pytest.raises(NotPossible, match="cannot invite"):
        stage.gil.invite("C0SUPPORT", "U0BOT")
    stage.ada.invite("C0GENERAL", "U0GUEST")
    assert stage.gil.post("C0GENERAL", "thanks for the invitation")


def test_people_change_only_what_is_theirs(stage: Stage) -> None:
    """Nobody edits the words of another."""
    # given
    ts = stage.ada.post("C0SUPPORT", "mine")

    # then
    with pytest.raises(NotPossible, match="not your message"):
        stage.sam.edit("C0SUPPORT", ts, "yours")
    with pytest.raises(NotPossible, match="not your message"):
        stage.sam.delete("C0SUPPORT", ts)
    stage.ada.delete("C0SUPPORT", ts)
    with pytest.raises(NotPossible, match="gone"):
        stage.ada.edit("C0SUPPORT", ts, "back")


def test_an_archived_channel_is_silent(stage: Stage) -> None:
    """Nobody can write there any more."""
    # given
    stage.ada.archive("C0GENERAL")

    # then
    with pytest.raises(NotPossible, match="archived"):
        stage.sam.post("C0GENERAL", "hello?")


def test_an_empty_message_and_a_lost_thread_are_refused(stage: Stage) -> None:
    """Slack's client would not send either."""
    with pytest.raises(NotPossible, match="nothing to send"):
        stage.ada.post("C0SUPPORT", "  ")
    with pytest.raises(NotPossible, match="thread is gone"):
        stage.ada.post("C0SUPPORT", "hi", thread_ts="1.000001")
