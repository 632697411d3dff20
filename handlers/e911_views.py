"""The form for an emergency address, with what Flowroute's geocoder says under the field it is about."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from slackblocks import (
    Block,
    Element,
    InputBlock,
    ModalView,
    Option,
    PlainText,
    PlainTextInput,
    SectionBlock,
    StaticSelectMenu,
)

from bot.cards import escape
from bot.provisioning.changing import ChangeFailed
from flowroute.e911 import ADDRESS_TYPES, Address, E911Record

from .ids import Field, View
from .inputs import typed_in
from .limits import option_text
from .modals import alert
from .wording import told

Purpose = Literal["validate", "create", "update"]
TITLES: Mapping[Purpose, str] = {
    "validate": "Check an address",
    "create": "New emergency address",
    "update": "Change an address",
}
SUBMITS: Mapping[Purpose, str] = {
    "validate": "Check",
    "create": "Check and store",
    "update": "Check and store",
}
COUNTRIES = {"US": "United States", "CA": "Canada"}
LABELS = {
    Field.LABEL: ("Label", "Seattle office"),
    Field.FIRST_NAME: ("First name of who is there", "Maria"),
    Field.LAST_NAME: ("Last name", "Bermudez"),
    Field.STREET_NUMBER: ("House number", "1218"),
    Field.STREET_NAME: ("Street", "3rd Ave"),
    Field.ADDRESS_TYPE: ("Kind of unit", "None"),
    Field.ADDRESS_TYPE_NUMBER: ("Which one", "600"),
    Field.CITY: ("City", "Seattle"),
    Field.STATE: ("State or province", "WA"),
    Field.ZIP: ("ZIP or postal code", "98104"),
    Field.COUNTRY: ("Country", "United States"),
}
"""The inputs in their order, each with an example; an input is called as the address' part is."""
OPTIONAL = {Field.ADDRESS_TYPE, Field.ADDRESS_TYPE_NUMBER}
HINTS = {
    Field.LABEL: "A name of your own, that no other address has",
    Field.ADDRESS_TYPE: "Suite, floor, apartment and so on; together with which one",
}


class Wizard(BaseModel):
    """What the form carries: what it is for, and where it was asked for."""

    model_config = ConfigDict(frozen=True)

    purpose: Purpose
    channel_id: str | None = None
    record_id: str | None = None
    """The address that is changed."""


def form(
    wizard: Wizard,
    address: Address,
    *,
    refusals: Mapping[Field, str] | None = None,
    accepted: str | None = None,
) -> ModalView:
    """`refusals` (mrkdwn) stand under the fields they are about, `accepted` above all."""
    blocks: list[Block] = alert(accepted, "success") if accepted else []
    blocks += inputs(address, refusals)
    return ModalView(
        title=TITLES[wizard.purpose],
        blocks=blocks,
        submit=SUBMITS[wizard.purpose],
        close="Cancel",
        callback_id=View.ADDRESS,
        private_metadata=wizard.model_dump_json(exclude_none=True),
    )


def inputs(address: Address, refusals: Mapping[Field, str] | None = None) -> list[Block]:
    """The parts of an address to be filled in, each with why it was refused below it."""
    parts = asdict(address)
    blocks: list[Block] = []
    for field in LABELS:
        blocks.append(_input(field, parts[field]))
        if refusals and field in refusals:
            blocks += alert(refusals[field], "error")
    return blocks


def stored(title: str, said: str, record: E911Record | None) -> ModalView:
    """How it stands now, as it was read back; the address in plain text, as Flowroute spells it."""
    blocks: list[Block] = alert(said, "success")
    if record is not None:
        blocks.append(SectionBlock(PlainText(f"{who(record)}\n{where(record)}\nId {record.id}")))
    return ModalView(title=title, blocks=blocks, close="Done")


def filled_in(view: Mapping[str, Any]) -> Address:
    return Address(**{field.value: typed_in(view, field) or "" for field in LABELS})


def blank() -> Address:
    return Address(**{field.value: "" for field in LABELS if field is not Field.COUNTRY})


def as_address(record: E911Record) -> Address:
    """A stored address, to be changed."""
    return Address(**{field.value: getattr(record, field) or "" for field in LABELS})


def who(record: E911Record) -> str:
    return " ".join(part for part in (record.first_name, record.last_name) if part)


def where(record: E911Record) -> str:
    """`1218 3rd Ave, Suite 600, Seattle, WA 98101, US`."""
    parts = (
        (record.street_number, record.street_name),
        (record.address_type, record.address_type_number),
        (record.city,),
        (record.state, record.zip),
        (record.country,),
    )
    return ", ".join(filter(None, (" ".join(filter(None, part)) for part in parts)))


def under_fields(error: ChangeFailed) -> Mapping[Field, str]:
    """Why Flowroute refused it, by the field it names in whatever way; the street when it names none."""
    by_field = {Field(name): escape(text) for name, text in error.fields.items() if name in list(LABELS)}
    if by_field:
        return by_field
    named = next((field for field in LABELS if f"{field} " in error.user_message), Field.STREET_NAME)
    return {named: told(error)}


def _input(field: Field, value: str) -> InputBlock:
    label, example = LABELS[field]
    element: Element
    match field:
        case Field.ADDRESS_TYPE:
            element = _menu(field, {each: each for each in ADDRESS_TYPES}, value, example)
        case Field.COUNTRY:
            element = _menu(field, COUNTRIES, value, example)
        case _:
            element = PlainTextInput(action_id=field, initial_value=value or None, placeholder=example)
    return InputBlock(
        label=label, element=element, block_id=field, hint=HINTS.get(field), optional=field in OPTIONAL
    )


def _menu(field: Field, texts: Mapping[str, str], chosen: str, example: str) -> StaticSelectMenu:
    options = {value.casefold(): Option(option_text(text), value=value) for value, text in texts.items()}
    return StaticSelectMenu(
        action_id=field,
        options=list(options.values()),
        initial_option=options.get(chosen.casefold()),
        placeholder=example,
    )
