"""Everything an operator can set, read once from the environment and `.env`."""

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import BotError
from bot.guesses import Network

MIN_WEBHOOK_TOKEN = 16
SECRETS = ("fr_access_key", "fr_secret_key", "slack_bot_token", "slack_signing_secret", "webhook_token")
HARMLESS = dict.fromkeys(SECRETS, "-" * MIN_WEBHOOK_TOKEN)


class BadSettings(BotError):
    """One or more settings are missing or wrong; the message names all of them and shows no value."""

    def __init__(self, user_message: str, fields: frozenset[str] = frozenset()) -> None:
        super().__init__(user_message)
        self.fields = fields


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _web_address(value: str) -> str:
    if not re.match(r"https?://[^/\s]+", value):
        raise ValueError("must begin with https:// (or http://) and a host")
    return value.rstrip("/")


def _database(value: str) -> str:
    if value.startswith(("postgres://", "postgresql://")):
        value = "postgresql+psycopg://" + value.split("://", 1)[1]
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    try:
        make_url(value)
    except (ValueError, ArgumentError):  # whose words quote parts of it
        raise ValueError(
            "must be an address such as postgresql://user:password@host:5432/name; in the password % @ : / "
            "are written %25 %40 %3A %2F"
        ) from None
    return value


def _host_and_port(value: str) -> str:
    if not re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[^\s:/\[\]]+):[0-9]{1,5}", value):
        raise ValueError("must be host:port pairs, such as media.internal:443")
    return value.lower()


CommaSeparated = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
HostPorts = Annotated[
    tuple[Annotated[str, AfterValidator(_host_and_port)], ...], NoDecode, BeforeValidator(_split)
]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_split)]
Usd = Annotated[Decimal, Field(ge=0)]


