// Slack's mrkdwn as DOM nodes. Entities are unescaped exactly once, at the leaves; nothing becomes HTML.

import { el, link } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";
import { formatted } from "./time.js";
import { channel, channelName, fullName, me, user } from "./world.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

export function unescape(text) {
  return String(text).replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);
}

export function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A text object (`plain_text` or `mrkdwn`), or a bare string, which is mrkdwn. */
export function textNodes(object) {
  if (object === null || object === undefined) return [];
  if (typeof object === "string") return mrkdwn(object);
  if (object.type === "mrkdwn") return mrkdwn(object.text ?? "");
  return [plain(object)];
}

/** A plain_text object as a string; Slack keeps those escaped too, and shows them unescaped. */
export function plain(object) {
  const text = unescape(object?.text ?? "");
  return object?.emoji === false ? text : withEmoji(text);
}

export function mrkdwn(text) {
  return String(text)
    .split(/```/)
    .flatMap((part, index, parts) => {
      if (index % 2 === 1 && index < parts.length - 1) return [el("pre", {}, unescape(bare(part.replace(/^\n|\n$/g, ""))))];
      const before = index % 2 === 1 ? "```" : "";
      return lines(before + (index > 0 ? part.replace(/^\n/, "") : part));
    });
}

function lines(text) {
  const nodes = [];
  let quoted = [];
  const closeQuote = () => {
    if (quoted.length) nodes.push(el("blockquote", {}, joined(quoted)));
    quoted = [];
  };
  let free = [];
  const closeFree = () => {
    if (free.length) nodes.push(...joined(free));
    free = [];
  };
  for (const line of text.split("\n")) {
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quote) {
      closeFree();
      quoted.push(quote[1]);
    } else {
      closeQuote();
      free.push(line);
    }
  }
  closeFree();
  closeQuote();
  return nodes;
}

function joined(texts) {
  return texts.flatMap((text, index) => (index ? [el("br"), ...inline(text)] : inline(text)));
}

const STYLED = (mark) => `(?<![\\p{L}\\p{N}${mark}])[${mark}](?=[^\\s${mark}])([^\\n]*?[^\\s${mark}])[${mark}](?![\\p{L}\\p{N}${mark}])`;
const INLINE = new RegExp(
  [
    "`([^`\\n]+)`",
    "<([^<>\\n]+)>",
    ":([a-z0-9_+'-]+(?:::skin-tone-\\d)?):",
    STYLED("*"),
    STYLED("_"),
    STYLED("~"),
    "(https?://[^\\s<>|]+[^\\s<>|.,;:!?)\\]'\"*_~])",
  ].join("|"),
  "u",
);

function inline(text) {
  const nodes = [];
  let rest = text;
  for (let match = INLINE.exec(rest); match; match = INLINE.exec(rest)) {
    if (match.index) nodes.push(unescape(rest.slice(0, match.index)));
    const [whole, code, reference, name, bold, italic, strike, url] = match;
    if (code !== undefined) nodes.push(el("code", {}, unescape(bare(code))));
    else if (reference !== undefined) nodes.push(referenceNode(reference));
    else if (name !== undefined) nodes.push(emojiNode(name));
    else if (bold !== undefined) nodes.push(el("strong", {}, inline(bold)));
    else if (italic !== undefined) nodes.push(el("em", {}, inline(italic)));
    else if (strike !== undefined) nodes.push(el("s", {}, inline(strike)));
    else nodes.push(link(unescape(url), unescape(url)));
    rest = rest.slice(match.index + whole.length);
  }
  if (rest) nodes.push(unescape(rest));
  return nodes;
}

/** Inside code a reference is shown as its label or its target. */
function bare(text) {
  return text.replace(/<([^<>|\n]+)(?:\|([^<>\n]*))?>/g, (_, target, label) => label || target);
}

function referenceNode(reference) {
  const [target, label] = reference.split(/\|(.*)/s);
  if (target.startsWith("@")) return userNode(target.slice(1), label);
  if (target.startsWith("#")) return channelNode(target.slice(1), label);
  if (target.startsWith("!date^")) {
    const [, stamp, format, url] = target.split("^");
    return dateNode(Number(stamp), format, url, unescape(label ?? ""));
  }
  if (target.startsWith("!subteam^")) return el("span", { class: "mention" }, label ? unescape(label) : `@${target.slice(9)}`);
  if (target.startsWith("!")) return broadcastNode(target.slice(1));
  return link(unescape(target), label ? inline(label) : unescape(target.replace(/^(mailto|tel):/, "")));
}

export function emojiNode(name) {
  const shown = emoji(name);
  return shown.startsWith(":") ? shown : el("span", { class: "emoji", title: `:${name}:`, role: "img" }, shown);
}

export function userNode(id, label = null) {
  const known = user(id);
  const name = known ? fullName(known) : label ? unescape(label) : id;
  return el("span", { class: id === me() ? "mention me" : "mention", data: { user: id } }, `@${name}`);
}

export function channelNode(id, label = null) {
  const known = channel(id);
  const name = known ? channelName(known) : label ? unescape(label) : "private channel";
  if (!known) return el("span", { class: "mention" }, `#${name}`);
  return el("a", { class: "mention", href: `#/${me()}/${id}` }, `#${name}`);
}

export function broadcastNode(range) {
  return el("span", { class: "mention me" }, `@${range.split("|")[0]}`);
}

export function dateNode(timestamp, format, url, fallback) {
  const date = new Date(timestamp * 1000);
  const text = Number.isNaN(date.getTime()) ? fallback : formatted(date, format ?? "{date} {time}");
  return url ? link(url, text) : el("time", { datetime: Number.isNaN(date.getTime()) ? null : date.toISOString() }, text);
}
