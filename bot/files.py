"""Handing files to people in Slack, and tables as CSV."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

import requests

from bot.slack import Slack, Unsure

UPLOAD_TIMEOUT_S = (5, 60)
"""To connect, and of silence."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-][\d.]+")


class Files:
    """Brings files into Slack: uploaded first, then shared (docs.slack.dev, "Working with files")."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    def give(self, user_id: str, name: str, content: bytes) -> None:
        """Upload `content` and share it with one person; raises SlackError."""
        channel_id = self._slack.direct_messages(user_id)
        self.share(self.upload(name, content), name, channel_id=channel_id)

    def upload(self, name: str, content: bytes) -> str:
        """Give Slack the bytes; answers the id by which the file can be shared, once. Raises SlackError."""
        ticket = self._slack.call("files.getUploadURLExternal", filename=name, length=len(content))
        try:
            requests.post(
                str(ticket["upload_url"]),
                data=content,
                headers={"Content-Type": "application/octet-stream"},
                timeout=UPLOAD_TIMEOUT_S,
            ).raise_for_status()
        except requests.RequestException as error:
            raise Unsure("the upload of a file") from error
        return str(ticket["file_id"])

    def share(self, file_id: str, name: str, *, channel_id: str, thread_ts: str | None = None) -> None:
        """Show an uploaded file in a conversation; raises SlackError."""
        self._slack.call(
            "files.completeUploadExternal",
            files=[{"id": file_id, "title": name}],
            channel_id=channel_id,
            thread_ts=thread_ts,
        )


def csv_of(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """CSV in UTF-8 with a mark that spreadsheets know it by; no cell can pose as a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def harmless_csv(content: bytes) -> bytes:
    """CSV that somebody else wrote, in which no cell can pose as a formula; untouched where none does.

    Raises `csv.Error` for what is no CSV.
    """
    written = content.decode("utf-8-sig", errors="replace")
    cells = (cell for row in _rows(written) for cell in row)
    if not any(cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell) for cell in cells):
        return content
    rows = _rows(written)
    return csv_of([_harmless(column) for column in next(rows)], rows)


def _rows(written: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(written, newline=""))


def _harmless(cell: str) -> str:
    """A leading apostrophe keeps a spreadsheet from computing what came from outside."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
