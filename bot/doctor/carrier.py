"""Flowroute: credentials, where the account's texts go, and as what they came."""

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from bot.doctor.finding import Finding, Health
from bot.settings import Settings
from bot.store import texts
from bot.store.engine import Store, open_engine
from flowroute import CallbackKind, Flowroute, FlowrouteError, Unauthorized


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
        yield from _callbacks(settings, flowroute)
    yield from _shape(settings)


def _shape(settings: Settings) -> Iterator[Finding]:
    """As what the account's texts come, seen in the newest webhook; both shapes are read."""
    engine = open_engine(settings.database_url)
    try:
        with Store(engine).read() as db:
            newest = texts.newest_webhook(db)
    except SQLAlchemyError:
        return  # said where the database is looked at
    finally:
        engine.dispose()
    if newest is not None:
        message_id, at = newest
        family = texts.family(message_id)
        said = f"the newest came {at:%Y-%m-%d %H:%M} UTC, with an id of the kind {family}…"
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


def _callbacks(settings: Settings, flowroute: Flowroute) -> Iterator[Finding]:
    for kind, ours in ((CallbackKind.SMS, "sms"), (CallbackKind.MMS, "mms")):
        try:
            callback = flowroute.messages.callback(kind)
        except FlowrouteError as error:
            yield Finding(f"Flowroute {kind}", Health.WORTH_A_LOOK, error.user_message, "try again")
            continue
        url = None if callback is None else callback.callback_url
        if url and url == settings.webhook_url(ours):
            yield Finding(f"Flowroute {kind}", Health.GOOD, "the account's texts come here")
        else:
            yield Finding(
                f"Flowroute {kind}",
                Health.GOOD,
                "the account's setting leads elsewhere" if url else "the account has none",
                "linked numbers have their own setting, which comes first"
                if url
                else "/flowroute relay callbacks offers to point it here; linked numbers have their own",
            )
