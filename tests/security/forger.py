"""Somebody who posts to the bot's address for Slack what they like, with or without Slack's signature."""

import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests

from sandbox.address import SIGNING_SECRET
from sandbox.slack.delivery import sign
from tests.security.slack_payloads import COMMAND
from tests.stage import Stage

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
TIMEOUT_S = 10


def slash_command(text: str, user_id: str = "U0ADMIN", **others: str) -> bytes:
    """The form of `/flowroute text`."""
    return urlencode(COMMAND | {"text": text, "user_id": user_id} | others).encode()


def interaction(payload: Any) -> bytes:
    """The form that carries a press, a submission or a shortcut."""
    return urlencode({"payload": json.dumps(payload)}).encode()


@dataclass(frozen=True)
class Forger:
    """Posts to `/slack/events`; knows the signing secret unless a test gives another one."""

    stage: Stage

    def post(
        self,
        body: bytes,
        content_type: str = FORM,
        *,
        secret: str = SIGNING_SECRET,
        age_s: int = 0,
        **headers: str,
    ) -> requests.Response:
        """Post a signed body as if it were `age_s` seconds old; `headers` replace those of the signature."""
        timestamp = str(int(time.time()) - age_s)
        signed = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(secret, timestamp, body),
        }
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.post(
            f"{self.stage.url}/slack/events", data=body, headers=signed | given, timeout=TIMEOUT_S
        )

    def repeat(self, delivery: dict[str, Any]) -> requests.Response:
        """Post what the workspace has sent before once more."""
        if delivery["kind"] == "event":
            return self.post(json.dumps(delivery["payload"]).encode(), JSON)
        if delivery["kind"] == "slash_command":
            return self.post(urlencode(delivery["payload"]).encode())
        return self.post(interaction(delivery["payload"]))
