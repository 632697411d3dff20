"""`auth.test`, `api.test`, `team.info`, `bots.info`."""

from typing import TYPE_CHECKING

from sandbox.slack import seed
from sandbox.slack.people import SEEDED_AT
from sandbox.slack.wire import JSON, SlackError

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

TEAM_URL = f"https://{seed.TEAM_DOMAIN}.slack.com/"


def api_test(_: "Workspace", args: JSON) -> JSON:
    if args.get("error"):
        raise SlackError(str(args["error"]), args=args)
    return {"args": args}


def auth_test(_: "Workspace", __: JSON) -> JSON:
    return {
        "url": TEAM_URL,
        "team": seed.TEAM_NAME,
        "user": seed.BOT_NAME,
        "team_id": seed.TEAM_ID,
        "user_id": seed.BOT_USER,
        "bot_id": seed.BOT_ID,
        "is_enterprise_install": False,
    }


def team_info(_: "Workspace", __: JSON) -> JSON:
    return {
        "team": {
            "id": seed.TEAM_ID,
            "name": seed.TEAM_NAME,
            "url": TEAM_URL,
            "domain": seed.TEAM_DOMAIN,
            "email_domain": "",
            "icon": {"image_default": True},
        }
    }


def bots_info(_: "Workspace", args: JSON) -> JSON:
    if args.get("bot") != seed.BOT_ID:
        raise SlackError("bot_not_found")
    return {
        "bot": {
            "id": seed.BOT_ID,
            "deleted": False,
            "name": seed.BOT_NAME,
            "updated": SEEDED_AT,
            "app_id": seed.APP_ID,
            "user_id": seed.BOT_USER,
            "icons": {},
        }
    }
