"""The Home tab: who waits for an answer, and for admins what the account lacks and how the bot is doing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    DividerBlock,
    HomeTabView,
    Markdown,
    PlainText,
    SectionBlock,
)

from bot.cards import caller, counted, escape, usd
from bot.overview.health import Vitals
from bot.overview.homes import Account, Home, Waiting
from bot.store.survey import Gap

from .ids import Button as ButtonId
from .limits import MAX_SECTION, button_text, facts, header, section

NAMES_SHOWN = 5
GUEST = (
    "Hello! This tab is for full members of the workspace. Texts with customers appear in the channels that "
    "you are in; whoever invited you can answer them there, or make you a full member."
)


def home(seen: Home | None) -> dict[str, Any]:
    """The view for `views.publish`; the same for the same facts, so that an unchanged one can be told."""
    blocks: list[Block] = [section(GUEST)]
    if seen is not None:
        blocks = [*_waiting(seen), _buttons(is_admin=seen.account is not None)]
        if seen.account is not None:
            blocks += [DividerBlock(), *_account(seen.account)]
    view: dict[str, Any] = HomeTabView(blocks=blocks).to_dict()
    for place, block in enumerate(view["blocks"]):
        block["block_id"] = f"home{place}"
    return view


def ago(moment: datetime) -> str:
    """`3 hours ago` in each reader's client, which keeps it true (docs.slack.dev, "Date formatting")."""
    return f"<!date^{int(moment.timestamp())}^{{ago}}|{moment:%Y-%m-%d %H:%M} UTC>"


def vital_facts(vitals: Vitals) -> dict[str, str]:
    """How the bot is doing, figures (mrkdwn) by label; `status` shows the same."""
    figures = vitals.figures
    posts, texts = counted(figures.posts_waiting, "post"), counted(figures.replies_waiting, "text")
    since = f", the oldest from {ago(figures.oldest_waiting)}" if figures.oldest_waiting else ""
    return {
        "Queue": f"{posts} to Slack, {texts} to phones{since}",
        "Message list": _list_read(vitals),
        "Parked texts": f"{figures.parked:,}",
        "Opt-outs": f"{figures.opt_outs:,}",
        "Purchases to approve": f"{figures.approvals:,}",
        "Purchases this month": spend(vitals),
    }


def spend(vitals: Vitals) -> str:
    """`$12.00 of $100.00`; for setup and first months, as SPEND_LIMIT counts it."""
    if vitals.spend_limit is None:
        return f"{usd(vitals.spent)}, no limit is set"
    return f"{usd(vitals.spent)} of {usd(vitals.spend_limit)}"


def _list_read(vitals: Vitals) -> str:
    if not vitals.reads_list:
        return "not read, as POLL_SECONDS is 0"
    return "not read yet" if vitals.list_read_at is None else f"read {ago(vitals.list_read_at)}"


def _waiting(seen: Home) -> list[Block]:
    if not seen.first:
        return [header("Nobody waits for an answer"), section("New texts in your channels show up here.")]
    blocks: list[Block] = [header(f"{counted(seen.waiting, 'conversation')} waiting for an answer")]
    blocks += [_conversation(one) for one in seen.first]
    if (more := seen.waiting - len(seen.first)) > 0:
        blocks.append(ContextBlock([Markdown(f"and {more:,} more, in your channels")]))
    return blocks


def _conversation(one: Waiting) -> Block:
    who = escape(one.who)
    shown = f"*<{one.link}|{who}>*" if one.link else f"*{who}*"
    place = "" if one.channel_id.startswith("D") else f" in <#{one.channel_id}>"
    return section(f"{shown} to {escape(one.number)}{place}\nLast text {ago(one.heard_at)}")


def _buttons(*, is_admin: bool) -> Block:
    """What people do most. Whatever is answered in words comes as a direct message."""
    buttons = [_run("Send a text", "sms send", style="primary")]
    if is_admin:
        buttons.append(_run("Buy a number", "numbers buy"))
    buttons += [_run("Our numbers", "numbers list"), _run("All commands", "help")]
    buttons.append(Button(PlainText("Refresh"), action_id=ButtonId.REFRESH, value="home"))
    return ActionsBlock(list(buttons))


def _account(account: Account) -> list[Block]:
    findings = account.survey.findings
    is_listed = account.survey.listed_at is not None
    is_looked_at = is_listed and (findings.looked_at > 0 or not findings.numbers)
    return [
        header("The account"),
        ContextBlock([Markdown(_age(account))]),
        _gap(
            findings.without_e911,
            "without an emergency address",
            _run("Show them", "e911 gaps"),
            is_known=is_looked_at,
        ),
        _gap(
            findings.without_route,
            "without a route for calls",
            _run("Show the first", f"numbers show {findings.without_route.first[0]}")
            if findings.without_route.first
            else None,
            is_known=is_looked_at,
        ),
        _gap(
            findings.without_channel,
            "without a channel for texts",
            _run("Link a number", "relay link"),
            is_known=is_listed,
        ),
        _names(account.names_pending),
        DividerBlock(),
        header("The bot"),
        facts(vital_facts(account.vitals)),
        ActionsBlock(
            [
                _run("Parked texts", "relay parked"),
                _run("Purchases", "orders list"),
                _run("Status", "status"),
            ]
        ),
        ContextBlock([PlainText("What the buttons find comes as a direct message, in the tab Messages.")]),
    ]


def _age(account: Account) -> str:
    survey, findings = account.survey, account.survey.findings
    if survey.listed_at is None:
        return "The numbers are being read for the first time."
    numbers = counted(findings.numbers, "number")
    if findings.looked_at < findings.numbers:
        return f"{numbers}; {findings.looked_at:,} of them looked at so far, which goes on in the background"
    going_on = "; being looked at again" if survey.is_under_way else ""
    return f"{numbers}, looked at {ago(findings.oldest_look or survey.listed_at)}{going_on}"


def _gap(gap: Gap, lacking: str, button: Button | None, *, is_known: bool) -> Block:
    if not is_known:
        return section(f":hourglass: Numbers {lacking}: not known yet")
    if not gap.count:
        return section(f":white_check_mark: No number is {lacking}")
    text = f":warning: *{counted(gap.count, 'number')} {lacking}*\n{_first(gap)}"
    return SectionBlock(Markdown(text), accessory=button)


def _first(gap: Gap) -> str:
    return _cut([caller(number) for number in gap.first], gap.count)


def _names(pending: Sequence[str] | None) -> Block:
    if pending is None:
        return section(":hourglass: Caller names under review: not known yet")
    if not pending:
        return section(":white_check_mark: No caller name is under review")
    shown = _cut([escape(name) for name in pending[:NAMES_SHOWN]], len(pending))
    text = f":hourglass: *{counted(len(pending), 'caller name')} under review*\n{shown}"
    return SectionBlock(Markdown(text[:MAX_SECTION]), accessory=_run("Show them", "cnam list"))


def _cut(first: Sequence[str], count: int) -> str:
    """`A, B and 4,998 more`."""
    shown = ", ".join(first)
    return f"{shown} and {count - len(first):,} more" if count > len(first) else shown


def _run(label: str, line: str, *, style: Literal["primary"] | None = None) -> Button:
    """A button for a command line; a Home tab has nowhere to answer, so it has an action of its own."""
    action_id = f"{ButtonId.HOME_RUN}:{line.replace(' ', '_')}"
    return Button(button_text(label), action_id=action_id, value=line, style=style)
