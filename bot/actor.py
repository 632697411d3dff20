"""Who asks for something, and where: carried with every change into rights checks and the audit."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """A person in Slack. `user_id` never changes for a person; display names do."""

    user_id: str
    channel_id: str | None = None