class Settings(BaseSettings):
    """The bot's settings; each description says what it is for and where to find it."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    fr_access_key: str = Field(
        min_length=1, description="Flowroute access key: Manage portal > Preferences > API Control"
    )
    fr_secret_key: SecretStr = Field(
        min_length=1, description="Flowroute secret key: Manage portal > Preferences > API Control"
    )
    flowroute_api_url: WebAddress = Field(
        default="https://api.flowroute.com", description="where Flowroute's API is"
    )
    slack_bot_token: SecretStr = Field(
        min_length=1, description="bot token: api.slack.com/apps > your app > OAuth & Permissions"
    )
    slack_app_token: SecretStr | None = Field(
        default=None,
        description="app-level token with connections:write, for Socket Mode: "
        "api.slack.com/apps > your app > Basic Information",
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None,
        validate_default=True,
        description="signing secret: api.slack.com/apps > your app > Basic Information; "
        "not needed with SLACK_APP_TOKEN",
    )
    slack_api_url: WebAddress = Field(default="https://slack.com/api", description="where Slack's Web API is")
    database_url: Annotated[str, AfterValidator(_database)] = Field(
        default="sqlite:///data/flowroute-bot.db", description="sqlite:///path or postgresql://…"
    )
    public_url: WebAddress | None = Field(
        default=None, description="where the internet reaches the bot; without it texts are polled"
    )
    webhook_token: SecretStr | None = Field(
        default=None,
        validate_default=True,
        description="secret part of the addresses that Flowroute calls: at least "
        f"{MIN_WEBHOOK_TOKEN} characters of your choice, needed once PUBLIC_URL is set",
    )
    poll_seconds: float = Field(
        default=60, ge=0, description="seconds between two readings of the message list; 0 turns it off"
    )
    admins: CommaSeparated = Field(default=(), description="Slack user or user-group ids, comma-separated")
    approvers: CommaSeparated = Field(default=(), description="Slack user or user-group ids, comma-separated")
    default_channel: str | None = Field(
        default=None, description="Slack channel id for texts to a number that is linked nowhere"
    )
    audit_channel: str | None = Field(
        default=None, description="Slack channel id where every change is announced"
    )
    approval_over: Usd | None = Field(
        default=None, description="USD; a dearer purchase needs a second person"
    )
    spend_limit: Usd | None = Field(default=None, description="USD a calendar month that stops purchases")
    sms_per_second: float = Field(
        default=5,
        gt=0,
        description="texts a second that Flowroute takes from the account, as agreed with its sales",
    )
    retention_days: int | None = Field(
        default=None,
        ge=1,
        description="days after which texts, replies and what belongs to them are removed; unset = never",
    )
    help_text: str = Field(
        default="A person reads and answers these texts. Reply STOP to get no more of them.",
        min_length=1,
        max_length=320,
        description="what somebody who texts HELP is answered",
    )
    media_hosts: HostPorts = Field(
        default=(), description="host:port pairs that media may come from although they are private"
    )
    trusted_proxies: Networks = Field(
        default=(),
        description="addresses or networks of proxies whose X-Forwarded-For is believed, comma-separated, "
        "such as 127.0.0.1 or 10.0.0.0/8",
    )
    metrics_token: SecretStr | None = Field(
        default=None, description="if set, /metrics asks for it as a bearer token"
    )
    host: str = Field(default="0.0.0.0", description="address to listen on")
    port: int = Field(default=3000, ge=0, le=65535, description="port to listen on")
    worker_port: int | None = Field(
        default=None,
        ge=0,
        le=65535,
        description="port on which `python -m bot worker` serves /healthz, /readyz, /metrics; unset = none",
    )
    log_level: Annotated[str, BeforeValidator(lambda v: str(v).upper())] = Field(
        default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR|CRITICAL)$", description="how much is logged"
    )

    @field_validator("slack_signing_secret")
    @classmethod
    def _needed_without_socket_mode(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None and info.data.get("slack_app_token") is None:
            raise PydanticCustomError("missing", "is missing")
        return value

    @field_validator("webhook_token")
    @classmethod
    def _fit_for_an_address(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None:
            if info.data.get("public_url") is not None:
                raise PydanticCustomError("missing", "is missing")
            return None
        token = value.get_secret_value()
        if len(token) < MIN_WEBHOOK_TOKEN:
            raise ValueError(f"must be at least {MIN_WEBHOOK_TOKEN} characters")
        if not re.fullmatch(r"[A-Za-z0-9._~-]+", token):
            raise ValueError("may hold letters, digits and . _ ~ - only, because it is part of an address")
        return value

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret value, for hiding it."""
        kept = (getattr(self, name) for name in type(self).model_fields)
        password = make_url(self.database_url).password
        return (
            *(value.get_secret_value() for value in kept if isinstance(value, SecretStr)),
            *((str(password),) if password else ()),
        )

    def webhook_url(self, kind: str) -> str | None:
        """Address for Flowroute to call (`kind`: sms, mms or dlr), or None with no `PUBLIC_URL`."""
        if self.public_url is None or self.webhook_token is None:
            return None
        return f"{self.public_url}/flowroute/{self.webhook_token.get_secret_value()}/{kind}"


def load(**overrides: Any) -> Settings:  # noqa: ANN401 - pydantic-settings takes what a field takes
    """Read the settings.

    Raises:
        BadSettings: naming every bad setting at once, with what it is for and where to find it.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        bad = frozenset(str(fault["loc"][0]) for fault in error.errors())
        raise BadSettings(_explain(error), bad) from None


def load_what_is_right() -> tuple[Settings, BadSettings | None]:
    """The settings, those that are bad replaced by something harmless; for looking, never for running."""
    try:
        return load(), None
    except BadSettings as error:
        harmless = {name: HARMLESS.get(name, Settings.model_fields[name].default) for name in error.fields}
        return load(**harmless), error


def database_url(given: str | None) -> str:
    """DATABASE_URL alone, for commands that need nothing else; raises BadSettings."""
    try:
        return _database(given) if given else str(Settings.model_fields["database_url"].default)
    except ValueError as error:
        raise BadSettings(f"DATABASE_URL {error}.") from None


def _explain(error: ValidationError) -> str:
    lines = []
    for fault in error.errors(include_input=False, include_url=False):
        field = str(fault["loc"][0])
        problem = "is missing" if fault["type"] == "missing" else fault["msg"].removeprefix("Value error, ")
        lines.append(f"  {field.upper()} {problem}. {Settings.model_fields[field].description}")
    return "These settings are missing or wrong:\n" + "\n".join(lines)
