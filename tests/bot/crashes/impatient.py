"""The bot, but it looks for a text of unknown outcome for some seconds only before it asks a person."""

from datetime import timedelta
from functools import partial

from bot import app, logs, settings
from bot.relay.sending import LookUp
from bot.server import Server
from bot.store.engine import open_engine, sole_owner
from bot.store.migrate import migrate

LOOK_UP = LookUp(every_s=0.3, give_up=timedelta(seconds=3))

if __name__ == "__main__":
    config = settings.load()
    logs.start(config.log_level)
    with sole_owner(config.database_url):
        engine = open_engine(config.database_url)
        migrate(engine)
        engine.dispose()
        Server(config, partial(app.build, look_up=LOOK_UP)).run()
