"""Names for the people who text, and who of them is not heard any more."""

from bot.access.audit import Audit
from bot.access.roles import Access, Role
from bot.actor import Actor
from bot.clock import utc_now
from bot.lanes import Lane, Wake
from bot.store import contacts, conversations
from bot.store.contacts import Contact
from bot.store.engine import Store


class Contacts:
    """Changes what is known of a person: E.164 digits, a short code or a sender's name."""

    def __init__(self, store: Store, access: Access, audit: Audit, wake: Wake) -> None:
        self._store = store
        self._access = access
        self._audit = audit
        self._wake = wake

    def of(self, person: str) -> Contact:
        with self._store.read() as db:
            return contacts.of(db, person)

    def names(self) -> dict[str, str]:
        """Every name by person."""
        with self._store.read() as db:
            return contacts.named(db)

    def blocked(self) -> list[Contact]:
        with self._store.read() as db:
            return contacts.blocked(db)

    def name(self, actor: Actor, person: str, name: str | None) -> None:
        """Call a person `name` wherever they are shown; None takes the name away.

        Raises:
            NotAllowed: `actor` may not text from any channel where this person texts, and is no admin.
        """
        with self._store.read() as db:
            channels = {conversation.channel_id for conversation in conversations.of_person(db, person)}
        self._access.require_texter_in_any(actor.user_id, channels)
        with self._store.write() as db:
            before = contacts.of(db, person).name
            contacts.set_name(db, person, name, by=actor.user_id, now=utc_now())
            self._audit.record(db, actor, "relay.name", person, before={"name": before}, after={"name": name})
            shown = conversations.of_person(db, person)
            for conversation in shown:
                conversations.card_changed(db, conversation.id)
        for conversation in shown:
            self._wake(Lane.CARDS, str(conversation.id))

    def block(self, actor: Actor, person: str, *, blocked: bool) -> bool:
        """Stop or begin again to show what a person texts; False when it was so already.

        Raises:
            NotAllowed: `actor` is no admin.
        """
        self._access.require(actor.user_id, Role.ADMIN)
        with self._store.write() as db:
            if contacts.of(db, person).blocked == blocked:
                return False
            contacts.set_blocked(db, person, blocked=blocked, by=actor.user_id, now=utc_now())
            self._audit.record(
                db,
                actor,
                "relay.block" if blocked else "relay.unblock",
                person,
                before={"blocked": not blocked},
                after={"blocked": blocked},
            )
        return True
