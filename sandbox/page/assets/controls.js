// Everything in a block that can be pressed, typed into or chosen from.

import { act, encoded } from "./api.js";
import { combobox } from "./combobox.js";
import { confirmed } from "./dialogs.js";
import { el, icon, menu, safeHref } from "./dom.js";
import { plain, textNodes } from "./mrkdwn.js";
import { richTextPlain } from "./richtext.js";
import { complain } from "./toasts.js";
import { bot, channelName, fullName, world } from "./world.js";

/**
 * The node of an element, or null for a type that is not known here.
 *
 * `where` says what surrounds it: `surface` (how the server is told which message or view this is), `form`, `block`,
 * and for the element of an input block `input: true`, so that a change is sent only if the block asks for it.
 */
export function control(element, where) {
  const make = MAKERS[element.type];
  if (!make) return null;
  const place = {
    ...where,
    data: { blockId: where.block.block_id ?? "", actionId: element.action_id ?? "", testid: "input", type: element.type },
    describedBy: where.errorId ?? null,
    changed: (node) => {
      where.touched?.();
      if (!where.input || where.block.dispatch_action) send(element, where, node);
    },
  };
  return make(element, place);
}

const MAKERS = {
  button,
  workflow_button: (element, where) => button({ ...element, url: element.workflow?.trigger?.url }, where),
  icon_button: iconButton,
  feedback_buttons: feedbackButtons,
  overflow,
  plain_text_input: textInput,
  rich_text_input: textInput,
  number_input: numberInput,
  email_text_input: emailInput,
  url_text_input: urlInput,
  datepicker: (element, where) => native(element, where, "date", element.initial_date),
  timepicker: (element, where) => native(element, where, "time", element.initial_time),
  datetimepicker: dateTime,
  static_select: staticSelect,
  users_select: (element, where) => staticSelect(element, where, people(), element.initial_user),
  channels_select: (element, where) => staticSelect(element, where, publicChannels(), element.initial_channel),
  conversations_select: (element, where) => staticSelect(element, where, conversations(element), startConversation(element, where)),
  external_select: externalSelect,
  multi_static_select: (element, where) => several(element, where, optionList(element), optionValues(element.initial_options)),
  multi_users_select: (element, where) => several(element, where, people(), element.initial_users),
  multi_channels_select: (element, where) => several(element, where, publicChannels(), element.initial_channels),
  multi_conversations_select: (element, where) => several(element, where, conversations(element), element.initial_conversations),
  multi_external_select: externalSelect,
  radio_buttons: (element, where) => choices(element, where, "radio"),
  checkboxes: (element, where) => choices(element, where, "checkbox"),
  file_input: fileInput,
};

/** Tell the app that this element was used; asks first when the element wants that. */
async function send(element, where, node, value = undefined) {
  if (element.confirm && !(await confirmed(element.confirm))) return;
  node?.classList.add("busy");
  const answer = await act("click", {
    ...where.surface,
    block_id: where.block.block_id,
    action_id: element.action_id,
    value: value === undefined ? (where.form.first((one) => one.element === element)?.read() ?? null) : value,
    values: where.form.values(),
  });
  node?.classList.remove("busy");
  complain(answer);
}

/** Make the element known to the form, so that its value goes with every submission. */
function register(element, where, node, { read, write, focus, check = () => null }) {
  where.form.add({
    element,
    node,
    type: element.type,
    blockId: where.block.block_id,
    actionId: element.action_id,
    read,
    write,
    focus: focus ?? (() => node.focus()),
    check: () => {
      const raw = read();
      const empty = raw === null || raw === "" || raw.length === 0;
      if (!empty) return check(raw);
      return where.input && !where.block.optional ? "Please complete this required field." : null;
    },
  });
  return node;
}

// Buttons

function button(element, where) {
  const node = el(
    "button",
    {
      type: "button",
      class: `button ${element.style ?? ""}`,
      "aria-label": element.accessibility_label ?? null,
      data: { ...where.data, testid: "button" },
      on: {
        click: async () => {
          const href = element.url && safeHref(element.url);
          if (href) open(href, "_blank", "noopener,noreferrer");
          await send(element, where, node, element.value ?? null);
        },
      },
    },
    plain(element.text),
  );
  return node;
}

