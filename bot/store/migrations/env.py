"""Alembic's entry: always called by bot.store.migrate with an open transaction."""

from alembic import context

from bot.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,  # the caller's transaction holds the whole upgrade
)
context.run_migrations()
