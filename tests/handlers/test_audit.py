"""The audit: a private table for admins, and the same as a file."""

import re
from pathlib import Path

from bot.change_cards import DID
from sandbox.flowroute_api import Refuse
from tests.handlers.person import Person, buttons, shown
from tests.stage import AUDIT, NUMBER


def test_every_change_is_listed_with_who_what_before_and_after(ada: Person) -> None:
    """Newest first, refusals too; it cannot be shared."""
    ada.asks(f"numbers alias {NUMBER} Front desk")
    ada.asks(f"numbers alias {NUMBER} Night desk")
    answer = ada.asks("audit")
    text = shown(answer)
    assert "2 changes" in text
    assert text.index("Front desk → Night desk") < text.index("Main line → Front desk")
    assert "<@U0ADMIN>\nchanged the alias of (206) 555-0100" in re.sub(r"\n+", "\n", text)
    assert buttons(answer) == ["Get it as CSV"]
    assert "1 change" in shown(ada.asks("audit 1"))


def test_a_link_is_told_with_the_channel_by_name(ada: Person) -> None:
    """In the audit channel, in the table and on the card of the number; no ids, no names of fields."""
    ada.asks(f"relay link {NUMBER} #support mode=mention hold=5")
    ada.stage.workspace.wait_for(lambda: bool(ada.stage.texts_in(AUDIT)))
    (posted,) = (one for one in ada.stage.workspace.messages(AUDIT) if one.get("bot_id"))
    assert "<@U0ADMIN> linked *(206) 555-0100* to <#C0SUPPORT>." in shown(posted)
    assert "sent: replies that mention the bot · seconds to cancel: 5" in shown(posted)
    assert "linked (206) 555-0100\n<#C0SUPPORT>" in re.sub(r"\n+", "\n", shown(ada.asks("audit")))
    assert "<@U0ADMIN> linked it: <#C0SUPPORT>" in shown(ada.asks(f"numbers show {NUMBER}"))


def test_what_was_refused_is_told_as_not_done(ada: Person) -> None:
    """With Flowroute's reason; nobody reads of a change that there was not."""
    path = f"/v2/numbers/{NUMBER}"
    ada.stage.carrier.faults.add(method="PATCH", path_pattern=path, fault=Refuse(403))
    ada.asks(f"numbers alias {NUMBER} Front desk")
    ada.stage.workspace.wait_for(lambda: bool(ada.stage.texts_in(AUDIT)))
    (posted,) = ada.stage.texts_in(AUDIT)
    assert posted.startswith("Not done: <@U0ADMIN> changed the alias of *(206) 555-0100*. Result: refused")
    assert "Not done: changed the alias of" in shown(ada.asks("audit"))


def test_every_action_of_the_audit_has_words() -> None:
    """What is recorded anywhere in the bot is known by a sentence."""
    sources = "\n".join(path.read_text("utf-8") for path in (Path(__file__).parents[2] / "bot").rglob("*.py"))
    recorded = set(re.findall(r'"((?:account|number|route|e911|cnam|relay)\.[a-z_0-9]+)"', sources))
    assert recorded <= set(DID)


def test_the_audit_is_handed_over_as_a_file_in_direct_messages(ada: Person) -> None:
    """With every value; no cell can pose as a formula."""
    ada.asks(f"numbers alias {NUMBER} =1+1")
    answer = ada.asks("audit")
    assert "in your messages with me" in ada.reads_after_pressing(answer, "Get it as CSV")["text"]
    files = [file for one in ada.stage.workspace.messages("D0ADMIN") for file in one.get("files", [])]
    assert [file["name"] for file in files] == ["audit.csv"]


def test_an_empty_audit_says_so(ada: Person) -> None:
    """No table with nothing in it."""
    assert ada.asks("audit")["text"] == "Nothing was changed yet."


def test_only_admins_read_the_audit(sam: Person) -> None:
    """It says who did what."""
    assert "*admin*" in sam.asks("audit")["text"]
