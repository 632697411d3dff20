// rich_text blocks. Their text is literal: it has no entities and no marks, only styles beside it.

import { el, link } from "./dom.js";
import { broadcastNode, channelNode, dateNode, emojiNode, userNode } from "./mrkdwn.js";

export function richText(block) {
  return el("div", { class: "rich" }, (block.elements ?? []).map(part));
}

/** Every text of the block, for sorting and searching. */
export function richTextPlain(block) {
  return (block.elements ?? []).map((one) => one.text ?? one.name ?? (one.elements ? richTextPlain(one) : "")).join("");
}

function part(element) {
  switch (element.type) {
    case "rich_text_section":
      return el("div", { class: "rich-line" }, inlines(element));
    case "rich_text_quote":
      return el("blockquote", {}, inlines(element));
    case "rich_text_preformatted":
      return el("pre", {}, inlines(element));
    case "rich_text_list":
      return el(
        element.style === "ordered" ? "ol" : "ul",
        { class: element.border ? "bordered" : null, style: { marginLeft: `${(element.indent ?? 0) * 22}px` }, start: element.offset ? element.offset + 1 : null },
        (element.elements ?? []).map((item) => el("li", {}, inlines(item))),
      );
    default:
      return unknownInline(element);
  }
}

function inlines(element) {
  return (element.elements ?? []).map((one) => styled(one, leaf(one)));
}

function leaf(one) {
  switch (one.type) {
    case "text":
      return withBreaks(one.text);
    case "link":
      return [link(one.url, one.text ?? one.url)];
    case "user":
      return [userNode(one.user_id)];
    case "channel":
      return [channelNode(one.channel_id)];
    case "usergroup":
      return [el("span", { class: "mention" }, `@${one.usergroup_id}`)];
    case "team":
      return [el("span", { class: "mention" }, `@${one.team_id}`)];
    case "emoji":
      return [emojiNode(one.name)];
    case "broadcast":
      return [broadcastNode(one.range)];
    case "date":
      return [dateNode(one.timestamp, one.format, one.url, one.fallback ?? "")];
    case "color":
      return [el("span", { class: "swatch", style: { background: one.value } }), one.value];
    default:
      return [unknownInline(one)];
  }
}

function withBreaks(text) {
  return String(text).split("\n").flatMap((line, index) => (index ? [el("br"), line] : [line]));
}

const TAGS = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code" };

function styled(one, nodes) {
  return Object.entries(TAGS)
    .filter(([style]) => one.style?.[style])
    .reduce((inner, [, tag]) => [el(tag, {}, inner)], nodes);
}

function unknownInline(element) {
  return el("code", { class: "unknown-inline", title: `Unknown rich text element “${element.type}”` }, JSON.stringify(element));
}
