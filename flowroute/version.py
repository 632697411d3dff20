"""The release of this client, as its `User-Agent` says it."""

__version__ = "0.1.0"
