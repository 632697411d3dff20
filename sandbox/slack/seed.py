"""Who and what is in the workspace when it starts: a small telecom company."""

from sandbox.slack.channels import Channel
from sandbox.slack.people import Group, Person

TEAM_ID = "T0SANDBOX"
TEAM_NAME = "Harbor Telecom"
TEAM_DOMAIN = "harbor-telecom"
APP_ID = "A0FLOW"
BOT_ID = "B0BOT"
BOT_USER = "U0BOT"
BOT_NAME = "flowroute"


def people() -> list[Person]:
    return [
        Person("U0ADMIN", "ada", "Ada Admin", "admin"),
        Person("U0APPROVER", "grace", "Grace Approver", "approver"),
        Person("U0AGENT", "sam", "Sam Agent", "agent"),
        Person("U0GUEST", "gil", "Gil Guest", "guest"),
        Person(BOT_USER, BOT_NAME, BOT_NAME, "bot"),
    ]


def groups() -> list[Group]:
    return [Group("S0TELECOM", "telecom-admins", "Telecom admins", ("U0ADMIN", "U0APPROVER"))]


def channels() -> list[Channel]:
    ada, grace, sam, gil = "U0ADMIN", "U0APPROVER", "U0AGENT", "U0GUEST"
    rooms = [
        Channel("C0GENERAL", "general", "channel", [ada, grace, sam], "Company-wide announcements"),
        Channel("C0SUPPORT", "support", "channel", [ada, grace, sam, gil], "Talking with customers"),
        Channel("C0TELECOM", "telecom", "channel", [ada, grace], "Numbers, routes, porting"),
        Channel("C0AUDIT", "phone-audit", "channel", [ada, grace, BOT_USER], "Every change to our numbers"),
        Channel("C0DESK", "front-desk", "group", [ada, sam], "The front desk"),
    ]
    direct = [
        Channel(f"D{person[1:]}", "directmessage", "im", [person, BOT_USER], person=person)
        for person in (ada, grace, sam, gil)
    ]
    return rooms + direct
