"""Links that Flowroute fetches pictures from."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.media.signing import Signer

SECRET = "a-long-webhook-token"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
IDS = st.integers(min_value=1, max_value=2**63 - 1)


@given(IDS)
def test_a_link_leads_to_its_file_in_every_process(file_id: int) -> None:
    """One process signs, another one with the same settings answers; the link is one plain path segment."""
    link = Signer(SECRET).path(file_id, NOW + HOUR)
    assert Signer(SECRET).read(link, NOW) == file_id
    assert link.replace("-", "").replace("_", "").replace(".", "").isalnum()


def test_a_link_ends() -> None:
    """It works until the second it was made for, and never again."""
    signer = Signer(SECRET)
    link = signer.path(7, NOW + HOUR)
    assert signer.read(link, NOW + HOUR - timedelta(seconds=1)) == 7
    assert signer.read(link, NOW + HOUR) is None
    assert signer.read(link, NOW + 1000 * HOUR) is None


@given(IDS, st.data())
def test_an_altered_link_never_leads_to_another_file(file_id: int, data: st.DataObject) -> None:
    """Whichever character is changed: the link is dead (or, in its unused last bits, still the same)."""
    # given
    signer = Signer(SECRET)
    link = signer.path(file_id, NOW + HOUR)
    place = data.draw(st.integers(0, len(link) - 1))
    other = data.draw(st.characters(exclude_categories=["Cs"]))

    # when
    read = signer.read(link[:place] + other + link[place + 1 :], NOW)

    # then
    assert read in {None, file_id}


@given(st.text())
def test_a_made_up_link_leads_nowhere(text: str) -> None:
    """Any text at all, in any script."""
    assert Signer(SECRET).read(text, NOW) is None


def test_another_secret_reads_nothing() -> None:
    """A changed WEBHOOK_TOKEN ends every link."""
    assert Signer(SECRET).read(Signer(SECRET + "x").path(7, NOW + HOUR), NOW) is None


def test_a_link_does_not_show_the_webhook_token() -> None:
    """Whoever fetches pictures learns nothing about the addresses that Flowroute calls."""
    assert SECRET not in Signer(SECRET).path(7, NOW + HOUR)