function iconButton(element, where) {
  const node = el(
    "button",
    { type: "button", class: "quiet", title: plain(element.text), data: { ...where.data, testid: "button" }, on: { click: () => send(element, where, node, element.value ?? null) } },
    icon(element.icon === "trash" ? "trash" : "bolt"),
    plain(element.text),
  );
  return node;
}

function feedbackButtons(element, where) {
  const one = (half) => {
    const node = el("button", { type: "button", class: "quiet", data: { ...where.data, testid: "button" }, on: { click: () => send(element, where, node, half.value) } }, plain(half.text));
    return node;
  };
  return el("span", { class: "row" }, one(element.positive_button), one(element.negative_button));
}

function overflow(element, where) {
  const node = el(
    "button",
    {
      type: "button",
      class: "button icon-only",
      "aria-label": "More actions",
      "aria-haspopup": "menu",
      data: { ...where.data, testid: "overflow" },
      on: {
        click: () =>
          menu(
            node,
            element.options.map((option) => ({
              label: plain(option.text),
              note: option.description ? plain(option.description) : null,
              data: { value: option.value ?? "" },
              choose: () => {
                const href = option.url && safeHref(option.url);
                if (href) open(href, "_blank", "noopener,noreferrer");
                send(element, where, node, option.value ?? null);
              },
            })),
            { alignRight: true },
          ),
      },
    },
    icon("more"),
  );
  return node;
}

// Text

function textInput(element, where) {
  const multiline = element.multiline || element.type === "rich_text_input";
  const initial = element.type === "rich_text_input" ? (element.initial_value ? richTextPlain(element.initial_value) : "") : (element.initial_value ?? "");
  const node = el(multiline ? "textarea" : "input", {
    ...field(element, where),
    type: multiline ? null : "text",
    rows: multiline ? 4 : null,
    maxlength: element.max_length ?? null,
    value: initial,
  });
  dispatching(node, element, where, multiline);
  return register(element, where, node, {
    ...typed(node),
    check: (raw) =>
      raw.length < (element.min_length ?? 0) ? `Please write at least ${element.min_length} characters.` : null,
  });
}

function numberInput(element, where) {
  const node = el("input", { ...field(element, where), type: "text", inputmode: "decimal", value: element.initial_value ?? "" });
  dispatching(node, element, where);
  return register(element, where, node, {
    ...typed(node),
    check: (raw) => {
      if (!/^-?(\d+(\.\d*)?|\.\d+)$/.test(raw)) return "Please enter a number.";
      if (!element.is_decimal_allowed && raw.includes(".")) return "Please enter a whole number.";
      if (element.min_value !== undefined && Number(raw) < Number(element.min_value)) return `Please enter ${element.min_value} or more.`;
      if (element.max_value !== undefined && Number(raw) > Number(element.max_value)) return `Please enter ${element.max_value} or less.`;
      return null;
    },
  });
}

function emailInput(element, where) {
  const node = el("input", { ...field(element, where), type: "text", inputmode: "email", value: element.initial_value ?? "" });
  dispatching(node, element, where);
  return register(element, where, node, {
    ...typed(node),
    check: (raw) => (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(raw) ? null : "Please enter an email address."),
  });
}

function urlInput(element, where) {
  const node = el("input", { ...field(element, where), type: "text", inputmode: "url", value: element.initial_value ?? "" });
  dispatching(node, element, where);
  return register(element, where, node, {
    ...typed(node),
    check: (raw) => (/^https?:\/\/\S+$/i.test(raw) ? null : "Please enter an address that begins with http:// or https://."),
  });
}

const field = (element, where) => ({
  class: "field",
  data: where.data,
  placeholder: element.placeholder ? plain(element.placeholder) : null,
  "aria-describedby": where.describedBy,
  autocomplete: "off",
});

const typed = (node) => ({
  read: () => (node.value.trim() === "" ? null : node.value),
  write: (raw) => {
    node.value = raw ?? "";
  },
});

