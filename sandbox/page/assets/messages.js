// One message: who, when, its blocks and files, reactions, the thread below it, and what one may do with it.

import { act } from "./api.js";
import { Kept, el, icon, menu, openBeside, picture } from "./dom.js";
import { QUICK, emoji } from "./emoji.js";
import { Form } from "./form.js";
import { drawn } from "./modal.js";
import { emojiNode, mrkdwn, unescape } from "./mrkdwn.js";
import { unread } from "./reading.js";
import { ago, clockTime, fullTime, ofStamp, sameDay } from "./time.js";
import { complain } from "./toasts.js";
import { bot, channel, channelName, fullName, me, messages, redraw, user, world } from "./world.js";

const GROUP_SECONDS = 300;
const COLORS = 8;

export const isReply = (message) => Boolean(message.thread_ts) && message.thread_ts !== message.ts;

/** What the channel itself shows. */
export const topLevel = (id) => messages(id).filter((one) => !isReply(one) || one.subtype === "thread_broadcast");

/** The parent and its replies. */
export const inThread = (id, ts) => messages(id).filter((one) => one.ts === ts || one.thread_ts === ts);

/** Message nodes for one list; they stay while nothing about the message changes. */
export class MessageNodes {
  #kept = new Kept();
  #bodies = new Map();
  #editing = new Map();

  constructor({ openThread, thread = false }) {
    this.openThread = openThread;
    this.thread = thread;
  }

  /** `list` in order; `previous` decides whether the author is written again. */
  nodes(channelId, list) {
    this.#kept.only(list.map((one) => keyOf(channelId, one)));
    return list.map((message, index) => {
      const grouped = belongTogether(list[index - 1], message);
      const key = keyOf(channelId, message);
      const editing = this.#editing.has(key);
      const news = this.thread ? 0 : unreadReplies(channelId, message);
      return this.#kept.node(key, [message, grouped, editing, news], () => this.#draw(key, channelId, message, grouped, news));
    });
  }

  #draw(key, channelId, message, grouped, news) {
    const who = author(message);
    const at = ofStamp(message.ts);
    const editor = this.#editing.get(key);
    return el(
      "article",
      {
        class: ["message", grouped ? "grouped" : "", message.is_ephemeral ? "ephemeral" : ""].join(" "),
        data: { testid: "message", ts: message.ts, author: who.name },
        tabindex: "-1",
      },
      el("div", { class: "gutter" }, grouped ? el("time", { title: fullTime(at) }, clockTime(at).replace(/\s?[AP]M/, "")) : who.avatar()),
      el(
        "div",
        { class: "message-body" },
        message.is_ephemeral ? el("div", { class: "only-you" }, icon("info"), "Only visible to you") : null,
        grouped
          ? null
          : el(
              "div",
              { class: "message-head" },
              el("strong", { class: "author" }, who.name),
              who.app ? el("span", { class: "badge" }, "APP") : null,
              el("time", { datetime: at.toISOString(), title: fullTime(at) }, clockTime(at)),
            ),
        editor ?? this.#content(key, channelId, message),
        message.files?.length ? el("div", { class: "files" }, message.files.map(fileNode)) : null,
        reactions(channelId, message),
        this.thread ? null : threadSummary(message, channelId, news, () => this.openThread(message)),
        message.is_ephemeral
          ? el("button", { type: "button", class: "link-button", data: { testid: "dismiss" }, on: { click: () => doing("dismiss", { channel: channelId, ts: message.ts }) } }, "Dismiss message")
          : null,
      ),
      message.is_ephemeral || message.subtype === "tombstone" ? null : this.#toolbar(key, channelId, message),
    );
  }

  #content(key, channelId, message) {
    // What people type is written in marks, which Slack's composer turns into styles.
    if (!message.blocks?.length || !(message.bot_id || message.is_ephemeral))
      return el("div", { class: SYSTEM.test(message.subtype) ? "text muted" : "text" }, mrkdwn(message.text ?? ""), message.edited ? el("span", { class: "edited" }, "(edited)") : null, attachments(message));
    if (!this.#bodies.has(key)) this.#bodies.set(key, { kept: new Kept(), form: new Form() });
    const { kept, form } = this.#bodies.get(key);
    const nodes = drawn(kept, message.blocks, form, { channel: channelId, message_ts: message.ts }, () => channelId);
    return el("div", { class: "blocks" }, nodes, attachments(message)); // updated blocks carry no mark in Slack
  }

  #toolbar(key, channelId, message) {
    const button = (name, label, choose, testid) =>
      el("button", { type: "button", class: "quiet icon-only", title: label, "aria-label": label, data: { testid }, on: { click: (event) => choose(event.currentTarget) } }, icon(name));
    const mine = message.user === me() && !message.bot_id;
    const shortcuts = (world.state.shortcuts ?? []).filter(({ type }) => type === "message");
    return el(
      "div",
      { class: "toolbar", role: "toolbar", "aria-label": "Message actions" },
      button("smile", "Add a reaction", (anchor) => pickReaction(anchor, channelId, message.ts), "react"),
      this.thread ? null : button("reply", "Reply in thread", () => this.openThread(message), "reply"),
      mine ? button("edit", "Edit", () => this.#edit(key, channelId, message), "edit") : null,
      mine ? button("trash", "Delete", () => doing("delete", { channel: channelId, ts: message.ts }), "delete") : null,
      shortcuts.length
        ? button(
            "more",
            "More actions",
            (anchor) =>
              menu(
                anchor,
                shortcuts.map(({ name, callback_id, description }) => ({
                  label: name,
                  note: description,
                  data: { callbackId: callback_id },
                  choose: () => doing("message_shortcut", { callback_id, channel: channelId, ts: message.ts }),
                })),
                { alignRight: true },
              ),
            "message-more",
          )
        : null,
    );
  }

  #edit(key, channelId, message) {
    const done = () => {
      this.#editing.delete(key);
      redraw();
    };
    const save = async () => {
      const answer = await doing("edit", { channel: channelId, ts: message.ts, text: area.value });
      if (answer.ok) done();
    };
    const area = el("textarea", {
      class: "field",
      rows: 2,
      value: asTyped(message.text ?? ""),
      "aria-label": "Edit the message",
      data: { testid: "edit-text" },
      on: {
        keydown: (event) => {
          if (event.key === "Escape") done();
          else if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            save();
          }
        },
      },
    });
    this.#editing.set(
      key,
      el(
        "div",
        { class: "editor" },
        area,
        el("div", { class: "row" }, el("button", { type: "button", class: "button", on: { click: done } }, "Cancel"), el("button", { type: "button", class: "button primary", data: { testid: "edit-save" }, on: { click: save } }, "Save")),
      ),
    );
    redraw();
    area.focus();
  }
}

