"""Looking at numbers: what is for sale, what is ours, one of ours."""

from tests.handlers.person import Person, buttons, shown
from tests.stage import AGENT, APPROVER, MARIA, NUMBER, SUPPORT, TELECOM


def test_numbers_for_sale_come_with_their_prices_and_a_buy_button(ada: Person) -> None:
    """Who may buy sees a row for each number: place, monthly and setup price, one press from the review."""
    answer = ada.asks("numbers search 206")
    assert "*(206) " in shown(answer)
    assert "$1.25 a month, $1.00 setup" in shown(answer)
    assert buttons(answer).count("Buy") == 20
    assert "Share to channel" in buttons(answer)


def test_who_may_not_buy_sees_the_same_without_the_button(sam: Person) -> None:
    """A table that Slack sorts by price; no button that would only be refused."""
    answer = sam.asks("numbers search 206")
    assert "Buy" not in buttons(answer)
    table = next(block for block in answer["blocks"] if block["type"] == "data_table")
    assert [cell["text"] for cell in table["rows"][0]] == [
        "Number",
        "Rate center",
        "State",
        "Monthly",
        "Setup",
    ]


def test_more_numbers_are_a_press_away(ada: Person) -> None:
    """The next page holds other numbers."""
    first = ada.asks("numbers search 206")
    second = ada.reads_after_pressing(first, "More numbers")
    assert set(shown(first).split("\n")) & set(shown(second).split("\n")) <= set(shown(second).split("\n"))
    assert first["blocks"][1]["text"] != second["blocks"][1]["text"]


def test_a_search_takes_every_filter(ada: Person) -> None:
    """Digits, state, place and kind narrow it down together."""
    answer = ada.asks("numbers search 206 state=wa rate-center=“seattle” type=longcode")
    rows = [block["text"]["text"] for block in answer["blocks"] if block["type"] == "section"]
    assert rows
    assert all("SEATTLE, WA" in row for row in rows)


def test_nothing_for_sale_is_said_kindly_and_offers_the_search_again(ada: Person) -> None:
    """The form keeps what was asked for."""
    answer = ada.asks("numbers search 999 state=WA")
    assert "Nothing is for sale there" in answer["text"]
    ada.presses(answer, "Change the search")
    form = ada.form(showing="Area code")
    assert {"999", "WA"} <= {
        block["element"].get("initial_value") for block in form["blocks"] if "element" in block
    }


def test_our_numbers_are_a_table(ada: Person) -> None:
    """Number, alias, place, texting."""
    text = shown(ada.asks("numbers list"))
    assert "(206) 555-0100\nMain line\nSEATTLE, WA\non" in text


def test_a_list_is_narrowed_by_digits_or_by_alias(ada: Person) -> None:
    """Digits anywhere in the number, text anywhere in the alias."""
    assert "1 number" in shown(ada.asks("numbers list 0101"))
    assert "(206) 555-0101" in shown(ada.asks("numbers list SUPP"))
    assert "No number of ours fits “nowhere”" in ada.asks("numbers list nowhere")["text"]


def test_an_empty_account_says_so(ada: Person) -> None:
    """No table with nothing in it."""
    with ada.stage.carrier._world.change() as account:
        account.numbers.clear()
    assert "no numbers on this account" in ada.asks("numbers list")["text"]


def test_ten_thousand_numbers_with_long_aliases_fit_into_an_answer(ada: Person) -> None:
    """Slack's limits are kept whatever the account holds, and the answer says that there is more."""
    ada.stage.carrier.give_numbers(
        *(f"1425{line:07}" for line in range(2_000_000, 2_010_000)), alias="W" * 64
    )
    answer = ada.asks("numbers list")
    assert "the first of more" in answer["text"]
    assert "Narrow it down" in shown(answer)


def test_one_number_shows_all_that_is_known_about_it(ada: Person) -> None:
    """Alias, place, texting, routes, emergency address, channel; what is missing stands out."""
    text = shown(ada.asks("numbers show 206 555 0101"))
    for fact in (
        "Support",
        "SEATTLE, WA",
        "sip-reg",
        "*Emergency address*\n:warning: none",
        "no channel of their own",
    ):
        assert fact in text


def test_the_card_tells_the_last_texts_to_who_may_read_them(ada: Person) -> None:
    """To admins and the members of its channel; never where everybody would see it."""
    # given: Maria was answered by Grace in #telecom
    stage = ada.stage
    stage.link(NUMBER, TELECOM)
    stage.carrier.handset_send(MARIA, NUMBER, "hello?")
    stage.workspace.wait_for(lambda: any("hello?" in text for text in stage.texts_in(TELECOM)))
    thread = next(one for one in stage.workspace.messages(TELECOM) if "texts (206)" in one["text"])
    stage.workspace.member(APPROVER).post(TELECOM, "yes", thread_ts=thread["ts"])

    def card(person: Person) -> str:
        return shown(person.asks(f"numbers show {NUMBER}"))

    # then
    stage.workspace.wait_for(lambda: "<@U0APPROVER> texted (206) 555-0142 · delivered" in card(ada))
    assert "(206) 555-0142 texted" in card(Person(stage, APPROVER, TELECOM))
    assert "Last texts" not in card(Person(stage, AGENT, SUPPORT))
    shared = len(stage.texts_in(TELECOM))
    ada.presses(ada.asks(f"numbers show {NUMBER}"), "Share to channel")
    stage.workspace.wait_for(lambda: len(stage.texts_in(TELECOM)) > shared)
    assert "Last texts" not in shown(stage.workspace.messages(TELECOM)[-1])


def test_the_card_of_a_number_links_and_unlinks_it(ada: Person) -> None:
    """A button for what the reader may do, and none for who may not."""
    linked = ada.reads_after_pressing(ada.asks(f"numbers show {NUMBER}"), "Link to this channel")
    assert "appear in <#C0TELECOM>" in linked["text"]
    card = ada.asks(f"numbers show {NUMBER}")
    assert "*Texts go to*\n<#C0TELECOM>" in shown(card)
    assert "no longer appear" in ada.reads_after_pressing(card, "Unlink")["text"]


def test_a_viewer_gets_a_card_without_buttons_for_admins(sam: Person) -> None:
    """Looking is for everybody."""
    assert buttons(sam.asks(f"numbers show {NUMBER}")) == ["Share to channel"]


def test_an_alias_cannot_ping_anybody(ada: Person) -> None:
    """What stands in the account is outside text."""
    ada.stage.carrier.give_numbers(NUMBER, alias="<!channel> *x* &amp;")
    text = shown(ada.asks(f"numbers show {NUMBER}"))
    assert "&lt;!channel&gt; *x* &amp;amp;" in text
