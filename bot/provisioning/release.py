"""Giving a number back: first everything that hangs on it, then the number itself."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.actor import Actor
from bot.provisioning.changing import ChangeFailed, looked
from bot.provisioning.numbers import NotOurs, NumberChanges, caller_name_id, e911_id
from bot.relay.links import Links
from flowroute import Flowroute, PhoneNumber


class Step(StrEnum):
    """What is done, in this order; the value says it once it is done."""

    UNLINK = "Unlinked from its channel"
    E911 = "Emergency address taken off"
    CNAM = "Caller name taken off"
    RELEASE = "Released; billing stops"


Tell = Callable[[Step], None]
"""Told after each step that had something to do."""


@dataclass(frozen=True)
class Release:
    """Runs the steps; what an earlier run has done is passed over, so running it again does the rest."""

    flowroute: Flowroute
    numbers: NumberChanges
    links: Links

    def steps(self, number: PhoneNumber) -> list[Step]:
        """What there is to do; empty when the number is neither linked nor on the account.

        Raises NotChanged when Flowroute does not say.
        """
        owned = looked(lambda: self.flowroute.numbers.find(number))
        due = [Step.UNLINK] if self.links.of(number) else []
        if owned is not None:
            due += [Step.E911] if e911_id(owned) else []
            due += [Step.CNAM] if caller_name_id(owned) else []
            due.append(Step.RELEASE)
        return due

    def run(self, actor: Actor, number: PhoneNumber, tell: Tell) -> None:
        """Take everything from `number` and give it back.

        Raises:
            NotAllowed: `actor` is no admin.
            NotOurs: there is nothing to do.
            ChangeFailed: a step failed, or Flowroute does not say; the steps that were told of are done.
        """
        due = self.steps(number)
        if not due:
            raise NotOurs(number)
        for step in due:
            self._do(step, actor, number)
            tell(step)

    def _do(self, step: Step, actor: Actor, number: PhoneNumber) -> None:
        match step:
            case Step.UNLINK:
                self.links.unlink(actor, number)
            case Step.E911:
                self.numbers.set_e911(actor, number, None, announce=False)
            case Step.CNAM:  # taken at once, but shown days later, so it is not waited for
                self.numbers.set_cnam(actor, number, None, announce=False)
            case Step.RELEASE:
                if not self.numbers.give_back(actor, number).is_done:
                    raise ChangeFailed(
                        "Flowroute took the release, but still shows the number. Look with "
                        f"`/flowroute numbers show {number}` in a minute."
                    )