/** What Slack writes on somebody’s behalf: has joined, has left, archived the channel. */
const SYSTEM = /^(channel|group)_|^tombstone$/;

const keyOf = (channelId, message) => `${me()} ${channelId} ${message.ts}`;

async function doing(what, details) {
  const answer = await act(what, details);
  complain(answer);
  return answer;
}

function belongTogether(previous, message) {
  if (!previous || previous.is_ephemeral !== message.is_ephemeral || message.is_ephemeral) return false;
  const near = Number(message.ts) - Number(previous.ts) < GROUP_SECONDS && sameDay(ofStamp(previous.ts), ofStamp(message.ts));
  return near && !previous.reply_count && author(previous).key === author(message).key;
}

/** Who a message shows as its author. */
export function author(message) {
  const known = message.bot_id ? (user(message.user) ?? bot()) : user(message.user);
  const app = Boolean(message.bot_id || known?.is_bot);
  const name = message.username || (known ? fullName(known) : message.user === "USLACKBOT" ? "Slackbot" : "Somebody");
  const emojiName = message.icon_emoji?.replaceAll(":", "");
  return { app, name, key: `${message.user} ${message.bot_id} ${message.username}`, avatar: () => avatar(known, name, { app, emojiName }) };
}

/** A square with initials, the app's sign, or the emoji that the message asks for. */
export function avatar(person, name, { app = person?.is_bot, emojiName = null, small = false } = {}) {
  const shown = emojiName ? emoji(emojiName) : app ? icon("phone") : initials(name);
  const hue = app || emojiName ? "app" : `hue-${hash(person?.id ?? name) % COLORS}`;
  return el("span", { class: `avatar ${hue} ${small ? "small" : ""}`, "aria-hidden": "true" }, shown);
}

const initials = (name) => name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase();
const hash = (text) => [...String(text)].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) >>> 0, 7);

