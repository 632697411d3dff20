"""What can go wrong inside the bot, as one tree; `flowroute.errors` has the carrier's.

BotError
├── NotAllowed      the person's role does not cover it (bot.access.roles)
├── NumberTaken     the number is no longer for sale (bot.provisioning.purchases)
├── OrderGone       the order cannot be confirmed any more (bot.provisioning.purchases)
├── CannotLink      a number cannot be linked to that channel (bot.relay.links)
└── AlreadyRunning  another process holds this SQLite database (bot.store.engine)
"""


class BotError(Exception):
    """Root of the tree; `user_message` may be shown to a person."""

    def __init__(self, user_message: str) -> None:
        super().__init__(user_message)
        self.user_message = user_message
