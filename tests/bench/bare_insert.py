"""The yardstick: the bot's own server, in which a webhook costs one insert and one commit on SQLite."""

import threading
from dataclasses import replace

from flask import Flask, Response, request
from sqlalchemy import text

from bot import app
from bot.__main__ import main
from bot.app import Bot
from bot.settings import Settings


def build(settings: Settings) -> Bot:
    """The bot, idle, with another web side."""
    bot = app.build(settings)
    web = Flask("bare", static_folder=None)
    pool = threading.local()
    with bot.store.engine.connect() as db:
        db.execute(text("CREATE TABLE bare (id INTEGER PRIMARY KEY, body TEXT NOT NULL)"))
        db.commit()

    @web.post("/flowroute/<token>/sms")
    def webhook(token: str) -> Response:
        del token
        if not hasattr(pool, "connection"):
            # The driver's own, tuned like the bot's; SQLAlchemy is part of what is compared.
            pool.connection = bot.store.engine.raw_connection()
        body = request.stream.read().decode()
        pool.connection.cursor().execute("INSERT INTO bare (body) VALUES (?)", (body,))  # commits by itself
        return Response(status=200)

    @web.get("/readyz")
    def readyz() -> Response:
        return Response("ready\n")

    return replace(bot, web=web)


if __name__ == "__main__":
    main(obj=build)
