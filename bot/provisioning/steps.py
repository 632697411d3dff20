"""The steps of an order: each looks, acts only on a difference and reads back, so that it may run again.

The changes are those that people make one by one, with the order's requester as their maker: rights are asked
at that moment, and the audit has before and after.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from bot.access.roles import Access, Role
from bot.actor import Actor
from bot.cards import escape
from bot.errors import BotError
from bot.provisioning.changes import Changes
from bot.provisioning.changing import Changed, looked
from bot.provisioning.quotes import not_for_sale
from bot.provisioning.routes import NO_ROUTE
from bot.relay.links import Links
from bot.slack import Refused as SlackRefused
from bot.slack import SlackError, TooFast
from bot.store.orders import Line, Order, Step, StepName, StepState
from flowroute import Flowroute, FlowrouteError, InvalidArgument, NotFound, PhoneNumber, RateLimited, Refused
from flowroute.cnam import CnamStatus
from flowroute.errors import Forbidden, Unauthorized
from flowroute.numbers import OwnedNumber

log = logging.getLogger(__name__)

ON = "on"

Change = Callable[[Actor, PhoneNumber, str], Changed[OwnedNumber]]

PAUSES_S = (1.0, 3.0, 10.0)
"""Between one attempt and the next; after the last one a person decides."""

FINAL = (InvalidArgument, NotFound, Refused, Forbidden, Unauthorized)
"""What another attempt would not change."""

SOON = {
    StepName.MESSAGING: "Flowroute is switching it; that can take a few minutes.",
    StepName.CNAM: "Callers see it in 5 to 7 business days.",
    StepName.CNAM_OFF: "Flowroute takes it off within days.",
}
"""Steps that Flowroute shows only later, and what to say of them."""


@dataclass(frozen=True)
class Outcome:
    """What became of a step; with `again_s` it is to be taken again in so many seconds."""

    state: StepState
    note: str | None = None
    again_s: float | None = None
    made: str | None = None
    """The id of the record that it made."""


DONE = Outcome(StepState.DONE)


class Steps:
    """Takes one step of one order at a time."""

    def __init__(
        self,
        flowroute: Flowroute,
        access: Access,
        changes: Changes,
        links: Links,
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        self._flowroute = flowroute
        self._access = access
        self._changes = changes
        self._links = links
        self._pauses_s = pauses_s
        numbers = changes.numbers
        self._simple: dict[StepName, Change] = {
            StepName.ALIAS: lambda by, number, to: numbers.set_alias(by, number, to, announce=False),
            StepName.MESSAGING: lambda by, number, to: numbers.set_messaging(
                by, number, enabled=to == ON, announce=False
            ),
            StepName.LOOKUPS: lambda by, number, to: numbers.set_cnam_lookups(
                by, number, enabled=to == ON, announce=False
            ),
            StepName.ROUTE: lambda by, number, to: numbers.set_primary_route(
                by, number, _id(to), announce=False
            ),
            StepName.FAILOVER: lambda by, number, to: numbers.set_failover_route(
                by, number, _id(to), announce=False
            ),
            StepName.E911: lambda by, number, to: numbers.set_e911(by, number, _id(to), announce=False),
            StepName.E911_OFF: lambda by, number, _: numbers.set_e911(by, number, None, announce=False),
            StepName.CNAM_OFF: lambda by, number, _: numbers.set_cnam(by, number, None, announce=False),
        }
        """What one change of a number does; its third argument is what is wanted."""
        self._more: dict[StepName, Callable[[Actor, PhoneNumber, Step], Outcome]] = {
            StepName.BUY: self._buy,
            StepName.CNAM: self._name,
            StepName.RELAY: self._link,
            StepName.UNLINK: self._unlink,
            StepName.RELEASE: self._release,
        }

    def take(self, order: Order, line: Line | None, step: Step) -> Outcome:
        """Bring `step` as far as it gets; what goes wrong is an outcome as well."""
        actor = Actor(order.user_id, order.channel_id)
        try:
            if line is None:
                return self._make_record(actor, order, step)
            return self._change(actor, PhoneNumber(line.number), step)
        except (BotError, FlowrouteError) as error:
            return self._trouble(step, error)

    def was_bought(self, line: Line, step: Step) -> Outcome:
        """Only look whether a purchase that had begun took place."""
        try:
            owned = self._flowroute.numbers.find(PhoneNumber(line.number))
        except FlowrouteError as error:
            return self._trouble(step, error)
        return Outcome(StepState.CANCELLED) if owned is None else DONE

    def _make_record(self, actor: Actor, order: Order, step: Step) -> Outcome:
        if step.name is StepName.NEW_ADDRESS and order.set_up.new_address is not None:
            address = self._changes.e911.create(actor, order.set_up.new_address, announce=False)
            return Outcome(StepState.DONE, made=address.after.id if address.after else None)
        name = self._changes.cnam.create(actor, step.wanted or "", announce=False)
        return Outcome(StepState.DONE, made=name.after.id if name.after else None)

    def _change(self, actor: Actor, number: PhoneNumber, step: Step) -> Outcome:
        if step.wanted is None and step.name in (StepName.E911, StepName.CNAM):
            return Outcome(StepState.SKIPPED, "The record that it was to get was not made.")
        if step.name in self._more:
            return self._more[step.name](actor, number, step)
        return self._shown(step, self._simple[step.name](actor, number, step.wanted or ""))

    def _buy(self, actor: Actor, number: PhoneNumber, step: Step) -> Outcome:
        """Flowroute charges at once and knows no repeats, but it sells a number only once."""
        self._access.require(actor.user_id, Role.ADMIN)
        find = self._flowroute.numbers.find
        had_begun = step.state is StepState.DOING
        if had_begun and find(number) is not None:
            return DONE
        try:
            self._flowroute.numbers.buy(number)
        except NotFound:
            if had_begun and find(number) is not None:  # the first request was slower than our look
                return DONE
            return Outcome(StepState.SKIPPED, not_for_sale([number]))
        except FlowrouteError as error:
            if error.may_have_happened and find(number) is not None:
                return DONE
            raise
        return DONE

    def _name(self, actor: Actor, number: PhoneNumber, step: Step) -> Outcome:
        cnam_id = _id(step.wanted or "")
        if cnam_id is None:
            return self._shown(step, self._changes.numbers.set_cnam(actor, number, None, announce=False))
        record = self._changes.cnam.get(cnam_id)
        if record.status is CnamStatus.PENDING:
            return Outcome(StepState.REVIEW, "Flowroute's people review the name, within two business days.")
        if record.status is CnamStatus.REJECTED:
            return Outcome(StepState.FAILED, rejected(record.rejection_reason))
        return self._shown(step, self._changes.numbers.set_cnam(actor, number, cnam_id, announce=False))

    def _link(self, actor: Actor, number: PhoneNumber, step: Step) -> Outcome:
        channel_id = _id(step.wanted or "")
        if channel_id is None:
            return self._unlink(actor, number, step)
        link = self._links.of(number)
        if link is not None and link.channel_id == channel_id:
            return DONE
        outcome = self._links.link(actor, number, channel_id)
        if outcome.foreign_callback is None:
            return DONE
        return Outcome(
            StepState.FAILED,
            "The account's texts are delivered elsewhere, and I change that only when asked: "
            f"`/flowroute relay link {number}`.",
        )

    def _unlink(self, actor: Actor, number: PhoneNumber, _step: Step) -> Outcome:
        self._links.unlink(actor, number)
        return DONE

    def _release(self, actor: Actor, number: PhoneNumber, step: Step) -> Outcome:
        if looked(lambda: self._flowroute.numbers.find(number)) is None:
            return DONE
        return self._shown(step, self._changes.numbers.give_back(actor, number))

    def _shown(self, step: Step, changed: Changed[Any]) -> Outcome:
        """What was read back decides, unless Flowroute needs its time for such a change."""
        if changed.is_done:
            return DONE
        if step.name in SOON:
            return Outcome(StepState.DONE, SOON[step.name])
        return self._again(step, 0.0) or Outcome(
            StepState.FAILED, "Flowroute took the change, but does not show it yet. Try again in a minute."
        )

    def _trouble(self, step: Step, error: BotError | FlowrouteError) -> Outcome:
        """Another attempt where that may help, else a sentence for a person."""
        cause = error if isinstance(error, FlowrouteError | SlackError) else error.__cause__
        asked_s = _asked_to_wait_s(cause)
        passes = isinstance(cause, FlowrouteError) and not isinstance(cause, FINAL)
        if passes or (isinstance(cause, SlackError) and (asked_s or not isinstance(cause, SlackRefused))):
            again = self._again(step, asked_s)
            if again is not None:
                return again
        said = error.user_message if isinstance(error, BotError) else escape(error.user_message)
        if isinstance(cause, FlowrouteError) and not isinstance(cause, InvalidArgument):
            reference = uuid4().hex[:8]
            log.warning(
                "a step of an order failed", extra={"step": step.id, "reference": reference}, exc_info=cause
            )
            said = f"{said} (reference `{reference}`)"
        return Outcome(StepState.FAILED, said)

    def _again(self, step: Step, asked_s: float) -> Outcome | None:
        """The step stays as begun: whether a request of it took effect is looked at first."""
        if step.attempts >= len(self._pauses_s):
            return None
        return Outcome(StepState.DOING, again_s=max(asked_s, self._pauses_s[step.attempts]))


def rejected(reason: str | None) -> str:
    return f"Flowroute's reviewers rejected the name: {escape(reason or 'no reason given')}."


def _asked_to_wait_s(cause: BaseException | None) -> float:
    if isinstance(cause, RateLimited | TooFast):
        return cause.retry_after_s or 0.0
    return 0.0


def _id(wanted: str) -> str | None:
    return None if wanted == NO_ROUTE else wanted
