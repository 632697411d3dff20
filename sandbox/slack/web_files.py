"""`files.*`: uploads in three steps, looking up, deleting."""

import threading
from typing import TYPE_CHECKING

from sandbox.slack import happenings, seed
from sandbox.slack.channels import Channel
from sandbox.slack.content import LONGEST_POST, check_parts
from sandbox.slack.files import StoredFile
from sandbox.slack.web_access import joined_channel, required, stored_message
from sandbox.slack.wire import JSON, SlackError, invalid_arguments

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

LATEST_SHARE_S = 60.0


def get_upload_url(workspace: "Workspace", args: JSON) -> JSON:
    name, length = required(args, "filename", "length")
    if not length.isdigit() or int(length) == 0:
        raise invalid_arguments("length must be a number of bytes above 0")
    upload_url, file_id = workspace.files.announce(name, int(length), seed.BOT_USER)
    return {"upload_url": upload_url, "file_id": file_id}


def complete_upload(workspace: "Workspace", args: JSON) -> JSON:
    """Finish uploads and, with a channel, post them there as one message."""
    given = args.get("files")
    if (
        not isinstance(given, list)
        or not given
        or not all(isinstance(f, dict) and f.get("id") for f in given)
    ):
        raise invalid_arguments("files must be a list of objects with an id")
    channel_id = args.get("channel_id") or str(args.get("channels") or "").split(",")[0]
    channel = joined_channel(workspace, str(channel_id)) if channel_id else None
    if channel is not None and channel.is_archived:
        raise SlackError("is_archived")
    check_parts({"text": args.get("initial_comment"), "blocks": args.get("blocks")}, text_limit=LONGEST_POST)
    if channel is not None and args.get("thread_ts"):
        stored_message(workspace, channel, str(args["thread_ts"]), "thread_not_found")
    stored = [workspace.files.complete(str(one["id"]), one.get("title")) for one in given]
    if channel is not None and workspace.shares_show is not None:
        threading.Thread(target=_share_late, args=(workspace, channel, args, stored), daemon=True).start()
    elif channel is not None:
        _share(workspace, channel, args, stored)
    return {"files": [workspace.files.as_api(one) for one in stored]}


def _share_late(workspace: "Workspace", channel: Channel, args: JSON, stored: list[StoredFile]) -> None:
    if workspace.shares_show is not None:
        workspace.shares_show.wait(LATEST_SHARE_S)
    with workspace.changing():
        _share(workspace, channel, args, stored)


def _share(workspace: "Workspace", channel: Channel, args: JSON, stored: list[StoredFile]) -> None:
    message = happenings.bot_message(
        workspace, {"text": args.get("initial_comment"), "blocks": args.get("blocks")}
    )
    happenings.in_thread(workspace, channel, message, args.get("thread_ts"))
    happenings.post(workspace, channel, happenings.with_files(workspace, channel, message, stored))


def info(workspace: "Workspace", args: JSON) -> JSON:
    (file_id,) = required(args, "file")
    return {"file": workspace.files.as_api(workspace.files.get(file_id)), "comments": [], "paging": {}}


def delete(workspace: "Workspace", args: JSON) -> JSON:
    (file_id,) = required(args, "file")
    if workspace.files.get(file_id).user_id != seed.BOT_USER:
        raise SlackError("cant_delete_file")
    workspace.files.delete(file_id)
    return {}
