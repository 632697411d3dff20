"""What crosses the wire, and the errors that answer for it.

Exception
├── SlackError   a Web API call that Slack would answer `{"ok": false, "error": code}`
└── NotPossible  what a person tried in the client; the text is a sentence for them
"""

from typing import Any

JSON = dict[str, Any]
"""A JSON object as Slack writes it."""


class SlackError(Exception):
    """Refuses a Web API call with Slack's error `code`; `extra` is merged into the answer."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra


class NotPossible(Exception):
    """Something Slack's own client would not let this person do."""


def invalid_arguments(*messages: str) -> SlackError:
    """The answer to missing or malformed arguments, one sentence for each."""
    texts = [f"[ERROR] {message}" for message in messages]
    return SlackError("invalid_arguments", response_metadata={"messages": texts})
