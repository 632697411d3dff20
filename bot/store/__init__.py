"""The bot's memory: one SQL schema on SQLite and PostgreSQL, one module per thing it remembers."""
