"""Admins who leave: what needs a person reaches the next one."""

from pathlib import Path

from bot.access.admin_channel import AdminChannel
from bot.access.roles import Access
from bot.slack import Slack, connect
from sandbox.address import BOT_TOKEN
from tests.bot.test_settings import run
from tests.stage import ADMIN, ADMINS_MESSAGES, AGENT, APPROVER, MARIA, NUMBER, TELECOM, Stage


def test_a_text_reaches_the_next_admin_when_the_first_has_left(stage: Stage) -> None:
    """With no DEFAULT_CHANNEL, texts to numbers that are linked nowhere would wait for ever."""
    stage.workspace.people.deactivate(AGENT)
    with stage.bot(ADMINS=f"{AGENT},{ADMIN}", DEFAULT_CHANNEL=""):
        stage.link()  # points the number's texts here
        seen = len(stage.private_words(ADMIN, TELECOM))
        stage.workspace.member(ADMIN).command(TELECOM, "/flowroute", f"relay unlink {NUMBER}")
        stage.workspace.wait_for(lambda: len(stage.private_words(ADMIN, TELECOM)) > seen)

        stage.carrier.handset_send(MARIA, NUMBER, "anybody there?")

        stage.workspace.wait_for(lambda: "anybody there?" in stage.texts_in(ADMINS_MESSAGES))


def test_an_admin_who_leaves_while_the_bot_runs_is_passed_over(stage: Stage) -> None:
    """A group's next member, then the workspace's own admins."""
    slack = Slack(connect(BOT_TOKEN, f"{stage.sandbox.url}/slack/api"))
    where = AdminChannel(Access(slack, (AGENT, "S0NOBODY", APPROVER), ()), slack, kept_s=0)
    assert where() == "D0AGENT"
    stage.workspace.people.deactivate(AGENT)
    assert where() == "D0APPROVER"
    stage.workspace.people.deactivate(APPROVER)
    assert where() == ADMINS_MESSAGES


def test_the_doctor_names_who_is_not_there_any_more(stage: Stage, tmp_path: Path) -> None:
    """Each id of ADMINS and APPROVERS is looked at."""
    stage.workspace.people.deactivate(AGENT)
    environment = stage.sandbox.bot_environment(1) | {
        "ADMINS": f"{ADMIN},{AGENT},U0UNHEARDOF,S0NOBODY",
        "APPROVERS": AGENT,
    }

    answer = run(tmp_path, "doctor", **environment)

    for said in (
        f"look  ADMINS: {AGENT} was deactivated",
        "look  ADMINS: U0UNHEARDOF is nobody whom Slack knows",
        "look  ADMINS: S0NOBODY is nobody whom Slack knows",
        "ok  ADMINS: 1 of 4 are there",
        "BAD  APPROVERS: nobody of them is there any more",
    ):
        assert said in answer.stdout
