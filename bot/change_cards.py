"""Changes in words: what somebody did, for the audit, for the channel, and for the card of a number."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from slackblocks import Block, ContextBlock, Markdown, PlainText, SectionBlock

from bot.cards import SECTION_CHARS, Card, caller, card, escape, shorten, usd
from bot.store.audit import Entry

DID = {
    "account.callback": "set where Flowroute delivers",
    "number.alias": "changed the alias of",
    "number.lookups": "changed the caller name look-ups of",
    "number.messaging_on": "had texting switched on for",
    "number.messaging_off": "had texting switched off for",
    "number.buy": "ordered",
    "number.approve": "approved the purchase of",
    "number.decline": "declined the purchase of",
    "number.cancel": "cancelled the purchase of",
    "order.purchase": "ordered",
    "order.set_up": "asked for changes of",
    "order.release": "asked for the release of",
    "order.approve": "approved the purchase of",
    "order.decline": "declined the purchase of",
    "order.cancel": "cancelled what was left to do for",
    "number.release": "released",
    "route.create": "added the route",
    "route.update": "changed the route",
    "route.delete": "deleted the route",
    "route.primary": "changed where calls go to",
    "route.failover": "changed where calls go when that fails, for",
    "e911.create": "added the emergency address",
    "e911.update": "changed the emergency address",
    "e911.delete": "deleted the emergency address",
    "e911.assign": "gave an emergency address to",
    "e911.unassign": "took the emergency address from",
    "cnam.create": "asked for the caller name",
    "cnam.update": "changed the caller name",
    "cnam.delete": "deleted the caller name",
    "cnam.assign": "gave a caller name to",
    "cnam.unassign": "took the caller name from",
    "relay.link": "linked",
    "relay.unlink": "unlinked",
    "relay.callback": "set where Flowroute delivers the texts of",
    "relay.name": "named",
    "relay.block": "blocked",
    "relay.unblock": "unblocked",
    "relay.opt_out": "stopped texts to somebody from",
    "relay.go_on": "let texts go on from",
    "relay.optin": "recorded a consent to texts from",
    "relay.decide": "decided about a text from",
    "person.erase": "had somebody erased:",
}
"""What somebody did, by the action of an audit entry; the subject's name follows."""
TOWARDS = {"relay.link": "to", "relay.unlink": "from"}
DECIDED = {
    "asked": "waiting for a decision",
    "parked": "outcome unknown",
    "unknown": "looked up again",
    "stored": "to be sent",
    "kept": "not sent",
}
"""What a decision about a text led from and to, by the state of the text."""
UNSAID = {"id", "channel", "blocked", "text"}
"""Facts that the sentence tells, or that only machines read."""
NOT_DONE = ("refused", "no answer")
"""How the results of changes begin that did not take place."""


def audit_entry(entry: Entry) -> Card:
    """One change, for the audit channel."""
    result = "" if entry.result == "done" else f" Result: {escape(entry.result)}"
    what = sentence(entry)
    said = f"Not done: {what}.{result}" if entry.result.startswith(NOT_DONE) else f"{what}.{result}"
    return _card(said, entry, "entry")


def change(entry: Entry) -> Card:
    """One change, for the channel where it was asked for."""
    return _card(f":pencil2: {sentence(entry)}.", entry, "change")


def sentence(entry: Entry) -> str:
    """`@Ada changed the alias of *(206) 555-0100*`, in mrkdwn."""
    channel_id = channel_of(entry)
    where = f" {TOWARDS[entry.action]} <#{channel_id}>" if channel_id else ""
    return f"<@{entry.user_id}> {did(entry)} *{escape(subject(entry))}*{where}"


def did(entry: Entry) -> str:
    """The verb of it: `changed the alias of`, or the action's own words where nobody gave it any."""
    return DID.get(entry.action, f"did {entry.action.replace('.', ' ').replace('_', ' ')} on")


def subject(entry: Entry) -> str:
    """What it was done to, by its name where it has one; in plain text."""
    facts = entry.after or entry.before or {}
    if "id" not in facts:
        return caller(entry.subject)
    return str(next(filter(None, map(facts.get, ("alias", "label", "value"))), entry.subject))


def channel_of(entry: Entry) -> str | None:
    """The channel that a number was linked to or unlinked from."""
    facts = entry.after or entry.before or {}
    return str(facts["channel"]) if entry.action in TOWARDS and "channel" in facts else None


def details(entry: Entry) -> str:
    """`alias: Main line → Front desk`, as plain text; what came or went is listed without an arrow."""
    before, after = _told(entry.before), _told(entry.after)
    if entry.before is None or entry.after is None:
        name = subject(entry)
        known = {**before, **after}.items()
        return " · ".join(f"{fact}: {_word(value)}" for fact, value in known if value not in (None, name))
    changed = [fact for fact in {**before, **after} if before.get(fact) != after.get(fact)]
    return " · ".join(f"{fact}: {_word(before.get(fact))} → {_word(after.get(fact))}" for fact in changed)


def _card(said: str, entry: Entry, block_id: str) -> Card:
    blocks: list[Block] = [SectionBlock(Markdown(shorten(said, SECTION_CHARS)), block_id=block_id)]
    if changed := details(entry):
        blocks.append(ContextBlock([PlainText(shorten(changed, 1000))], block_id="changes"))
    return card(said, blocks)


def _told(facts: Mapping[str, Any] | None) -> dict[str, object]:
    """The facts worth telling, money as people read it."""
    told: dict[str, object] = {}
    for name, value in (facts or {}).items():
        if name.endswith("_usd"):
            told[name.removesuffix("_usd")] = usd(Decimal(value))
        elif name not in UNSAID:
            told[name] = DECIDED.get(str(value), value) if name == "state" else value
    return told


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "–" if value in (None, "") else str(value)
