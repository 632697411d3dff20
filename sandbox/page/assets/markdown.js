// markdown blocks: the common part of Markdown (headings, lists, quotes, code, emphasis, links).

import { el, link } from "./dom.js";
import { withEmoji } from "./emoji.js";

export function markdown(text) {
  const nodes = [];
  const lines = String(text).split("\n");
  while (lines.length) nodes.push(...piece(lines));
  return el("div", { class: "markdown" }, nodes);
}

function piece(lines) {
  const line = lines.shift();
  if (/^\s*$/.test(line)) return [];
  if (line.startsWith("```")) return [el("pre", {}, taken(lines, (one) => !one.startsWith("```"), true).join("\n"))];
  const heading = /^(#{1,6})\s+(.*)$/.exec(line);
  if (heading) return [el(`h${Math.min(6, heading[1].length + 2)}`, {}, inline(heading[2]))];
  if (/^\s*(-{3,}|\*{3,})\s*$/.test(line)) return [el("hr")];
  if (line.startsWith(">")) {
    const quoted = [line, ...taken(lines, (one) => one.startsWith(">"))].map((one) => one.replace(/^> ?/, ""));
    return [el("blockquote", {}, broken(quoted))];
  }
  for (const [pattern, tag] of [[/^\s*[-*+]\s+/, "ul"], [/^\s*\d+[.)]\s+/, "ol"]]) {
    if (!pattern.test(line)) continue;
    const items = [line, ...taken(lines, (one) => pattern.test(one))].map((one) => one.replace(pattern, ""));
    return [el(tag, {}, items.map((item) => el("li", {}, inline(item))))];
  }
  return [el("p", {}, broken([line, ...taken(lines, (one) => !/^(\s*$|```|#{1,6}\s|>|\s*[-*+]\s|\s*\d+[.)]\s)/.test(one))]))];
}

function taken(lines, wanted, dropNext = false) {
  const end = lines.findIndex((one) => !wanted(one));
  const found = lines.splice(0, end === -1 ? lines.length : end);
  if (dropNext) lines.shift();
  return found;
}

const broken = (lines) => lines.flatMap((line, index) => (index ? [el("br"), ...inline(line)] : inline(line)));

const INLINE = /`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)|\*\*(.+?)\*\*|__(.+?)__|\*([^*\s][^*]*)\*|(?<!\w)_([^_\s][^_]*)_(?!\w)|~~(.+?)~~/;

function inline(text) {
  const nodes = [];
  let rest = text;
  for (let match = INLINE.exec(rest); match; match = INLINE.exec(rest)) {
    if (match.index) nodes.push(withEmoji(rest.slice(0, match.index)));
    const [whole, code, label, url, bold, bold2, italic, italic2, strike] = match;
    if (code !== undefined) nodes.push(el("code", {}, code));
    else if (url !== undefined) nodes.push(link(url, inline(label)));
    else if (bold ?? bold2) nodes.push(el("strong", {}, inline(bold ?? bold2)));
    else if (italic ?? italic2) nodes.push(el("em", {}, inline(italic ?? italic2)));
    else nodes.push(el("s", {}, inline(strike)));
    rest = rest.slice(match.index + whole.length);
  }
  if (rest) nodes.push(withEmoji(rest));
  return nodes;
}
