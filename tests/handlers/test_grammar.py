"""One grammar: what a line means, or a kind sentence about what it could have meant."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.grammar import VERBS, CommandNotUnderstood, parse

NUMBER = "12065550100"


def given_arguments(line: str) -> dict[str, Any]:
    """The arguments of `line` that were given at all."""
    return {name: value for name, value in parse(line).arguments.items() if value is not None}


@pytest.mark.parametrize(
    "typed",
    [
        "+1 (206) 555-0100",
        "(206) 555-0100",
        "206.555.0100",
        "206-555-0100",
        "206 555 0100",
        "1 206 555 0100",
        "12065550100",
        "<tel:+12065550100|(206) 555-0100>",
        "<tel:2065550100|206-555-0100>",
        "“206 555 0100”",
    ],
)
def test_a_number_is_one_argument_however_it_is_written(typed: str) -> None:
    """People paste numbers with spaces and brackets, and Slack makes links of them."""
    assert given_arguments(f"relay link {typed} <#C0SUPPORT|support>") == {
        "number": NUMBER,
        "channel": "C0SUPPORT",
    }


@pytest.mark.parametrize(
    "typed", ["+1 (206) 555-0100", "206 555 0100", "12065550100", "<tel:2065550100|206 555>"]
)
@pytest.mark.parametrize("option", ["from=", "--from ", "—from="])
def test_a_number_is_one_value_of_an_option_too(option: str, typed: str) -> None:
    """Its spaces are not the end of it, and the text behind it stays the text."""
    assert given_arguments(f"sms send 206 555 0142 {option}{typed} 5 o'clock?") == {
        "to": "12065550142",
        "sender": NUMBER,
        "text": "5 o'clock?",
    }


def test_a_route_to_a_number_takes_it_as_people_write_it() -> None:
    """The alias behind it may begin with digits, and so may that of a host."""
    assert given_arguments("routes create Number (206) 555-0100 2nd floor") == {
        "type": "number",
        "value": "(206) 555-0100",
        "alias": "2nd floor",
    }
    assert given_arguments("routes create host 203.0.113.7 2 lines") == {
        "type": "host",
        "value": "203.0.113.7",
        "alias": "2 lines",
    }


def test_options_stand_anywhere_before_the_last_argument() -> None:
    """`name=value` and `--name value` mean the same, in any order."""
    expected = {"number": NUMBER, "channel": "C0SUPPORT", "mode": "mention", "hold": 5}
    assert given_arguments("relay link mode=mention 206 555 0100 --hold 5 <#C0SUPPORT|support>") == expected
    assert given_arguments("numbers search 206 contains=55 ends=00") == {
        "starts": "206",
        "contains": "55",
        "ends": "00",
    }
    assert given_arguments("RELAY Link 2065550100 <#C0SUPPORT> —hold=5 —mode MENTION") == expected


@pytest.mark.parametrize(
    "text", ["12 eggs, please", "it's “fine” — ok", "--dashed first", "a=b --from c", "(yes)", "5"]
)
def test_a_text_is_not_searched_for_options(text: str) -> None:
    """What goes to a customer is never mistaken for grammar; digits after the number stay in the text."""
    assert given_arguments(f"sms send 2065550100 {text}") == {"to": NUMBER, "text": text}


def test_many_numbers_stay_apart() -> None:
    """Numbers with spaces in them, with and without commas between."""
    assert parse("port check 206 555 0100, (206) 555-0101 +44 20 7946 0958").arguments["numbers"] == (
        "12065550100",
        "12065550101",
        "442079460958",
    )


@pytest.mark.parametrize(
    ("line", "guess"),
    [
        ("serach 206", "numbers search"),
        ("numbers serch", "numbers search"),
        ("number list", "numbers list"),
        ("numbrs lst", "numbers list"),
        ("relay lnk", "relay link"),
        ("hlep", "help"),
        ("buy", "numbers buy"),
    ],
)
def test_an_unknown_word_gets_the_nearest_command(line: str, guess: str) -> None:
    """A slip of the finger is answered with what was probably meant."""
    with pytest.raises(CommandNotUnderstood) as refusal:
        parse(line)
    assert f"Did you mean `/flowroute {guess}`?" in refusal.value.user_message


def test_a_word_like_nothing_points_to_help() -> None:
    """Where nothing is near, no guess is made."""
    with pytest.raises(CommandNotUnderstood) as refusal:
        parse("zzzzzz")
    assert "Did you mean" not in refusal.value.user_message
    assert "/flowroute help" in refusal.value.user_message


def test_only_commands_that_work_are_offered() -> None:
    """A command without a handler is neither run nor suggested."""
    working = [verb for verb in VERBS if verb.line in {"numbers list", "help"}]
    with pytest.raises(CommandNotUnderstood) as refusal:
        parse("numbers lst", working)
    assert "`/flowroute numbers list`" in refusal.value.user_message
    with pytest.raises(CommandNotUnderstood):
        parse("relay list", working)


def test_a_topic_alone_asks_for_its_help() -> None:
    """`/flowroute numbers` is a question, not an error."""
    call = parse("Numbers")
    assert (call.verb.line, call.arguments) == ("help", {"topic": "Numbers"})


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("numbers show seattle", "(206) 555-0100"),
        ("numbers show 555 01", "“555 01”"),
        ("numbers search seattle", "206555"),
        ("numbers search 206 stat=WA", "Did you mean `state=`?"),
        ("numbers search state=Washington", "two letters"),
        ("numbers search contains=", "needs a value"),
        ("numbers search --contains", "needs a value"),
        ("numbers search --contains --state WA", "needs a value"),
        ("numbers search type=mobile", "toll-free"),
        ("relay link 2065550100 #support", "pick the channel"),
        ("relay link 2065550100 hold=99", "from 0 to 60"),
        ("relay link 2065550100 hold=soon", "from 0 to 60"),
        ("relay list now", "now"),
        ("sms history since=yesterday", "2026-11-30"),
        ("sms history since=2026-02-30", "7d"),
    ],
)
def test_a_wrong_argument_says_what_would_be_right(line: str, says: str) -> None:
    """Every refusal holds an example or a rule, and the usage line."""
    with pytest.raises(CommandNotUnderstood) as refusal:
        parse(line)
    assert says in refusal.value.user_message
    assert "Usage: `/flowroute " in refusal.value.user_message


def test_what_was_typed_cannot_ping_anybody_from_the_answer() -> None:
    """The answer repeats the word, escaped and cut."""
    with pytest.raises(CommandNotUnderstood) as refusal:
        parse("&lt;!channel&gt;" + "x" * 500)
    assert "<" not in refusal.value.user_message
    assert len(refusal.value.user_message) < 200


def test_a_missing_argument_keeps_the_others() -> None:
    """What was typed prefills the form."""
    call = parse("relay link mode=mention")
    assert call.missing
    assert call.arguments["mode"] == "mention"
    assert not parse("relay list").missing
    assert parse("port check").missing


_TYPING = st.text(alphabet="abfnrsu0125 +-—–()<>|=#@!&;\"'“”‘’\n", max_size=60)


def answer(line: str) -> str:
    """What a person gets for `line`: the command it was taken for, or the refusal."""
    try:
        return parse(line).verb.line
    except CommandNotUnderstood as refusal:
        return refusal.user_message


@given(st.sampled_from(VERBS), _TYPING)
@example(VERBS[0], "--")
@example(VERBS[0], "=")
@example(VERBS[0], "--=")
def test_no_text_gives_anything_but_an_answer(verb: Any, typed: str) -> None:
    """After any verb, any text is understood or refused in words."""
    assert answer(f"{verb.line} {typed}").strip()


@given(st.text())
def test_no_line_at_all_gives_anything_but_an_answer(line: str) -> None:
    """The same for lines of any characters."""
    assert answer(line).strip()


def test_every_command_shows_how_it_is_used() -> None:
    """The notation of the manual, made from the declaration."""
    usages = {verb.line: verb.usage for verb in VERBS}
    assert usages["sms send"] == "sms send <to> [from=] <text>"
    assert usages["numbers lookups"] == "numbers lookups <number> on|off"
    assert usages["relay link"] == "relay link <number> [channel] [mode=thread|mention] [hold=]"
    assert usages["port check"] == "port check <numbers…>"
    assert usages["cdr export"] == "cdr export [from] [to]"
