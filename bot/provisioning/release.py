"""What has to be taken from a number before it is given back."""

from dataclasses import dataclass

from bot.provisioning.changing import looked
from bot.provisioning.numbers import NotOurs, caller_name_id, e911_id
from bot.relay.links import Links
from bot.store.orders import StepName
from flowroute import Flowroute, PhoneNumber


@dataclass(frozen=True)
class Release:
    """Looks at a number; giving it back is an order of its own."""

    flowroute: Flowroute
    links: Links

    def steps(self, number: PhoneNumber) -> list[StepName]:
        """What there is to do, in this order.

        Raises:
            NotOurs: the number is neither linked nor on the account.
            NotChanged: Flowroute does not say.
        """
        owned = looked(lambda: self.flowroute.numbers.find(number))
        due = [StepName.UNLINK] if self.links.of(number) else []
        if owned is not None:
            due += [StepName.E911_OFF] if e911_id(owned) else []
            due += [StepName.CNAM_OFF] if caller_name_id(owned) else []
            due.append(StepName.RELEASE)
        if not due:
            raise NotOurs(number)
        return due
