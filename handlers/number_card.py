"""One of our numbers by itself: everything about it, and a button for what its reader may change."""

from collections.abc import Sequence

from slackblocks import (
    Block,
    Button,
    ConfirmationDialogue,
    ContextBlock,
    DividerBlock,
    Markdown,
    PlainText,
)

from bot.cards import ANSWERS, AUTOMATIC, escape, moment, shorten, usd
from bot.change_cards import channel_of, details, did
from bot.overview.events import Event
from bot.store.audit import Entry
from bot.store.links import Link
from flowroute import format_phone_number
from flowroute.numbers import OwnedNumber
from flowroute.routes import Route

from .answers import Answer, run_button
from .asking import form_button
from .limits import facts, header
from .number_blocks import on_off, place

MAX_DETAILS = 200


def card(
    number: OwnedNumber,
    link: Link | None,
    changes: Sequence[Entry],
    events: Sequence[Event],
    *,
    is_admin: bool,
) -> Answer:
    """`changes` and `events` are the last ones, newest first; the buttons are for admins."""
    title = format_phone_number(number.value)
    told = _told(number, f"<#{link.channel_id}>" if link else "no channel of their own")
    blocks: list[Block] = [
        header(title),
        facts({label: value for label, value in told.items() if value}),
    ]
    blocks += _recent("Last texts", [f"{moment(event.at)}  {_text(event)}" for event in events])
    blocks += _recent("Last changes", [f"{moment(entry.at)}  {_change(entry)}" for entry in changes])
    buttons = tuple(_buttons(number, link)) if is_admin else ()
    return Answer(title, tuple(blocks), buttons, shareable=True)


def _told(number: OwnedNumber, channel: str) -> dict[str, str | None]:
    """By label, in mrkdwn; None for what Flowroute does not say."""
    where = "Toll-free" if number.is_toll_free else place(number.rate_center, number.state)
    price = f"{usd(number.monthly_cost)} a month" if number.monthly_cost is not None else None
    address = "none" if number.is_toll_free else ":warning: none"
    if number.e911:
        address = escape(number.e911.label or "set")
    return {
        "Alias": escape(number.alias or "") or "none",
        "Place": escape(where) or None,
        "Texting": on_off(number.messaging_enabled),
        "Texts go to": channel,
        "Calls go to": _route(number.primary_route) or ":warning: nowhere",
        "If that fails": _route(number.failover_route) or "nowhere",
        "Emergency address": address,
        "Caller name": escape(number.cnam.value or "set") if number.cnam else "none",
        "Caller name look-ups": on_off(number.cnam_lookups_enabled),
        "Price": price,
    }


def _route(route: Route | None) -> str | None:
    return escape(route.alias or route.id) if route else None


def _recent(title: str, lines: Sequence[str]) -> list[Block]:
    """A small list below a divider; nothing where there is nothing to tell."""
    if not lines:
        return []
    return [DividerBlock(), ContextBlock([Markdown("\n".join([f"*{title}*", *lines]))])]


def _text(event: Event) -> str:
    who = escape(event.who)
    if event.user_id is None:
        return f"{who} texted"
    by = "automatic answer to" if event.user_id == AUTOMATIC else f"<@{event.user_id}> texted"
    return f"{by} {who}{ANSWERS.get(event.state, '') if event.state else ''}"


def _change(entry: Entry) -> str:
    """Without the number, which stands above; cut short, for others may be long."""
    who = f"<@{entry.user_id}>"
    if channel_id := channel_of(entry):
        return f"{who} {did(entry)} it: <#{channel_id}>"
    if changed := details(entry):
        return f"{who} {escape(shorten(changed, MAX_DETAILS))}"
    result = "" if entry.result == "done" else f": {escape(entry.result)}"
    return f"{who} {did(entry)} it{result}"


def _buttons(number: OwnedNumber, link: Link | None) -> list[Button]:
    value = number.value
    texting = "off" if number.messaging_enabled else "on"
    lookups = "off" if number.cnam_lookups_enabled else "on"
    return [
        form_button("Rename", "numbers alias", number=value, text=number.alias or ""),
        run_button(f"Texting {texting}", f"numbers messaging {value} {texting}", key="texting"),
        run_button(f"Name look-ups {lookups}", f"numbers lookups {value} {lookups}", key="lookups"),
        form_button("Route", "routes primary", number=value),
        form_button("Failover", "routes failover", number=value),
        _address_button(number),
        _name_button(number),
        _link_button(value, link),
        run_button("Release", f"numbers release {value}", key="release", style="danger"),
    ]


def _address_button(number: OwnedNumber) -> Button:
    if not number.e911:
        return form_button("Set E911", "e911 assign", number=number.value)
    return run_button(
        "Take off E911",
        f"e911 unassign {number.value}",
        key="e911",
        confirm=_confirm(
            "Take the address off?", "Each 911 call from it is then billed by itself.", "Take it off"
        ),
    )


def _name_button(number: OwnedNumber) -> Button:
    if not number.cnam:
        return form_button("Set caller name", "cnam assign", number=number.value)
    return run_button(
        "Take off caller name",
        f"cnam unassign {number.value}",
        key="cnam",
        confirm=_confirm("Take the caller name off?", "Its calls then show no name.", "Take it off"),
    )


def _link_button(number: str, link: Link | None) -> Button:
    if link is None:
        return run_button("Link to this channel", f"relay link {number}")
    return run_button(
        "Unlink",
        f"relay unlink {number}",
        confirm=_confirm("Unlink this number?", "Its texts will no longer appear in the channel.", "Unlink"),
    )


def _confirm(title: str, text: str, confirm: str) -> ConfirmationDialogue:
    return ConfirmationDialogue(
        title=PlainText(title), text=PlainText(text), confirm=PlainText(confirm), deny=PlainText("Keep")
    )
