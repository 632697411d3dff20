"""Reading what somebody attached in Slack, by the id of the file."""

from dataclasses import dataclass

from bot.media.files import MediaFile
from bot.media.slack_files import SlackFiles
from bot.slack import Slack


@dataclass(frozen=True)
class Attached:
    slack: Slack
    slack_files: SlackFiles

    def fetch(self, file_id: str) -> MediaFile:
        """The file's bytes. Safe to repeat.

        Raises:
            MediaError: it cannot be fetched.
            SlackError: Slack did not say what it is.
        """
        told = self.slack.call("files.info", file=file_id)["file"]
        return self.slack_files.fetch(
            str(told.get("url_private_download") or told.get("url_private") or ""),
            str(told.get("name") or ""),
            str(told.get("mimetype") or ""),
        )
