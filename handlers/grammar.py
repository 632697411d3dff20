"""Every command, declared once: parsing, help, usage and "did you mean" all come from here."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import click

from bot.cards import escape
from bot.errors import BotError
from flowroute import InvalidNumber, parse_phone_number

from .typed import Word, rest_of_line, words
from .values import (
    AREA_CODE,
    CHANNEL,
    DIGITS,
    NUMBER,
    NUMBER_OR_PREFIX,
    PERSON,
    SINCE,
    STATE,
    DigitsType,
    NumberOrPrefixType,
    NumberType,
    PersonType,
    WholeType,
    quoted,
)

_NUMBERISH = re.compile(r"[\d\s().+/,;‐‑–—-]*\d[\d\s().+/,;‐‑–—-]*|[(+]")
_MOST_WORDS_IN_A_NUMBER = 6
_NEAR = 0.6
"""How alike, of 1, a word must be to a command to be offered as what was meant."""
_CLOSE = 0.8
"""How alike a line must be, so that its words by themselves do not matter."""


class Argument(click.Argument):
    """An argument by position. `needed` is our own: what is left out may open a form instead of failing."""

    def __init__(
        self, name: str, kind: click.ParamType[Any], *, needed: bool, label: str, many: bool
    ) -> None:
        super().__init__([name], type=kind, required=False, metavar=label, nargs=-1 if many else 1)
        self.needed = needed


class Rest(Argument):
    """A last argument that takes the rest of the line as typed: a text, a name, an alias, a value.

    `when_empty` says what leaving it empty in a form does, where that is allowed.
    """

    when_empty: str | None = None


class Verb(click.Command):
    """One command: its words, its parameters, and one sentence saying what it does."""

    def __init__(self, line: str, summary: str, *params: click.Parameter) -> None:
        super().__init__(line, params=list(params), help=summary, add_help_option=False)
        self.line = line
        self.summary = summary
        self.topic = line.partition(" ")[0]

    @property
    def usage(self) -> str:
        """As the manual writes it: `numbers search [starts] [contains=]`."""
        return " ".join([self.line, *(_notation(param) for param in self.params)])


class CommandNotUnderstood(BotError):
    """A line is not one of the commands; the message says what would be."""

    def __init__(self, explanation: str) -> None:
        super().__init__(escape(explanation))


@dataclass(frozen=True)
class Call:
    """A line understood: which verb, and its arguments by name."""

    verb: Verb
    arguments: dict[str, Any]
    missing: bool = False
    """A required argument was left out; the others are in `arguments`."""


def _notation(param: click.Parameter) -> str:
    if isinstance(param, click.Option):
        choices = "|".join(param.type.choices) if isinstance(param.type, click.Choice) else ""
        return f"[{param.opts[0].removeprefix('--')}={choices}]"
    if isinstance(param.type, click.Choice):
        return "|".join(param.type.choices)
    label = f"{param.human_readable_name}{'…' if param.nargs != 1 else ''}"
    return f"<{label}>" if isinstance(param, Argument) and param.needed else f"[{label}]"


def _needs(
    name: str, kind: click.ParamType[Any] = click.STRING, *, label: str | None = None, many: bool = False
) -> Argument:
    return Argument(name, kind, needed=True, label=label or name, many=many)


def _takes(name: str, kind: click.ParamType[Any] = click.STRING, *, label: str | None = None) -> Argument:
    """An argument that may be left out; `label` is how it is shown where its name is a Python word."""
    return Argument(name, kind, needed=False, label=label or name, many=False)


def _rest(name: str, *, needed: bool = True, when_empty: str | None = None) -> Rest:
    rest = Rest(name, click.STRING, needed=needed, label=name, many=False)
    rest.when_empty = when_empty
    return rest


def _option(name: str, kind: click.ParamType[Any] = click.STRING, *, to: str | None = None) -> click.Option:
    """`to` is the argument's name where the option's own is a Python word."""
    return click.Option([to or name.replace("-", "_"), f"--{name}"], type=kind)


_ON_OFF = click.Choice(["on", "off"], case_sensitive=False)
_NUMBER_KIND = click.Choice(["longcode", "toll-free"], case_sensitive=False)


VERBS: tuple[Verb, ...] = (
    Verb(
        "numbers search",
        "Numbers for sale, with prices",
        _takes("starts", DIGITS),
        _option("contains", DIGITS),
        _option("ends", DIGITS),
        _option("state", STATE),
        _option("rate-center"),
        _option("type", _NUMBER_KIND, to="number_type"),
        _option("page", WholeType(1, 500)),
    ),
    Verb("numbers buy", "Buy numbers and set them up, step by step", _takes("number", NUMBER_OR_PREFIX)),
    Verb("numbers bulk", "Change many numbers by a list (CSV)"),
    Verb("numbers list", "Our numbers", _rest("filter", needed=False)),
    Verb("numbers show", "Everything about one number", _needs("number", NUMBER)),
    Verb("numbers areas", "Area codes with numbers for sale"),
    Verb("numbers exchanges", "Exchanges of an area code", _needs("npa", AREA_CODE)),
    Verb(
        "numbers alias",
        "Name a number",
        _needs("number", NUMBER),
        _rest("text", when_empty="Leave it empty to take the name away."),
    ),
    Verb("numbers release", "Give a number back", _needs("number", NUMBER)),
    Verb(
        "numbers lookups",
        "Look up callers' names on a number",
        _needs("number", NUMBER),
        _needs("state", _ON_OFF),
    ),
    Verb("numbers messaging", "Texting on a number", _needs("number", NUMBER), _needs("state", _ON_OFF)),
    Verb("routes list", "Where calls can go"),
    Verb(
        "routes create",
        "Add a route",
        _needs("type", click.Choice(["host", "number", "uri"], case_sensitive=False)),
        _needs("value"),
        _rest("alias"),
    ),
    Verb("routes update", "Change a route", _rest("route")),
    Verb("routes delete", "Remove a route", _rest("route")),
    Verb("routes primary", "Where a number's calls go first", _needs("number", NUMBER), _rest("route")),
    Verb("routes failover", "Where they go when that fails", _needs("number", NUMBER), _rest("route")),
    Verb("routes edges", "Points of presence that calls leave from"),
    Verb(
        "sms send",
        "Send a text",
        _needs("to", PERSON),
        _option("from", NUMBER, to="sender"),
        _rest("text"),
    ),
    Verb("sms show", "One text and what became of it", _needs("id")),
    Verb(
        "sms history",
        "Texts of a number",
        _takes("number", NUMBER),
        _option("since", SINCE),
        _option("page", WholeType(1, 500)),
    ),
    Verb("e911 list", "Emergency addresses"),
    Verb("e911 show", "One emergency address", _needs("id")),
    Verb("e911 validate", "Check an address without keeping it"),
    Verb("e911 create", "Add an emergency address"),
    Verb("e911 update", "Change an emergency address", _needs("id")),
    Verb("e911 assign", "Give a number an address", _needs("id"), _needs("number", NUMBER)),
    Verb("e911 unassign", "Take a number's address away", _needs("number", NUMBER)),
    Verb("e911 numbers", "Numbers at an address", _needs("id")),
    Verb("e911 delete", "Remove an address", _needs("id")),
    Verb("e911 gaps", "Numbers without an address"),
    Verb("cnam list", "Caller names"),
    Verb("cnam show", "One caller name", _needs("id")),
    Verb("cnam create", "Ask for a caller name", _rest("value")),
    Verb("cnam update", "Change a caller name", _needs("id"), _rest("value")),
    Verb("cnam assign", "Give a number a caller name", _needs("id"), _needs("number", NUMBER)),
    Verb("cnam unassign", "Take a number's caller name away", _needs("number", NUMBER)),
    Verb("cnam delete", "Remove a caller name", _needs("id")),
    Verb(
        "relay link",
        "Bring a number's texts into a channel",
        _needs("number", NUMBER),
        _takes("channel", CHANNEL),
        _option("mode", click.Choice(["thread", "mention"], case_sensitive=False)),
        _option("hold", WholeType(0, 60)),
    ),
    Verb("relay unlink", "Stop bringing a number's texts here", _needs("number", NUMBER)),
    Verb("relay list", "Which number's texts go to which channel"),
    Verb("relay name", "Name a person who texts", _needs("person", PERSON, label="number"), _rest("name")),
    Verb("relay block", "Refuse texts of a sender", _needs("person", PERSON, label="number")),
    Verb("relay unblock", "Accept them again", _needs("person", PERSON, label="number")),
    Verb("relay blocked", "Whose texts are not shown"),
    Verb("relay optouts", "Who asked not to be texted"),
    Verb("relay optin", "Record a person's consent", _needs("number", NUMBER), _needs("person", PERSON)),
    Verb("relay parked", "Texts that wait for a decision"),
    Verb("relay callbacks", "Where the carrier delivers texts"),
    Verb("orders list", "What was ordered, and what became of it"),
    Verb("orders show", "One order, step by step", _needs("id", WholeType(1, 999_999_999))),
    Verb("orders resume", "Try every failed step again", _needs("id", WholeType(1, 999_999_999))),
    Verb("orders cancel", "Stop what has not happened yet", _needs("id", WholeType(1, 999_999_999))),
    Verb(
        "cdr export",
        "Call records as CSV",
        _takes("start", SINCE, label="from"),
        _takes("end", SINCE, label="to"),
    ),
    Verb("cdr list", "Exports of call records"),
    Verb(
        "port check",
        "Whether numbers can be ported in",
        _needs("numbers", NUMBER, many=True),
    ),
    Verb("usage", "Texts and costs over time", _takes("days", WholeType(1, 365))),
    Verb("audit", "Who changed what", _takes("n", WholeType(1, 200))),
    Verb("status", "How the bot is doing"),
    Verb("doctor", "What is wrong, and how to mend it"),
    Verb("menu", "What can be done here, as buttons"),
    Verb("help", "All commands, or those of one topic", _rest("topic", needed=False)),
)


_BY_LINE = {verb.line: verb for verb in VERBS}


def named(line: str) -> Verb:
    """The declaration of `numbers search`; KeyError when there is none."""
    return _BY_LINE[line]


def parse(line: str, verbs: Sequence[Verb] = VERBS) -> Call:
    """Understand `line`. Whatever the text, the only error raised is `CommandNotUnderstood`."""
    typed = list(words(line))
    verb = _named(typed, verbs)
    if verb is None and len(typed) == 1 and any(other.topic == typed[0].text.lower() for other in verbs):
        return Call(named("help"), {"topic": typed[0].text})
    if verb is None:
        raise CommandNotUnderstood(_unknown(typed, verbs))
    try:
        argv = _argv(verb, line, typed[len(verb.line.split()) :])
        arguments = verb.make_context(verb.line, argv).params
    except click.UsageError as error:
        raise CommandNotUnderstood(f"{_reason(error)}\nUsage: `/flowroute {verb.usage}`") from error
    needed = [param.name for param in verb.params if isinstance(param, Argument) and param.needed]
    return Call(verb, arguments, missing=any(arguments[name] in {None, ()} for name in needed))


def nearest(text: str, verbs: Iterable[Verb]) -> Verb | None:
    """The command most like `text`, by its whole line or else by a word of it; None when none is near."""
    typed = text.lower().split()[:2]
    alike = [(SequenceMatcher(None, " ".join(typed), verb.line).ratio(), verb) for verb in verbs]
    likeness, closest = max(alike, key=lambda pair: pair[0], default=(0.0, None))
    if likeness >= _CLOSE:
        return closest
    topic = [verb for verb in verbs if typed and verb.topic == typed[0]]
    attempts = {" ".join(typed), *(typed[1:] if topic else typed[:1])}
    scored = [
        (SequenceMatcher(None, attempt, target).ratio(), verb)
        for verb in topic or verbs
        for target in (verb.line, verb.line.split()[-1])
        for attempt in attempts
    ]
    score, verb = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return verb if score >= _NEAR else None


def _named(typed: Sequence[Word], verbs: Iterable[Verb]) -> Verb | None:
    first_two = [word.text.lower() for word in typed[:2]]
    lines = {" ".join(first_two), *first_two[:1]}
    return next((verb for verb in verbs if verb.line in lines), None)


def _unknown(typed: Sequence[Word], verbs: Sequence[Verb]) -> str:
    said = " ".join(word.text for word in typed[:2])
    guess = nearest(said, verbs)
    answer = f"I do not know {quoted(said)}."
    if guess:
        answer += f" Did you mean `/flowroute {guess.line}`?"
    return answer + " `/flowroute help` lists all commands."


def _argv(verb: Verb, line: str, typed: Sequence[Word]) -> list[str]:
    """The words as click wants them: options first, then `--`, then what goes by position.

    Raises `click.UsageError` for an option without a value, which click would take from the next word.
    """
    known = {
        name.removeprefix("--"): param
        for param in verb.params
        if isinstance(param, click.Option)
        for name in param.opts
    }
    positions = _positions(verb)
    options: list[str] = []
    arguments: list[str] = []
    at = 0
    param = next(positions, None)
    while at < len(typed):
        word = typed[at]
        if word.option is not None and (word.option in known or not isinstance(param, Rest)):
            value = word.text
            at += 1
            if word.dashed:
                value = typed[at].text if at < len(typed) and typed[at].option is None else ""
                at += 1
            if word.option in known and not value:
                raise click.BadOptionUsage(word.option, "no value")
            if word.option in known and _is_number(known[word.option]):
                number = [Word(value, word.start), *typed[at:]]
                count = _words_of_number(number)
                value = _joined(number[:count])
                at += count - 1
            options.append(f"--{word.option}={value}")
        elif isinstance(param, Rest):
            arguments.append(rest_of_line(line, word.start))
            break
        else:
            is_number = param is not None and (_is_number(param) or _is_route_to_number(param, arguments))
            count = _words_of_number(typed[at:]) if is_number else 1
            arguments.append(_joined(typed[at : at + count]))
            at += count
            param = next(positions, None)
    return [*options, "--", *arguments]


def _positions(verb: Verb) -> Iterator[Argument]:
    """The arguments in order; one that takes many comes again and again."""
    for param in verb.params:
        if isinstance(param, Argument):
            yield param
            while param.nargs != 1:
                yield param


def _is_number(param: click.Parameter) -> bool:
    return isinstance(param.type, NumberType | PersonType | NumberOrPrefixType | DigitsType)


def _is_route_to_number(param: click.Parameter, before: Sequence[str]) -> bool:
    """Of `routes create <type> <value> …` the value, once the type is known."""
    return param.name == "value" and [each.lower() for each in before] == ["number"]


def _joined(typed: Sequence[Word]) -> str:
    return " ".join(word.text for word in typed).rstrip(",;")


def _words_of_number(typed: Sequence[Word]) -> int:
    """How many words make one phone number: the most that are valid together, else all that look like it."""
    run = 0
    for word in typed[:_MOST_WORDS_IN_A_NUMBER]:
        if word.option is not None or not _NUMBERISH.fullmatch(word.text):
            break
        run += 1
    for count in range(run, 0, -1):
        try:
            parse_phone_number(" ".join(word.text for word in typed[:count]).rstrip(",;"))
        except InvalidNumber:
            continue
        return count
    return max(run, 1)


def _reason(error: click.UsageError) -> str:
    """Click's finding, in the notation of our commands."""
    if isinstance(error, click.NoSuchOption):
        hint = f" Did you mean `{error.possibilities[0].removeprefix('--')}=`?" if error.possibilities else ""
        return f"There is no option {quoted(error.option_name.removeprefix('--'))}.{hint}"
    if isinstance(error, click.BadOptionUsage):
        return f"The option {quoted(error.option_name)} needs a value: `{error.option_name}=…`."
    if isinstance(error, click.BadParameter):
        return error.message
    return error.format_message().rstrip(".") + "."
