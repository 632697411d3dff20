"""The carrier as one object: an account with its API, the phones of its customers, and the switches."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from flask import Blueprint, Response, request

from .api import Api, ApiCall
from .cdrs import CdrExports
from .cnam import CnamRecords
from .e911 import E911Addresses
from .faults import Faults
from .handset import send_from_handset, typed_digits
from .inventory import describe, numbers_for_sale
from .links import SignedLinks
from .media import MediaFiles
from .messages import Messages
from .numbers import Numbers
from .porting import PortOrders
from .provisioning import Provisioning
from .receipts import USUAL_PLAN
from .routes import Routes
from .schedule import Clock, Schedule
from .start import empty_account, furnished_account
from .state import HandsetMessage, LedgerEntry, OwnedNumber
from .webhooks import WebhookDelivery, WebhookSender
from .world import Pace, Receipt, World

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


class Carrier:
    """A Flowroute account of one's own.

    `public_url` is where the stand-in is reached: media and export links start with it. Times are in seconds
    of `clock`, which a test may push forward. `empty` leaves out the numbers and records that a new account
    has here for trying things out. `forwards_stop` tells whether a STOP is also posted to the callback.
    """

    def __init__(
        self,
        access_key: str = "sandbox",
        secret_key: str = "sandbox-secret",  # noqa: S107 - the stand-in's account is made up
        *,
        public_url: str = "http://127.0.0.1:3000/carrier",
        webhook_retry_s: float = 30.0,
        webhook_attempts: int = 5,
        provisioning_s: float = 3.0,
        cnam_review_s: float = 60.0,
        receipt_delay_s: float = 0.5,
        export_s: float = 2.0,
        porting_step_s: float = 30.0,
        sms_per_s: int = 5,
        mms_per_s: int = 1,
        seed: int = 1,
        empty: bool = False,
        forwards_stop: bool = True,
        clock: Clock | None = None,
    ) -> None:
        self.clock = clock or Clock()
        self.faults = Faults()
        self._schedule = Schedule(self.clock)
        self._webhooks = WebhookSender(
            clock=self.clock,
            schedule=self._schedule,
            faults=self.faults,
            retry_s=webhook_retry_s,
            attempts=webhook_attempts,
            seed=seed,
        )
        self._world = World(
            account=empty_account() if empty else furnished_account(self.clock),
            stock=dict(numbers_for_sale(seed)),
            clock=self.clock,
            schedule=self._schedule,
            webhooks=self._webhooks,
            faults=self.faults,
            pace=Pace(
                provisioning_s=provisioning_s,
                cnam_review_s=cnam_review_s,
                receipt_delay_s=receipt_delay_s,
                export_s=export_s,
                porting_step_s=porting_step_s,
                sms_per_s=sms_per_s,
                mms_per_s=mms_per_s,
            ),
            receipt_plan=USUAL_PLAN,
            links=SignedLinks(public_url, self.clock),
            seed=seed,
            forwards_stop=forwards_stop,
        )
        self.api = _api(self._world, access_key, secret_key)

    def start(self) -> None:
        """Start the threads that post webhooks and let time-consuming things happen."""
        self._schedule.start()
        self._webhooks.start()

    def stop(self) -> None:
        """Stop them; what was not posted yet waits for another `start`."""
        self._schedule.stop()
        self._webhooks.stop()

    def handset_send(
        self, person: str, number: str, body: str, media: Sequence[tuple[str, str, bytes]] = ()
    ) -> str:
        """`person` texts `number`; returns the message id.

        `media` are (file name, MIME type, bytes). The text is posted to the number's callback, else to the
        account's, else only recorded. Raises ValueError for numbers that are none and for an empty text.
        """
        return send_from_handset(self._world, person, number, body, media)

    def handset_messages(self, person: str | None = None) -> list[HandsetMessage]:
        """What phones sent and received, in order; of one person or of all."""
        wanted = None if person is None else typed_digits(person)
        with self._world.lock:
            messages = tuple(self._world.account.handset)
        return [message for message in messages if person is None or message.person == wanted]

    def owned_numbers(self) -> list[OwnedNumber]:
        """The account's numbers, in ascending order, as they are at this moment."""
        with self._world.lock:
            return [replace(number) for _, number in sorted(self._world.account.numbers.items())]

    def give_numbers(self, *numbers: str, alias: str | None = None, messaging_enabled: bool = True) -> None:
        """Put numbers (11 digits) on the account without a purchase, for trying large accounts."""
        with self._world.change() as account:
            for number in numbers:
                stock = self._world.stock.get(number) or describe(number)
                account.numbers[number] = OwnedNumber(stock, alias=alias, messaging_enabled=messaging_enabled)

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Have `callback` called, on some thread, whenever something visible has changed.

        It must be quick and must not call the API; setting an event is the idea.
        """
        self._world.subscribers.append(callback)

    @property
    def ledger(self) -> tuple[LedgerEntry, ...]:
        with self._world.lock:
            return tuple(self._world.account.ledger)

    @property
    def calls(self) -> tuple[ApiCall, ...]:
        return tuple(self.api.calls)

    @property
    def webhooks(self) -> tuple[WebhookDelivery, ...]:
        """The posts made so far, in the order in which they ended."""
        return self._webhooks.made

    @property
    def unfinished_webhooks(self) -> int:
        """How many posts are waiting, under way or due again."""
        return self._webhooks.unfinished

    @property
    def webhook_shape(self) -> Literal["jsonapi", "flat"]:
        """Which of the two documented forms of an inbound SMS this account gets."""
        return self._world.webhook_shape

    @webhook_shape.setter
    def webhook_shape(self, shape: Literal["jsonapi", "flat"]) -> None:
        self._world.webhook_shape = shape

    @property
    def webhook_ids(self) -> Literal["mdr1-", "mdr2-"]:
        """How ids of texts begin in webhooks; in the list all are `mdr2-`."""
        return self._world.webhook_ids

    @webhook_ids.setter
    def webhook_ids(self, family: Literal["mdr1-", "mdr2-"]) -> None:
        self._world.webhook_ids = family

    @property
    def receipt_plan(self) -> tuple[Receipt, ...]:
        """The steps that the receipts of a text go through, one receipt delay apart."""
        return self._world.receipt_plan

    @receipt_plan.setter
    def receipt_plan(self, plan: Sequence[Receipt]) -> None:
        self._world.receipt_plan = tuple(plan)


def blueprint(carrier: Carrier) -> Blueprint:
    """The API under any prefix: `/v2/...`, `/v2.1/...`, `/v2.2/...`, `/media/...`, `/exports/...`."""
    web = Blueprint("flowroute_api", __name__)

    @web.route("/<path:path>", methods=METHODS, provide_automatic_options=False)
    def answer(path: str) -> Response:
        return carrier.api.answer(f"/{path}", request)

    return web


def _api(world: World, access_key: str, secret_key: str) -> Api:
    api = Api(world, access_key, secret_key)
    provisioning = Provisioning(world)
    for resource in (
        provisioning,
        Numbers(world, provisioning),
        Routes(world),
        Messages(world),
        MediaFiles(world),
        E911Addresses(world),
        CnamRecords(world),
        CdrExports(world),
        PortOrders(world),
    ):
        resource.register(api)
    return api