/** Slack sends a text input on Enter unless `dispatch_action_config` says otherwise. */
function dispatching(node, element, where, multiline = false) {
  node.addEventListener("input", () => where.touched?.());
  if (!where.block.dispatch_action && where.input) return;
  const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (on.includes("on_character_entered")) {
    let timer = null;
    node.addEventListener("input", () => {
      clearTimeout(timer);
      // A form that was submitted meanwhile has told the app already.
      timer = setTimeout(() => node.isConnected && !node.closest(".busy") && send(element, where, node), 300);
    });
  }
  if (on.includes("on_enter_pressed"))
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || (multiline && !event.ctrlKey)) return;
      event.preventDefault();
      send(element, where, node);
    });
}

// Dates and times

function native(element, where, type, initial) {
  const node = el("input", { ...field(element, where), class: "field narrow", type, value: initial ?? "", on: { change: () => where.changed(node) } });
  return register(element, where, node, typed(node));
}

/** Read and written in seconds since 1970, as text. */
function dateTime(element, where) {
  const local = (seconds) => {
    const date = new Date(seconds * 1000);
    return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  };
  const node = el("input", {
    ...field(element, where),
    class: "field narrow",
    type: "datetime-local",
    value: element.initial_date_time ? local(element.initial_date_time) : "",
    on: { change: () => where.changed(node) },
  });
  return register(element, where, node, {
    read: () => (node.value ? String(Math.floor(new Date(node.value).getTime() / 1000)) : null),
    write: (raw) => {
      node.value = raw ? local(Number(raw)) : "";
    },
  });
}

// Choosing one or several

const option = ({ text, value, description }, group = null) => ({
  value,
  label: plain(text),
  description: description ? plain(description) : null,
  group,
});

const optionList = ({ options, option_groups: groups }) =>
  groups?.length ? groups.flatMap((one) => one.options.map((each) => option(each, plain(one.label)))) : (options ?? []).map((each) => option(each));

const optionValues = (options) => (options ?? []).map(({ value }) => value);

const people = () => world.state.users.filter((one) => !one.is_bot).map((one) => ({ value: one.id, label: fullName(one) }));

const publicChannels = () =>
  world.state.channels.filter((one) => !one.is_im && !one.is_private && !one.is_archived).map((one) => ({ value: one.id, label: `#${one.name}` }));

function conversations(element) {
  const include = element.filter?.include ?? ["public", "private", "im", "mpim"];
  const kind = (one) => (one.is_im ? "im" : one.is_private ? "private" : "public");
  return world.state.channels
    .filter((one) => include.includes(kind(one)) && !one.is_archived && (one.is_member || !one.is_private))
    .filter((one) => !(one.is_im && element.filter?.exclude_bot_users))
    .map((one) => ({ value: one.id, label: one.is_im ? fullName(bot()) : `${one.is_private ? "🔒 " : "#"}${one.name}` }));
}

function startConversation(element, where) {
  return element.initial_conversation ?? (element.default_to_current_conversation ? where.current?.() : null);
}

function staticSelect(element, where, list = optionList(element), initial = element.initial_option?.value) {
  const entry = ({ value, label }) => el("option", { value, selected: value === initial }, label);
  const groups = [...new Set(list.map(({ group }) => group))];
  const node = el(
    "select",
    { class: "field select", data: where.data, "aria-describedby": where.describedBy, on: { change: () => where.changed(node) } },
    el("option", { value: "" }, element.placeholder ? plain(element.placeholder) : "Choose…"),
    groups.map((group) => {
      const entries = list.filter((one) => one.group === group).map(entry);
      return group ? el("optgroup", { label: group }, entries) : entries;
    }),
  );
  if (initial && node.value !== initial) node.append(el("option", { value: initial, selected: true }, initial));
  return register(element, where, node, typed(node));
}

