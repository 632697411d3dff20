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
    SectionBlock,
)

from bot.cards import changed_facts, escape, moment, usd
from bot.store.audit import Entry
from bot.store.links import Link
from flowroute import format_phone_number
from flowroute.numbers import OwnedNumber

from .answers import Answer, run_button
from .asking import form_button
from .limits import header, section
from .number_blocks import on_off, place


def card(number: OwnedNumber, link: Link | None, changes: Sequence[Entry], *, is_admin: bool) -> Answer:
    """`changes` are the last ones, newest first; the buttons are for admins."""
    title = format_phone_number(number.value)
    facts = {
        "Alias": number.alias or None,
        "Place": "Toll-free" if number.is_toll_free else place(number.rate_center, number.state) or None,
        "Price": f"{usd(number.monthly_cost)} a month" if number.monthly_cost is not None else None,
        "Texting": on_off(number.messaging_enabled),
        "Caller name look-ups": on_off(number.cnam_lookups_enabled),
        "Calls go to": number.primary_route.alias if number.primary_route else None,
        "If that fails": number.failover_route.alias if number.failover_route else None,
        "Caller name": number.cnam.value if number.cnam else None,
        "Emergency address": "set" if number.e911 else "missing",
    }
    fields = [Markdown(f"*{label}*\n{escape(value)}") for label, value in facts.items() if value]
    channel = f"Texts go to <#{link.channel_id}>." if link else "Texts go to no channel of their own yet."
    blocks: list[Block] = [
        header(title),
        SectionBlock(fields=list(fields)),
        DividerBlock(),
        section(channel),
    ]
    if changes:
        blocks.append(ContextBlock([Markdown("\n".join(map(_change, changes)))]))
    buttons = tuple(_buttons(number, link)) if is_admin else ()
    return Answer(title, tuple(blocks), buttons, shareable=True)


def _change(entry: Entry) -> str:
    facts = changed_facts(entry)
    return f"{moment(entry.at)} <@{entry.user_id}> {entry.action}" + (f": {escape(facts)}" if facts else "")


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
        run_button("Release", f"numbers release {value}", key="release"),
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
