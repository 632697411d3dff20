"""What a `rich_text` block may hold. Source: docs.slack.dev, "Rich text block"."""

from sandbox.slack.block_elements import ID
from sandbox.slack.shapes import by_type, fields, flag, items, number, one_of, text

STYLE = fields(
    optional=dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight"), flag)
    | dict.fromkeys(("client_highlight", "unlink"), flag)
)
_STYLED = {"style": STYLE}
_TEXT = {"text": fields({"text": text(None, 1)}, _STYLED)}
_LINK = {"link": fields({"url": text(3000, 1)}, {**_STYLED, "text": text(), "unsafe": flag})}
INLINE = by_type(
    {
        **_TEXT,
        **_LINK,
        "broadcast": fields({"range": one_of("here", "channel", "everyone")}, _STYLED),
        "channel": fields({"channel_id": text(None, 1)}, _STYLED),
        "color": fields({"value": text(None, 1)}, _STYLED),
        "date": fields(
            {"timestamp": number(), "format": text(None, 1)},
            {**_STYLED, "fallback": text(), "url": text(3000, 1)},
        ),
        "emoji": fields({"name": text(None, 1)}, {**_STYLED, "unicode": text(), "url": text()}),
        "team": fields({"team_id": text(None, 1)}, _STYLED),
        "user": fields({"user_id": text(None, 1)}, _STYLED),
        "usergroup": fields({"usergroup_id": text(None, 1)}, _STYLED),
    },
    "a rich text element",
)
SECTION = fields({"elements": items(INLINE)})
_BORDER = {"border": one_of(0, 1)}
PARTS = by_type(
    {
        "rich_text_section": SECTION,
        "rich_text_list": fields(
            {
                "style": one_of("bullet", "ordered"),
                "elements": items(by_type({"rich_text_section": SECTION}, "a section")),
            },
            {**_BORDER, "indent": number(0, 8), "offset": number(0)},
        ),
        "rich_text_preformatted": fields(
            {"elements": items(by_type({**_TEXT, **_LINK}, "a text or a link"))},
            {**_BORDER, "language": text()},
        ),
        "rich_text_quote": fields({"elements": items(INLINE)}, _BORDER),
    },
    "a rich text part",
)
RICH_TEXT = fields({"elements": items(PARTS, least=1)}, {"block_id": ID})
