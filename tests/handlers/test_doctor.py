"""`doctor` in Slack: what is wrong, to an admin, privately."""

from tests.handlers.person import Person, shown
from tests.stage import GENERAL, Stage


def test_an_installation_that_is_well_is_said_to_be(ada: Person) -> None:
    """Each part with how it is; nothing of it is secret."""
    wait_until_joined(ada.stage)
    answer = ada.asks("doctor")
    assert answer["is_ephemeral"]
    assert "Nothing is wrong" in answer["text"]
    for part in ("Database", "Slack token", "Flowroute credentials", "PUBLIC_URL"):
        assert f":white_check_mark: *{part}*" in shown(answer)


def test_what_is_wrong_is_told_with_its_cure(stage: Stage) -> None:
    """An admin who knows nothing of servers can hand it on, or mend it."""
    stage.workspace.member("U0ADMIN").archive(GENERAL)
    with stage.bot(AUDIT_CHANNEL=GENERAL):
        wait_until_joined(stage)
        answer = Person(stage).asks("doctor")
    assert "1 thing to mend" in answer["text"]
    assert ":x: *AUDIT_CHANNEL*: is archived\nunarchive it or set another" in shown(answer)


def test_only_admins_examine(sam: Person) -> None:
    """It says what the installation is made of."""
    assert "*admin*" in sam.asks("doctor")["text"]


def wait_until_joined(stage: Stage) -> None:
    """Until the bot is in the channel for texts to unlinked numbers, as it is soon after its first start."""
    stage.workspace.wait_for(
        lambda: any(call["method"] == "conversations.join" for call in stage.workspace.calls)
    )