function attachments(message) {
  return (message.attachments ?? []).map((one) =>
    el(
      "div",
      { class: "attachment", style: { borderColor: one.color ? `#${one.color.replace("#", "")}` : "" } },
      one.blocks ? drawn(new Kept(), one.blocks, new Form(), { message_ts: message.ts }) : mrkdwn(one.text ?? one.fallback ?? ""),
    ),
  );
}

function fileNode(file) {
  const url = here(file.url_private ?? "");
  const name = file.title || file.name || "file";
  if (file.mimetype?.startsWith("image/"))
    return el("figure", { class: "file-picture", data: { testid: "file" } }, el("figcaption", {}, name), el("a", { href: url, target: "_blank", rel: "noopener" }, picture(url, name)));
  return el(
    "a",
    { class: "file", href: url, target: "_blank", rel: "noopener", data: { testid: "file" } },
    icon("file"),
    el("span", {}, el("strong", {}, name), el("small", {}, [file.pretty_type ?? file.mimetype, file.size ? bytes(file.size) : null].filter(Boolean).join(" · "))),
  );
}

/** Files lie on this server; its own name for itself may differ from the one in the address bar. */
const here = (url) => url.replace(/^https?:\/\/[^/]+(?=\/slack\/files\/)/, "");

const bytes = (count) => (count < 1024 ? `${count} B` : count < 1_048_576 ? `${Math.round(count / 1024)} kB` : `${(count / 1_048_576).toFixed(1)} MB`);

function reactions(channelId, message) {
  if (!message.reactions?.length) return null;
  return el(
    "div",
    { class: "reactions" },
    message.reactions.map(({ name, users = [], count }) =>
      el(
        "button",
        {
          type: "button",
          class: users.includes(me()) ? "reaction mine" : "reaction",
          title: `${users.map((id) => fullName(user(id))).join(", ")} reacted with :${name}:`,
          data: { testid: "reaction", name },
          on: { click: () => doing("react", { channel: channelId, ts: message.ts, name }) },
        },
        emojiNode(name),
        el("span", {}, String(count ?? users.length)),
      ),
    ),
    el("button", { type: "button", class: "reaction add", "aria-label": "Add a reaction", on: { click: (event) => pickReaction(event.currentTarget, channelId, message.ts) } }, icon("smile")),
  );
}

function pickReaction(anchor, channelId, ts) {
  const box = el(
    "div",
    { class: "menu picker", popover: "auto", data: { testid: "reaction-picker" } },
    QUICK.map((name) =>
      el(
        "button",
        {
          type: "button",
          title: `:${name}:`,
          data: { name },
          on: {
            click: () => {
              box.hidePopover();
              doing("react", { channel: channelId, ts, name });
            },
          },
        },
        emoji(name),
      ),
    ),
  );
  box.addEventListener("toggle", (event) => event.newState === "closed" && box.remove());
  openBeside(anchor, box, { alignRight: true });
}

const repliesTo = (channelId, message) => inThread(channelId, message.ts).filter((one) => one.ts !== message.ts && !one.is_ephemeral);

const unreadReplies = (channelId, message) => unread(channelId, repliesTo(channelId, message), message.ts).length;

function threadSummary(message, channelId, news, openIt) {
  const replies = repliesTo(channelId, message);
  const count = message.reply_count ?? replies.length;
  if (!count) return null;
  const people = new Map(replies.map((one) => [author(one).key, author(one)]));
  const last = message.latest_reply ?? replies.at(-1)?.ts;
  return el(
    "button",
    { type: "button", class: "thread-summary", data: { testid: "thread-summary" }, on: { click: openIt } },
    [...people.values()].slice(0, 4).map((one) => one.avatar()),
    el("strong", {}, `${count} ${count === 1 ? "reply" : "replies"}`),
    last ? el("span", { class: "muted" }, `Last reply ${ago(ofStamp(last))}`) : null,
    news ? el("span", { class: "count", "aria-label": `${news} unread` }, `${news} new`) : null,
  );
}

/** A stored text as its author would type it. */
export function asTyped(text) {
  const typed = text.replace(/<([^<>|\n]+)(?:\|([^<>\n]*))?>/g, (_, target, label) => {
    if (target.startsWith("@")) return `@${user(target.slice(1))?.name ?? label ?? target.slice(1)}`;
    if (target.startsWith("#")) return `#${label || channelName(channel(target.slice(1)))}`;
    if (target.startsWith("!")) return `@${target.slice(1)}`;
    return target.replace(/^(mailto|tel):/, "");
  });
  return unescape(typed);
}