function externalSelect(element, where) {
  const many = element.type.startsWith("multi_");
  const least = element.min_query_length ?? 3;
  const search = async (query) => {
    if (query.length < least) return `Type at least ${least} character${least === 1 ? "" : "s"}`;
    const answer = await act("options", { ...where.surface, block_id: where.block.block_id, action_id: element.action_id, query });
    if (!answer.ok) throw new Error(answer.error);
    return optionList(answer);
  };
  const initial = many ? (element.initial_options ?? []) : element.initial_option ? [element.initial_option] : [];
  return chooser(element, where, { search, several: many, chosen: initial.map((one) => option(one)) });
}

function several(element, where, list, initial) {
  const search = async (query) => list.filter(({ label, description }) => `${label} ${description ?? ""}`.toLowerCase().includes(query.toLowerCase()));
  const chosen = (initial ?? []).map((value) => list.find((one) => one.value === value) ?? { value, label: value });
  return chooser(element, where, { search, several: true, chosen });
}

function chooser(element, where, { search, several: many, chosen }) {
  const seen = new Map(chosen.map((one) => [one.value, one]));
  const box = combobox({
    search: async (query) => {
      const found = await search(query);
      if (Array.isArray(found)) for (const one of found) seen.set(one.value, one);
      return found;
    },
    several: many,
    max: element.max_selected_items ?? Infinity,
    chosen,
    placeholder: element.placeholder ? plain(element.placeholder) : "Choose…",
    data: where.data,
    describedBy: where.describedBy,
    onChange: () => where.changed(box.node),
  });
  const labelled = (value) => (typeof value === "object" ? value : (seen.get(value) ?? { value, label: value }));
  register(element, where, box.node, {
    read: () => {
      const values = box.chosen().map(({ value }) => value);
      return many ? values : (values[0] ?? null);
    },
    write: (raw) => box.choose((many ? (raw ?? []) : raw === null ? [] : [raw]).map(labelled)),
    focus: () => box.input.focus(),
  });
  return box.node;
}

let groups = 0;

function choices(element, where, type) {
  const name = `choice-${++groups}`;
  const initial = type === "radio" ? [element.initial_option?.value] : optionValues(element.initial_options);
  const boxes = element.options.map(({ value }) =>
    el("input", { type, name, value, checked: initial.includes(value), data: { ...where.data, value }, on: { change: () => where.changed(node) } }),
  );
  const node = el(
    "div",
    { class: "choices", role: type === "radio" ? "radiogroup" : "group", "aria-describedby": where.describedBy },
    element.options.map((one, index) =>
      el(
        "label",
        { class: "choice" },
        boxes[index],
        el("span", {}, textNodes(one.text), one.description ? el("small", {}, textNodes(one.description)) : null),
      ),
    ),
  );
  const checked = () => boxes.filter((box) => box.checked).map((box) => box.value);
  return register(element, where, node, {
    read: () => (type === "radio" ? (checked()[0] ?? null) : checked()),
    write: (raw) => {
      const wanted = [raw ?? []].flat();
      for (const box of boxes) box.checked = wanted.includes(box.value);
    },
    focus: () => boxes[0]?.focus(),
  });
}

// Files

function fileInput(element, where) {
  let files = [];
  const max = element.max_files ?? 10;
  const accept = (element.filetypes ?? []).map((type) => `.${type}`).join(",");
  const input = el("input", {
    type: "file",
    class: "visually-hidden",
    accept: accept || null,
    multiple: max > 1,
    data: where.data,
    "aria-describedby": where.describedBy,
    on: {
      change: async () => {
        files = [...files, ...(await encoded(input.files))].slice(-max);
        input.value = "";
        draw();
        where.changed(node);
      },
    },
  });
  const names = el("ul", { class: "file-names" });
  const draw = () =>
    names.replaceChildren(
      ...files.map((file) =>
        el(
          "li",
          { class: "chip" },
          file.name,
          el("button", { type: "button", "aria-label": `Remove ${file.name}`, on: { click: () => { files = files.filter((one) => one !== file); draw(); } } }, icon("close")),
        ),
      ),
    );
  const node = el("div", { class: "file-input" }, el("label", { class: "button" }, input, icon("clip"), max > 1 ? "Add files" : "Add a file"), names);
  return register(element, where, node, {
    read: () => files,
    write: (raw) => {
      files = raw ?? [];
      draw();
    },
    focus: () => input.focus(),
  });
}

