"""What the doctor asks the database about other parts."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.settings import Settings
from bot.store.engine import DatabaseAway, NoDatabase, Store, open_to_look

T = TypeVar("T")


def kept(settings: Settings, ask: Callable[[Connection], T], otherwise: T) -> T:
    """What `ask` reads, or `otherwise` where nothing can be read: that is said of the database itself."""
    try:
        engine = open_to_look(settings.database_url)
    except (NoDatabase, DatabaseAway):
        return otherwise
    try:
        with Store(engine).read() as db:
            return ask(db)
    except SQLAlchemyError:
        return otherwise
    finally:
        engine.dispose()
