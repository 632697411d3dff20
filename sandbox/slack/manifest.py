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

    @classmethod
    def read(cls, document: JSON) -> "Manifest":
        features = document.get("features", {})
        events = document.get("settings", {}).get("event_subscriptions", {})
        return cls(
            scopes=frozenset(document.get("oauth_config", {}).get("scopes", {}).get("bot", [])),
            commands={entry["command"]: entry for entry in features.get("slash_commands", [])},
            shortcuts=tuple(features.get("shortcuts", [])),
            bot_events=frozenset(events.get("bot_events", [])),
        )
