"""Messages v2, v2.1 and v2.2: sending, records, and the account's callbacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from .api import Api
from .errors import ApiError, invalid_fields, invalid_parameter, not_found, not_permitted, too_many_requests
from .handset import reachable, show_on_handset
from .media import fetch_media
from .paging import HOST, page
from .receipts import schedule_receipts
from .state import CALLBACK_TYPES, Json, Message
from .texts import new_message, price_details, record_document, record_object
from .wire import ApiRequest, Reply, callback_url, flag, number_digits
from .world import World

VERSION = '<any("v2","v2.1","v2.2"):version>'
CALLBACK = f"<any({','.join(CALLBACK_TYPES)}):callback_type>"


@dataclass(frozen=True)
class _Outgoing:
    sender: str
    recipient: str
    body: str | None
    media_urls: list[str]
    dlr_callback: str | None


@dataclass(frozen=True)
class Messages:
    world: World

    def register(self, api: Api) -> None:
        # The callbacks come first: a callback's name would also do as a message id.
        for method, view in (
            ("PUT", self.set_callback),
            ("GET", self.callback),
            ("DELETE", self.remove_callback),
        ):
            api.add(method, f"/{VERSION}/messages/{CALLBACK}", view)
        api.add("POST", f"/{VERSION}/messages", self.send, locked=False)
        api.add("GET", f"/{VERSION}/messages", self.records)
        api.add("GET", f"/{VERSION}/messages/<message_id>", self.record)

    def send(self, request: ApiRequest, version: str) -> Reply:
        """Take a text for delivery: 202 says no more than that.

        400 with code 1110 when the person has texted STOP to the number; 403 for a sender that may not text;
        422 for attributes that break their rules and for media that cannot be fetched or are too large; 429
        for more attempts in one second than the account may make.
        """
        wanted = request.attributes_or_compact()
        is_mms = bool(flag(wanted, "is_mms", default=False) or wanted.get("media_urls"))
        with self.world.lock:
            self._count_attempt(request.path, is_mms=is_mms)
            outgoing = self._checked(wanted, version)
        media = fetch_media(outgoing.media_urls, outgoing.body, self.world.clock)
        with self.world.change() as account:
            message = new_message(
                "outbound",
                sender=outgoing.sender,
                recipient=outgoing.recipient,
                body=outgoing.body,
                at=self.world.clock.now(),
                version=version,
                is_mms=is_mms,
                media=media,
                dlr_callback=outgoing.dlr_callback,
            )
            account.messages[message.id] = message
            account.media.update({file.id: file for file in media})
            self.world.charge("text", message.sender, message.cost)
            show_on_handset(self.world, message)
            schedule_receipts(self.world, message, reachable=reachable(message.recipient))
        return _accepted(message)

    def record(self, _request: ApiRequest, version: str, message_id: str) -> Reply:
        message = self.world.account.messages.get(message_id)
        if message is None:
            raise not_found()
        return Reply(200, record_document(message, version, self.world.links))

    def records(self, request: ApiRequest, version: str) -> Reply:
        """Inbound and outbound, newest first, from `start_date` (inclusive) to `end_date` (exclusive)."""
        start = _moment(request.query, "start_date")
        end = _moment(request.query, "end_date")
        if start is None:
            raise invalid_parameter("start_date", "is required.")
        found = [
            message
            for message in reversed(list(self.world.account.messages.values()))
            if start <= message.at and (end is None or message.at < end)
        ]
        window = page(found, request.query, maximum=None)
        echoed = {"start_date": start.isoformat()} | ({"end_date": end.isoformat()} if end else {})
        links = window.links(f"/{version}/messages", echoed)
        del links["self"]  # message lists show only `next`
        data: list[object] = [record_object(message, version) for message in window.items]
        if not int(request.query.get("offset") or 0):
            data = [*self.world.faults.odd_records, *data]
        return Reply(200, {"data": data, "links": links})

    def set_callback(self, request: ApiRequest, version: str, callback_type: str) -> Reply:
        url = callback_url(request.attributes_or_compact())
        if url is None:
            raise invalid_fields({"callback_url": ["Missing data for required field."]})
        kind = CALLBACK_TYPES[callback_type]
        self.world.account.callbacks[kind] = url
        self.world.account.callback_versions[kind] = version.removeprefix("v")
        return Reply(204)

    def callback(self, _request: ApiRequest, version: str, callback_type: str) -> Reply:
        del version
        kind = CALLBACK_TYPES[callback_type]
        url = self.world.account.callbacks.get(kind)
        if url is None:
            raise not_found()
        attributes = {
            "api_version": self.world.account.callback_versions[kind],
            "callback_url": url,
            "product": callback_type.removesuffix("_callback"),
        }
        return Reply(200, {"data": {"attributes": attributes, "type": "callback"}})

    def remove_callback(self, _request: ApiRequest, version: str, callback_type: str) -> Reply:
        del version
        if self.world.account.callbacks.pop(CALLBACK_TYPES[callback_type], None) is None:
            raise not_found()
        return Reply(204)

    def _count_attempt(self, endpoint: str, *, is_mms: bool) -> None:
        """Count into the running second, refused attempts too; raises the 429 when the second is full.

        Source: "Messaging rate limits": per access key and per endpoint, 5 SMS and 1 MMS a second.
        """
        kind, most = ("mms", self.world.pace.mms_per_s) if is_mms else ("sms", self.world.pace.sms_per_s)
        second = int(self.world.clock.now().timestamp())
        attempts = self.world.account.attempts
        for old in [key for key in attempts if key[2] != second]:
            del attempts[old]
        attempts[endpoint, kind, second] += 1
        if attempts[endpoint, kind, second] > most:
            raise too_many_requests()

    def _checked(self, wanted: Json, version: str) -> _Outgoing:
        recipient, sender = number_digits(wanted.get("to")), number_digits(wanted.get("from"))
        body, urls = wanted.get("body"), wanted.get("media_urls") or []
        problems = {}
        if recipient is None and version != "v2":
            problems["to"] = ["Not a valid phone number."]
        if sender is None and version != "v2":
            problems["from"] = ["Not a valid phone number."]
        if body is not None and not isinstance(body, str):
            problems["body"] = ["Not a valid string."]
        if not isinstance(urls, list) or not all(isinstance(url, str) for url in urls):
            problems["media_urls"] = ["Not a valid list of URLs."]
        elif not body and not urls:
            problems["body"] = ["Missing data for required field."]
        if problems:
            raise invalid_fields(problems)
        owned = self.world.account.numbers.get(sender or "")
        if recipient is None or owned is None or not owned.messaging_enabled:
            raise not_permitted()
        if (recipient, owned.value) in self.world.account.opt_outs:
            raise ApiError(
                400,
                "1110: Message accepted by the SMSC but the phone rejected the message",
                title="Bad Request",
            )
        return _Outgoing(owned.value, recipient, body, urls, callback_url(wanted, "dlr_callback"))


def _accepted(message: Message) -> Reply:
    if message.version == "v2":
        return Reply(200, {"data": {"id": message.id}})
    data: Json = {
        "id": message.id,
        "links": {"self": f"{HOST}/{message.version}/messages/{message.id}"},
        "type": "message",
    }
    if message.version == "v2.2":
        data["price_details"] = price_details(message)
    return Reply(202, {"data": data})


def _moment(query: Mapping[str, str], name: str) -> datetime | None:
    """`YYYY-MM-DD` or ISO 8601; UTC unless it says otherwise."""
    text = query.get(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid_parameter(name, "must be YYYY-MM-DD or YYYY-MM-DDTHH:mm:ss.SSZ.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
