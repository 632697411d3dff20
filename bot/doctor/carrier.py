"""Flowroute: credentials, where the account's texts go, and as what they came."""

from collections.abc import Iterator, Sequence

from bot.doctor.finding import Finding, Health
from bot.doctor.kept import kept
from bot.relay.own_address import CALLBACKS, OwnAddress
from bot.settings import Settings
from bot.store import links, texts
from bot.store.links import Link
from flowroute import Flowroute, FlowrouteError, Unauthorized

OF_NUMBERS = "linked numbers"
MANY_MISSED = 3
"""One or two texts may be in the message list before their webhook comes."""
RENEW = "/flowroute doctor and relay callbacks offer in Slack: Give all linked numbers the new address"


def carrier(settings: Settings) -> Iterator[Finding]:
    with Flowroute(
        settings.fr_access_key, settings.fr_secret_key.get_secret_value(), settings.flowroute_api_url
    ) as flowroute:
        try:
            owned = next(iter(flowroute.numbers.list(limit=1)), None)
        except Unauthorized:
            yield Finding(
                "Flowroute credentials",
                Health.BAD,
                "not accepted",
                "copy both from Manage portal > Preferences > API Control",
            )
            return
        except FlowrouteError as error:
            yield Finding(
                "Flowroute", Health.BAD, error.user_message, "check FLOWROUTE_API_URL and the network"
            )
            return
        said = "accepted" if owned else "accepted; the account has no numbers yet"
        yield Finding("Flowroute credentials", Health.GOOD, said)
        linked: list[Link] = kept(settings, links.every, [])
        yield from _callbacks(OwnAddress(settings), flowroute, linked)
    yield from _given(OwnAddress(settings), linked)
    yield from _shape(settings)


def _given(address: OwnAddress, linked: Sequence[Link]) -> Iterator[Finding]:
    """Whether linked numbers have the address that the bot listens on; Flowroute cannot be asked for it."""
    if not address.exists or not linked:
        return
    old = sum(link.address_mark not in (None, address.mark) for link in linked)
    unknown = sum(link.address_mark is None for link in linked)
    if old:
        yield Finding(
            OF_NUMBERS,
            Health.BAD,
            f"{old} of {len(linked)} were given an address that is not this bot's any more, where their "
            "texts are refused",
            RENEW,
        )
    if unknown:
        yield Finding(
            OF_NUMBERS,
            Health.WORTH_A_LOOK,
            f"nobody knows which address {unknown} of {len(linked)} were given",
            RENEW,
        )
    if not old and not unknown:
        yield Finding(OF_NUMBERS, Health.GOOD, f"all {len(linked)} have this bot's address")


def _shape(settings: Settings) -> Iterator[Finding]:
    """As what the account's texts come, seen in the newest webhook; both shapes are read."""
    newest = kept(settings, texts.newest_webhook, None)
    after = 0 if newest is None else newest.id
    missed = kept(settings, lambda db: texts.count_listed_after(db, after), 0)
    if missed >= MANY_MISSED and settings.public_url is not None:
        since = "ever came" if newest is None else f"came since {newest.received_at:%Y-%m-%d %H:%M} UTC"
        yield Finding(
            "webhooks",
            Health.WORTH_A_LOOK,
            f"none {since}, while the message list brought {missed} texts",
            "/flowroute relay callbacks shows where Flowroute delivers; look what the proxy answers",
        )
    elif newest is not None:
        family = texts.family(newest.message_id)
        shape = "" if newest.shape is None else f" as {newest.shape}"
        at = f"{newest.received_at:%Y-%m-%d %H:%M} UTC"
        said = f"the newest came {at}{shape}, with an id of the kind {family}…"
        if family != texts.OLD_FAMILY:
            yield Finding("webhooks", Health.GOOD, said)
        else:
            yield Finding(
                "webhooks",
                Health.GOOD,
                f"{said} (message API 2.0)",
                "the list names texts otherwise, so they are matched by words and time; Flowroute's support "
                "moves an account to 2.1",
            )
    elif settings.public_url is not None:
        yield Finding(
            "webhooks",
            Health.GOOD,
            "none came yet",
            "text one of the linked numbers; what a webhook misses comes from the message list",
        )


def _callbacks(address: OwnAddress, flowroute: Flowroute, linked: Sequence[Link]) -> Iterator[Finding]:
    marks = {link.address_mark for link in linked if link.address_mark is not None}
    for kind in CALLBACKS:
        try:
            callback = flowroute.messages.callback(kind)
        except FlowrouteError as error:
            yield Finding(f"Flowroute {kind}", Health.WORTH_A_LOOK, error.user_message, "try again")
            continue
        url = None if callback is None else callback.callback_url
        if url and url == address.of(kind):
            yield Finding(f"Flowroute {kind}", Health.GOOD, "the account's texts come here")
        elif url and address.was(url, marks):
            yield Finding(
                f"Flowroute {kind}",
                Health.BAD,
                "the account's setting leads to an address that is not this bot's any more",
                RENEW,
            )
        else:
            yield Finding(
                f"Flowroute {kind}",
                Health.GOOD,
                "the account's setting leads elsewhere" if url else "the account has none",
                "linked numbers have their own setting, which comes first"
                if url
                else "/flowroute relay callbacks offers to point it here; linked numbers have their own",
            )
