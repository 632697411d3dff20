"""The root of what can go wrong in the bot; each room draws its own branch.

BotError
├── BadSettings      bot.settings: something is not set, or wrongly
├── AlreadyRunning   bot.store.engine: another process holds this SQLite database
├── NoDatabase, DatabaseAway   bot.store.engine: it was never made, or cannot be used
├── SlackError       bot.slack: Slack refused, or nobody knows
├── MediaError       bot.media.errors: a file cannot be fetched or sent
├── NotAllowed       bot.access.roles: the person's role does not cover it
├── CannotLink, CannotText, AskFirst, NoPublicUrl      bot.relay: it cannot be texted like that
├── PerhapsShown     handlers.responding: nobody knows whether a channel saw what was shared
├── NumberTaken, OrderGone, OrderRefused               bot.provisioning: a purchase cannot be made like that
└── ChangeFailed, NotOurs, NoSuch…                     bot.provisioning: changes at Flowroute
"""


class BotError(Exception):
    """`user_message` may be shown to a person, as Slack's mrkdwn: outside text in it is escaped already."""

    def __init__(self, user_message: str) -> None:
        super().__init__(user_message)
        self.user_message = user_message
