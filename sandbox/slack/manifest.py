"""What the app's manifest lets it do: scopes, commands, shortcuts, events."""

from dataclasses import dataclass

from sandbox.slack.wire import JSON


@dataclass(frozen=True)
class Manifest:
    scopes: frozenset[str]
    commands: dict[str, JSON]
    """Slash commands by name, the slash included."""
    shortcuts: tuple[JSON, ...]
    bot_events: frozenset[str]
    socket_mode: bool
    """Everything goes through WebSockets that the app opens, nothing to its addresses."""

    @classmethod
    def read(cls, document: JSON) -> "Manifest":
        features = document.get("features", {})
        settings = document.get("settings", {})
        events = settings.get("event_subscriptions", {})
        return cls(
            scopes=frozenset(document.get("oauth_config", {}).get("scopes", {}).get("bot", [])),
            commands={entry["command"]: entry for entry in features.get("slash_commands", [])},
            shortcuts=tuple(features.get("shortcuts", [])),
            bot_events=frozenset(events.get("bot_events", [])),
            socket_mode=settings.get("socket_mode_enabled", False),
        )
