"""How numbers look in messages: for sale, and ours."""

from collections.abc import Sequence

from slackblocks import (
    Block,
    Button,
    ContextBlock,
    Markdown,
    PlainText,
    SectionBlock,
)

from bot.cards import counted, escape, usd
from flowroute import format_phone_number
from flowroute.numbers import NumberForSale, OwnedNumber

from .answers import Answer, run_button
from .ids import Button as ButtonId
from .limits import Cell, header, table
from .lists import Beginning, listing, words_in_sections
from .number_search import Filters, Page
from .values import quoted

NOTHING_FOR_SALE = "Nothing is for sale there. Try another area code, fewer digits or another state."


def place(rate_center: str | None, state: str | None) -> str:
    """`SEATTLE, WA`, as Flowroute abbreviates it."""
    return ", ".join(part.upper() for part in (rate_center, state) if part)


def price(number: NumberForSale) -> str:
    return f"{usd(number.monthly_cost)} a month, {usd(number.setup_cost)} setup"


def offers(filters: Filters, page: Page, *, may_buy: bool) -> Answer:
    """Numbers for sale: a row with a Buy button each for who may buy, otherwise a table."""
    if not page.offers:
        return _nothing_for_sale(filters, may_buy=may_buy)
    title = f"Numbers for sale: {len(page.offers)}{' and more' if page.has_more else ''}"
    blocks: list[Block] = [header(title)]
    if may_buy:
        blocks += [_offer(number) for number in page.offers]
    else:
        rows: list[Sequence[Cell]] = [
            [
                format_phone_number(number.value),
                place(number.rate_center, None),
                (number.state or "").upper(),
                number.monthly_cost,
                number.setup_cost,
            ]
            for number in page.offers
        ]
        columns = ["Number", "Rate center", "State", "Monthly", "Setup"]
        blocks.append(table("Numbers for sale", columns, rows)[0])
    more = (run_button("More numbers", f"{filters.line} page={page.page + 1}"),) if page.has_more else ()
    return Answer(title, tuple(blocks), more, shareable=True)


def _nothing_for_sale(filters: Filters, *, may_buy: bool) -> Answer:
    if not may_buy:
        return Answer(NOTHING_FOR_SALE)
    button = Button(PlainText("Change the search"), action_id=ButtonId.FIND, value=filters.model_dump_json())
    return Answer(NOTHING_FOR_SALE, buttons=(button,))


def _offer(number: NumberForSale) -> Block:
    where = escape(place(number.rate_center, number.state))
    kind = "Toll-free" if number.is_toll_free else where
    return SectionBlock(
        Markdown(f"*{format_phone_number(number.value)}*  {kind}\n{price(number)}"),
        accessory=run_button("Buy", f"numbers buy {number.value}"),
    )


def owned(numbers: Beginning[OwnedNumber], *, filtered_by: str | None) -> Answer:
    """Our numbers as a table that Slack pages and sorts, however many there are."""
    return listing(
        "number",
        ["Number", "Alias", "Place", "Texting"],
        [
            [
                format_phone_number(number.value),
                number.alias,
                "Toll-free" if number.is_toll_free else place(number.rate_center, number.state),
                on_off(number.messaging_enabled),
            ]
            for number in numbers.items
        ],
        is_all=numbers.is_all,
        empty=f"No number of ours fits {escape(quoted(filtered_by))}."
        if filtered_by
        else "There are no numbers on this account yet.",
        narrow="Narrow it down with a few digits or a part of the alias: `/flowroute numbers list 206`.",
    )


def areas(codes: Sequence[str]) -> Answer:
    """Area codes that have numbers for sale."""
    title = counted(len(codes), "area code")
    hint = ContextBlock([Markdown("Look into one with `/flowroute numbers search 206`.")])
    return Answer(title, (header(title), *words_in_sections(codes), hint), shareable=True)


def exchanges(npa: str, found: Sequence[str]) -> Answer:
    """The exchanges (NXX) of an area code that have numbers for sale."""
    if not found:
        return Answer(f"No exchange of {npa} has numbers for sale.")
    title = f"{counted(len(found), 'exchange')} of {npa}"
    return Answer(title, (header(title), *words_in_sections(found)), shareable=True)


def on_off(value: bool | None) -> str | None:
    return None if value is None else "on" if value else "off"
