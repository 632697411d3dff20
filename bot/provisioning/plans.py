"""Which steps an order takes: decided once, when it is drafted, without asking anybody."""

from bot.store.orders import NewStep, StepName
from bot.store.set_up import SetUp


def for_all(set_up: SetUp) -> list[NewStep]:
    """What is made once, before the lines begin."""
    steps = []
    if set_up.new_address is not None:
        steps.append(NewStep(StepName.NEW_ADDRESS, set_up.new_address.label))
    if set_up.new_cnam is not None:
        steps.append(NewStep(StepName.NEW_CNAM, set_up.new_cnam))
    return steps


def purchase(set_up: SetUp, number: str, n: int) -> list[NewStep]:
    """To buy the `n`th number (from 1) and set it up; ids of records still to be made are filled in later."""
    steps = [NewStep(StepName.BUY)]
    alias = set_up.alias_of(number, n)
    if alias:
        steps.append(NewStep(StepName.ALIAS, alias))
    if set_up.messaging:
        steps.append(NewStep(StepName.MESSAGING, "on"))
    if set_up.lookups is not None:
        steps.append(NewStep(StepName.LOOKUPS, "on" if set_up.lookups else "off"))
    if set_up.route_id is not None:
        steps.append(NewStep(StepName.ROUTE, set_up.route_id))
    if set_up.failover_id is not None:
        steps.append(NewStep(StepName.FAILOVER, set_up.failover_id))
    if set_up.e911_id is not None or set_up.new_address is not None:
        steps.append(NewStep(StepName.E911, None if set_up.new_address else set_up.e911_id))
    if set_up.cnam_id is not None or set_up.new_cnam is not None:
        steps.append(NewStep(StepName.CNAM, None if set_up.new_cnam else set_up.cnam_id))
    if set_up.relay_channel is not None:
        steps.append(NewStep(StepName.RELAY, set_up.relay_channel))
    return steps
