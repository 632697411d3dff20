"""Every id that Slack hands back to us: of buttons, views and inputs. Commands are in `bot/manifest.py`.

Renaming one leaves buttons in old messages dead.
"""

from enum import StrEnum


class Button(StrEnum):
    """`action_id`s of buttons."""

    RUN = "run"
    """The value is a command line; several in one block are told apart by what follows a colon."""
    SHARE = "share"
    """The value is the command line whose private answer is to be shown to the channel."""
    FIND = "buy.find"
    """Opens the search form; the value holds its filters."""
    TAKE_OVER = "link.take_over"
    """Links a number although its texts go elsewhere; the value holds the wish."""
    POINT_HERE = "callbacks.point_here"
    """Has the account's texts delivered here where they go nowhere."""
    ASK = "ask"
    """Opens the form of a command, which follows a colon; the value holds what is filled in."""
    AUDIT_CSV = "audit.csv"
    """Hands over the audit as a file; the value is how many entries."""
    HISTORY_CSV = "history.csv"
    """Hands over texts as a file; the value holds which."""
    HOME_RUN = "home.run"
    """Like `RUN`, on the Home tab, where Slack takes no answer; each has a colon and more behind it."""
    REFRESH = "home.refresh"
    USE_PLAIN = "text.use_plain"
    """Puts plain characters in place of costly ones, in the form for a text."""


class View(StrEnum):
    """`callback_id`s of modals: what their Submit does."""

    BUY_FIND = "buy.find"
    BUY_CHOOSE = "buy.choose"
    BUY_CONFIRM = "buy.confirm"
    BUY_AGAIN = "buy.again"
    LINK = "link"
    SMS = "sms"
    LINK_TAKE_OVER = "link.take_over"
    ASK = "ask"
    RELEASE = "release"
    ROUTE = "route"
    ADDRESS = "address"
    CALLER_NAME = "caller_name"


class Field(StrEnum):
    """`block_id`s of inputs; the element inside has the same `action_id`."""

    STARTS = "starts"
    CONTAINS = "contains"
    ENDS = "ends"
    STATE = "state"
    RATE_CENTER = "rate_center"
    NUMBER_TYPE = "number_type"
    NUMBER = "number"
    CHANNEL = "channel"
    MODE = "mode"
    HOLD = "hold"
    ROUTE = "route"
    ADDRESS = "address"
    CALLER_NAME = "caller_name"
    AGAIN = "again"
    TYPE = "type"
    VALUE = "value"
    ALIAS = "alias"
    LABEL = "label"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    STREET_NUMBER = "street_number"
    STREET_NAME = "street_name"
    ADDRESS_TYPE = "address_type"
    ADDRESS_TYPE_NUMBER = "address_type_number"
    CITY = "city"
    ZIP = "zip"
    COUNTRY = "country"
    TO = "to"
    SENDER = "sender"
    TEXT = "text"
    """Its `block_id` may have a count behind it: a new one is how a typed text is replaced."""
    FILES = "files"
