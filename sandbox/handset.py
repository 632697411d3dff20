"""The telephones beside the workspace: what the page shows of the carrier's handsets, and their pictures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response

from sandbox.flowroute_api import Carrier, HandsetMedia, HandsetMessage
from sandbox.slack import Upload
from sandbox.slack.wire import JSON

PEOPLE = (
    {"number": "12065550142", "name": "Maria Lopez"},
    {"number": "14255550177", "name": "Jonas Weber"},
    {"number": "13605550123", "name": "Priya Nair"},
)
"""Who holds a handset at the start; the page takes any other number too."""


@dataclass(frozen=True)
class Handset:
    """The carrier's phones in the words of the page's JSON."""

    carrier: Carrier

    def state(self) -> JSON:
        return {
            "people": list(PEOPLE),
            "numbers": [
                {"number": number.value, "alias": number.alias, "messaging": number.messaging_enabled}
                for number in self.carrier.owned_numbers()
            ],
            "messages": [_shown(message) for message in self.carrier.handset_messages()],
        }

    def send(self, person: str, number: str, text: str, files: Sequence[Upload]) -> None:
        media = [(file.name, file.mime_type, file.content) for file in files]
        self.carrier.handset_send(person, number, text, media)

    def subscribe(self, callback: Callable[[], None]) -> None:
        self.carrier.subscribe(callback)

    def media(self, message_id: str, index: int) -> HandsetMedia | None:
        """The file at that place in a message; None where there is none."""
        found = next((one for one in self.carrier.handset_messages() if one.id == message_id), None)
        return found.media[index] if found and index < len(found.media) else None


def blueprint(handset: Handset) -> Blueprint:
    """The pictures on the phones, below `/page/handset`."""
    web = Blueprint("handset", __name__, url_prefix="/page/handset")

    @web.get("/<message_id>/<int:index>")
    def media(message_id: str, index: int) -> Response:
        file = handset.media(message_id, index)
        if file is None:
            return Response("There is no such picture.", 404, mimetype="text/plain")
        return Response(file.data, mimetype=file.mime_type)

    return web


def _shown(message: HandsetMessage) -> JSON:
    return {
        "id": message.id,
        "person": message.person,
        "number": message.number,
        "direction": "to_number" if message.direction == "sent" else "from_number",
        "body": message.body,
        "media": [
            {
                "url": f"/page/handset/{message.id}/{index}",
                "mime_type": file.mime_type,
                "file_name": file.file_name,
            }
            for index, file in enumerate(message.media)
        ],
        "at": message.at.isoformat(),
        "state": message.state,
    }
