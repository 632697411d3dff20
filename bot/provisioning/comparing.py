"""What a list asks for, compared with what Flowroute and the store say: only differences become steps."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bot.cards import escape, shorten
from bot.provisioning.bulk import NOTHING, BadList, Row
from bot.provisioning.numbers import caller_name_id, e911_id, failover_route_id, primary_route_id
from bot.relay.links import Links
from bot.slack import Slack
from bot.store.orders import NewLine, NewStep, StepName
from flowroute import Flowroute, format_phone_number
from flowroute.numbers import OwnedNumber

AT_ONCE = 5
MAX_SAID = 40


@dataclass(frozen=True)
class Things:
    """Things of one kind, each with its id and what people call it."""

    pairs: Sequence[tuple[str, str | None]] = ()

    def by_words(self) -> dict[str, str]:
        """Ids by all that people may write for them, in lower case.

        An id wins over a name that looks like it, and the first of equal names over the others.
        """
        by_name = {name.casefold(): id_ for id_, name in reversed(self.pairs) if name}
        return by_name | {id_.casefold(): id_ for id_, _ in self.pairs}


@dataclass(frozen=True)
class Known:
    """What a list may name."""

    routes: Things
    addresses: Things
    names: Things
    channels: Things

    def called(self) -> dict[str, str]:
        """What people call routes, addresses and caller names, by id."""
        kinds = (self.routes, self.addresses, self.names)
        return {id_: name for things in kinds for id_, name in things.pairs if name}


@dataclass(frozen=True)
class Differences:
    """A line for each row of a list, without steps where the number is like that already."""

    lines: Sequence[NewLine]
    names: Mapping[str, str]
    """What people call the ids in the steps."""


class Comparing:
    """Reads what a list's numbers are like now."""

    def __init__(self, flowroute: Flowroute, slack: Slack, links: Links) -> None:
        self._flowroute = flowroute
        self._slack = slack
        self._links = links

    def compare(self, rows: Sequence[Row]) -> Differences:
        """What has to change so that the numbers are as the list says.

        Raises:
            BadList: numbers that are not ours, and names that nothing has, by line.
            FlowrouteError, SlackError: somebody could not say.
        """
        known = self._known(rows)
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="comparing") as pool:
            owned = list(pool.map(lambda row: self._flowroute.numbers.find(row.number), rows))
        links = {link.number: link.channel_id for link in self._links.every()}
        problems: list[str] = []
        lines = []
        for row, now in zip(rows, owned, strict=True):
            if now is None:
                problems.append(
                    f"line {row.line}: {format_phone_number(row.number)} is not on this Flowroute account"
                )
                continue
            wanted, unknown = _wanted(row, known)
            problems += [f"line {row.line}: {problem}" for problem in unknown]
            as_it_is = _as_it_is(now, links.get(row.number))
            lines.append(NewLine(row.number, _steps(wanted, as_it_is, known.called())))
        if problems:
            raise BadList(problems)
        return Differences(lines, known.called())

    def _known(self, rows: Sequence[Row]) -> Known:
        """Only what the list names is asked for."""
        routes = _by(
            any(row.route or row.failover for row in rows),
            lambda: ((route.id, route.alias) for route in self._flowroute.routes.list()),
        )
        addresses = _by(
            any(row.e911 for row in rows),
            lambda: ((record.id, record.label) for record in self._flowroute.e911.list()),
        )
        names = _by(
            any(row.cnam for row in rows),
            lambda: ((record.id, record.value) for record in self._flowroute.cnam.list()),
        )
        channels = _by(any(row.channel for row in rows), self._channels)
        return Known(routes, addresses, names, channels)

    def _channels(self) -> Iterable[tuple[str, str | None]]:
        channels = self._slack.each(
            "conversations.list", "channels", types="public_channel,private_channel", exclude_archived=True
        )
        for channel in channels:
            yield str(channel["id"]), str(channel.get("name", ""))


def _by(is_needed: bool, pairs: Callable[[], Iterable[tuple[str, str | None]]]) -> Things:
    return Things(tuple(pairs())) if is_needed else Things()


def _wanted(row: Row, known: Known) -> tuple[dict[StepName, str], list[str]]:
    """What the row asks for, by step, and what of it nobody knows."""
    wanted: dict[StepName, str] = {}
    unknown: list[str] = []
    if row.alias is not None:
        wanted[StepName.ALIAS] = "" if row.alias == NOTHING else row.alias
    if row.messaging is not None:
        wanted[StepName.MESSAGING] = "on" if row.messaging else "off"
    channel = row.channel.lstrip("#") if row.channel else None
    for name, said, things, what in (
        (StepName.ROUTE, row.route, known.routes, "route"),
        (StepName.FAILOVER, row.failover, known.routes, "route"),
        (StepName.E911, row.e911, known.addresses, "emergency address"),
        (StepName.CNAM, row.cnam, known.names, "caller name"),
        (StepName.RELAY, channel, known.channels, "channel that I can see"),
    ):
        if said is None:
            continue
        id_ = NOTHING if said.casefold() == NOTHING else things.by_words().get(said.casefold())
        if id_ is None:
            unknown.append(f"“{shorten(said, MAX_SAID)}” is no {what}")
        else:
            wanted[name] = id_
    return wanted, unknown


def _as_it_is(owned: OwnedNumber, channel_id: str | None) -> dict[StepName, str]:
    return {
        StepName.ALIAS: owned.alias or "",
        StepName.MESSAGING: "on" if owned.messaging_enabled else "off",
        StepName.ROUTE: primary_route_id(owned) or NOTHING,
        StepName.FAILOVER: failover_route_id(owned) or NOTHING,
        StepName.E911: e911_id(owned) or NOTHING,
        StepName.CNAM: caller_name_id(owned) or NOTHING,
        StepName.RELAY: channel_id or NOTHING,
    }


def _steps(
    wanted: Mapping[StepName, str], now: Mapping[StepName, str], called: Mapping[str, str]
) -> list[NewStep]:
    """The differences, in the order of steps, each with a note on how it is now."""
    return [
        NewStep(name, wanted[name], note=f"now {_told(name, now[name], called)}")
        for name in StepName
        if name in wanted and wanted[name] != now[name]
    ]


def _told(name: StepName, value: str, called: Mapping[str, str]) -> str:
    """How something is now, for people (mrkdwn)."""
    if value in {"", NOTHING}:
        return NOTHING
    return f"<#{value}>" if name is StepName.RELAY else escape(called.get(value, value))
