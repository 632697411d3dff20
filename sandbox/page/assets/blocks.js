// Block Kit blocks as DOM nodes.

import { chart, isChart } from "./charts.js";
import { control } from "./controls.js";
import { el, icon, link, picture } from "./dom.js";
import { markdown } from "./markdown.js";
import { plain, textNodes } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { dataTable, table } from "./tables.js";

/**
 * The node of a block. `where` is what `control` needs: the surface and the form it belongs to.
 * A block or element of an unknown type, or one that cannot be drawn, is shown as its JSON.
 */
export function block(one, where) {
  const here = { ...where, block: one };
  let node;
  try {
    node = BLOCKS[one.type]?.(one, here) ?? unknown(one, "block");
  } catch (error) {
    console.error("block cannot be drawn", error);
    node = unknown(one, "block");
  }
  node.classList.add("block");
  node.dataset.blockType = one.type;
  if (one.block_id) node.dataset.block = one.block_id;
  return node;
}

const BLOCKS = {
  section,
  header: (one) => el("h3", { class: "header-block" }, plain(one.text)),
  divider: () => el("hr"),
  context: (one, here) => el("div", { class: "context" }, one.elements.map((each) => contextElement(each, here))),
  actions: (one, here) => el("div", { class: "actions" }, one.elements.map((each) => element(each, here))),
  context_actions: (one, here) => el("div", { class: "actions" }, one.elements.map((each) => element(each, here))),
  image,
  input,
  rich_text: richText,
  table,
  data_table: dataTable,
  data_visualization: (one) => (isChart(one) ? chart(one) : null),
  alert: (one) =>
    el("div", { class: `alert ${one.level ?? "default"}`, role: "alert" }, icon(ALERT_ICONS[one.level] ?? "info"), el("div", {}, textNodes(one.text))),
  card,
  carousel: (one, here) => el("div", { class: "carousel" }, one.elements.map((each) => block(each, here))),
  container,
  markdown: (one) => markdown(one.text),
  video: (one) =>
    el(
      "div",
      { class: "video" },
      picture(one.thumbnail_url, one.alt_text),
      el("div", {}, el("strong", {}, link(one.title_url ?? one.video_url, plain(one.title))), one.description ? el("p", {}, plain(one.description)) : null, link(one.video_url, "Watch the video")),
    ),
};

const ALERT_ICONS = { warning: "warning", error: "warning", success: "check" };

function element(one, here) {
  return control(one, here) ?? unknown(one, "element");
}

export function unknown(one, kind) {
  return el(
    "div",
    { class: "unknown", data: { testid: "unknown" } },
    el("p", {}, `Unknown ${kind} “${one?.type}”`),
    el("pre", {}, JSON.stringify(one, null, 2)),
  );
}

function section(one, here) {
  return el(
    "div",
    { class: "section" },
    el(
      "div",
      { class: "section-text" },
      one.text ? el("div", { class: one.expand ? null : "text" }, textNodes(one.text)) : null,
      one.fields?.length ? el("div", { class: "fields" }, one.fields.map((each) => el("div", {}, textNodes(each)))) : null,
    ),
    one.accessory
      ? el("div", { class: "accessory" }, one.accessory.type === "image" ? picture(imageUrl(one.accessory), one.accessory.alt_text, { class: "thumbnail" }) : element(one.accessory, here))
      : null,
  );
}

function contextElement(one, here) {
  if (one.type === "image") return picture(imageUrl(one), one.alt_text, { class: "context-image", title: one.alt_text });
  if (one.type === "mrkdwn" || one.type === "plain_text") return el("span", {}, textNodes(one));
  return element(one, here);
}

const imageUrl = (one) => one.image_url ?? one.slack_file?.url ?? (one.slack_file?.id ? `/page/files/${encodeURIComponent(one.slack_file.id)}` : "");

function image(one) {
  return el(
    "figure",
    { class: "image" },
    one.title ? el("figcaption", {}, plain(one.title)) : null,
    link(new URL(imageUrl(one), location.href).href, picture(imageUrl(one), one.alt_text)),
  );
}

let inputs = 0;

/** An input block: label, element, hint, and a place for what is wrong with it. */
function input(one, here) {
  const id = `input-${++inputs}`;
  const error = el("p", { class: "error", id: `${id}-error`, hidden: true, data: { testid: "error", blockId: one.block_id ?? "" } });
  const place = {
    ...here,
    input: true,
    errorId: `${id}-error`,
    touched: () => {
      error.hidden = true;
      node.classList.remove("wrong");
    },
  };
  const body = element(one.element, place);
  const focusable = body.matches("input, textarea, select") ? body : body.querySelector("input");
  const grouped = ["radio_buttons", "checkboxes", "file_input"].includes(one.element.type);
  if (focusable && !grouped) focusable.id = id;
  else body.setAttribute("aria-label", plain(one.label));
  const node = el(
    "div",
    { class: "input-block" },
    el(grouped ? "span" : "label", { class: "label", for: grouped ? null : id }, plain(one.label), one.optional ? el("span", { class: "muted" }, " (optional)") : null),
    body,
    error,
    one.hint ? el("p", { class: "hint" }, plain(one.hint)) : null,
  );
  return node;
}

/** Show `sentence` under the input block's element. */
export function showError(node, sentence) {
  const error = node.querySelector(".error");
  error.textContent = sentence;
  error.hidden = false;
  node.classList.add("wrong");
}

function card(one, here) {
  return el(
    "div",
    { class: "card" },
    one.hero_image ? picture(imageUrl(one.hero_image), one.hero_image.alt_text, { class: "hero" }) : null,
    el(
      "div",
      { class: "card-body" },
      one.icon ? picture(imageUrl(one.icon), one.icon.alt_text, { class: "card-icon" }) : null,
      el(
        "div",
        {},
        one.title ? el("div", { class: "card-title" }, textNodes(one.title)) : null,
        one.subtitle ? el("div", { class: "muted" }, textNodes(one.subtitle)) : null,
        one.body ? el("div", {}, textNodes(one.body)) : null,
        one.subtext ? el("small", { class: "muted" }, textNodes(one.subtext)) : null,
      ),
    ),
    one.actions?.length ? el("div", { class: "actions" }, one.actions.map((each) => element(each, here))) : null,
  );
}

function container(one, here) {
  const children = el("div", { class: "container-body" }, one.child_blocks.map((each) => block(each, here)));
  const title = [one.title ? plain(one.title) : one.rich_text_title ? richText(one.rich_text_title) : null, one.subtitle ? el("div", { class: "muted" }, textNodes(one.subtitle)) : null];
  if (one.is_collapsible) return el("details", { class: "container", open: !one.default_collapsed }, el("summary", {}, title), children);
  return el("div", { class: "container" }, el("div", { class: "container-title" }, title), children);
}
