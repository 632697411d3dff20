"""`relay parked`: texts of which nobody knows whether they were sent, each with what can be done about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slackblocks import ActionsBlock, Block, ContextBlock, Markdown, RichText, RichTextBlock, RichTextSection

from bot.actor import Actor
from bot.cards import caller, counted, escape, known_as, moment, parked_buttons, shorten
from bot.relay.contacts import Contacts
from bot.relay.replies import Replies
from bot.store.replies import Reply

from .answers import Answer
from .commands import Ask, Commands
from .limits import header, section

DECIDE = "parked"
"""How the `block_id`s of the list's buttons begin; those of the card in the thread begin otherwise."""
MAX_SHOWN = 12
"""Four blocks each, of the 50 that a message holds."""
MAX_BODY = 300


@dataclass(frozen=True)
class ParkedTexts:
    replies: Replies
    contacts: Contacts

    def register(self, commands: Commands) -> None:
        commands.on("relay parked", self.list)

    def list(self, ask: Ask) -> Answer:
        return self.waiting_for(ask.actor)

    def waiting_for(self, actor: Actor) -> Answer:
        """What `actor` may decide about."""
        return _list(self.replies.parked(actor), self.contacts.names())


def _list(parked: Sequence[Reply], names: Mapping[str, str]) -> Answer:
    if not parked:
        return Answer("No text waits for a decision.")
    title = f"{counted(len(parked), 'text')} of unknown outcome"
    if len(parked) > MAX_SHOWN:
        title += f", the oldest {MAX_SHOWN}"
    why = "Flowroute gave no answer and has no record of them, so they were not sent a second time."
    blocks: list[Block] = [header(title), section(why)]
    for reply in parked[:MAX_SHOWN]:
        blocks += _row(reply, names.get(reply.person))
    return Answer(title, tuple(blocks))


def _row(reply: Reply, name: str | None) -> list[Block]:
    who = f"To *{escape(known_as(reply.person, name))}* from {escape(caller(reply.number))}"
    by = f"<@{reply.user_id}> in <#{reply.channel_id}>, {moment(reply.created_at)}"
    body = shorten(reply.body, MAX_BODY) or "(a file)"
    return [
        section(who),
        RichTextBlock([RichTextSection([RichText(body)])]),
        ContextBlock([Markdown(by)]),
        ActionsBlock(parked_buttons(reply), block_id=f"{DECIDE}.{reply.id}"),
    ]
