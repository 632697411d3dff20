"""Where Flowroute posts the account's texts: whether that is here, and bringing it here from nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.actor import Actor
from bot.errors import BotError
from bot.provisioning.changing import Changed, Changing, Facts, Thing
from bot.relay.links import CALLBACKS
from bot.settings import Settings
from flowroute import CallbackKind, Flowroute
from flowroute.callbacks import Callback

SUBJECTS = {CallbackKind.SMS: "texts (SMS)", CallbackKind.MMS: "picture messages (MMS)"}
"""Each kind as the audit and people call it."""


class NoAddress(BotError):
    """Without PUBLIC_URL there is nothing that Flowroute could call."""


@dataclass(frozen=True)
class Destination:
    """Where one kind of text goes; `elsewhere` is the host of another system."""

    kind: CallbackKind
    is_here: bool
    elsewhere: str | None

    @property
    def is_unset(self) -> bool:
        return not self.is_here and self.elsewhere is None


class Callbacks:
    """The account's own setting; each linked number has one of its own, which comes before it."""

    def __init__(self, flowroute: Flowroute, changing: Changing, settings: Settings) -> None:
        self._flowroute = flowroute
        self._changing = changing
        self._settings = settings

    @property
    def has_address(self) -> bool:
        """Whether Flowroute could call us at all."""
        return self._settings.public_url is not None

    def destinations(self) -> Sequence[Destination]:
        """Where SMS and MMS go; raises FlowrouteError."""
        return [self._destination(kind, self._flowroute.messages.callback(kind)) for kind in CALLBACKS]

    def point_here(self, actor: Actor) -> Sequence[Changed[Callback]]:
        """Bring what is set nowhere here; what leads anywhere stays as it is.

        Raises:
            NoAddress: there is no public address.
            NotAllowed: `actor` is no admin.
            NotChanged, OutcomeUnknown: see `Changing.make`.
        """
        return [self._point_here(actor, kind) for kind in CALLBACKS]

    def _point_here(self, actor: Actor, kind: CallbackKind) -> Changed[Callback]:
        url = self._settings.webhook_url(CALLBACKS[kind])
        if url is None:
            raise NoAddress("The bot has no public address (PUBLIC_URL) that Flowroute could call.")
        messages = self._flowroute.messages
        return self._changing.make(
            actor,
            "account.callback",
            Thing(
                subject=SUBJECTS[kind],
                read=lambda: messages.callback(kind),
                facts=lambda found: self._facts(kind, found),
                look="relay callbacks",
            ),
            lambda: messages.set_callback(kind, url),
            is_done=lambda found: found is not None,
        )

    def _facts(self, kind: CallbackKind, found: Callback) -> Facts:
        where = self._destination(kind, found)
        return {"goes to": "here" if where.is_here else where.elsewhere}

    def _destination(self, kind: CallbackKind, found: Callback | None) -> Destination:
        """Our address holds a secret and others' may: only the host is ever told."""
        url = None if found is None else found.callback_url
        if not url:
            return Destination(kind, is_here=False, elsewhere=None)
        is_here = url == self._settings.webhook_url(CALLBACKS[kind])
        return Destination(kind, is_here, None if is_here else urlsplit(url).hostname or "another address")
