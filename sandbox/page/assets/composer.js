// Where people write: a growing text field with files, suggestions for commands, people and channels, and shortcuts.

import { act, encoded } from "./api.js";
import { el, icon, menu, openBeside } from "./dom.js";
import { complain, toast } from "./toasts.js";
import { channelName, fullName, world } from "./world.js";

const MAX_HEIGHT = 220;

/**
 * `testid` names the field for tests, `inThread` switches slash commands off, as in Slack's threads.
 * `at(key, {channel, thread, placeholder})` moves it to another conversation; every conversation keeps its own draft.
 */
export class Composer {
  #place = null;
  #key = null;
  #drafts = new Map();
  #files = [];
  #suggestions = [];
  #active = 0;

  constructor({ testid, inThread = false }) {
    this.inThread = inThread;
    this.area = el("textarea", {
      rows: 1,
      data: { testid },
      on: { input: () => this.#typed(), keydown: (event) => this.#onKey(event), blur: () => this.#closeList(), click: () => this.#typed(), paste: (event) => this.#pasted(event) },
    });
    this.list = el("div", { class: "menu suggestions", popover: "manual", role: "listbox", data: { testid: "suggestions" } });
    this.hint = el("p", { class: "usage", data: { testid: "usage" }, hidden: true });
    this.fileInput = el("input", { type: "file", multiple: true, class: "visually-hidden", tabindex: "-1", data: { testid: `${testid}-file` }, on: { change: () => this.#attach(this.fileInput.files) } });
    this.chips = el("ul", { class: "file-names" });
    this.button = el("button", { type: "button", class: "send", "aria-label": "Send", title: "Send (Enter)", disabled: true, data: { testid: `${testid}-send` }, on: { click: () => this.send() } }, icon("send"));
    this.box = el(
      "div",
      { class: "composer" },
      this.area,
      this.chips,
      el(
        "div",
        { class: "composer-foot" },
        el("label", { class: "quiet icon-only", title: "Attach a file" }, this.fileInput, icon("clip")),
        inThread ? null : el("button", { type: "button", class: "quiet icon-only", title: "Shortcuts and commands", "aria-label": "Shortcuts and commands", data: { testid: "shortcuts" }, on: { click: (event) => this.#shortcuts(event.currentTarget) } }, icon("bolt")),
        el("span", { class: "spacer" }),
        el("span", { class: "keys" }, el("b", {}, "Enter"), " to send · ", el("b", {}, "Shift+Enter"), " for a new line"),
        this.button,
      ),
    );
    this.node = el("div", { class: "composer-area" }, this.hint, this.box);
  }

  at(key, place) {
    this.#place = place;
    this.area.placeholder = place.placeholder;
    this.area.setAttribute("aria-label", place.placeholder);
    if (key === this.#key) return;
    if (this.#key !== null) this.#drafts.set(this.#key, { text: this.area.value, files: this.#files });
    this.#key = key;
    const draft = this.#drafts.get(key) ?? { text: "", files: [] };
    this.#write(draft.text, draft.files);
  }

  focus() {
    this.area.focus();
  }

  async send() {
    const [text, files, key, place] = [this.area.value.trim(), this.#files, this.#key, this.#place];
    if (!text && !files.length) return;
    const command = /^(\/[a-z][\w-]*)(?:\s+([\s\S]*))?$/i.exec(text);
    if (command && this.inThread) {
      toast(`${command[1]} does not work in threads. Use it in the channel.`, "warning");
      return;
    }
    this.#write("", []);
    this.#drafts.delete(key);
    const answer = command
      ? await act("command", { channel: place.channel, command: command[1], text: command[2] ?? "" })
      : await act("post", { channel: place.channel, text, thread_ts: place.thread, files: files.length ? await encoded(files) : undefined });
    complain(answer);
    if (answer.ok || answer.noticed) return;
    if (key === this.#key && !this.area.value) this.#write(text, files);
    else if (!this.#drafts.get(key)?.text) this.#drafts.set(key, { text, files });
  }

  #write(text, files) {
    this.area.value = text;
    this.#files = files;
    this.#drawFiles();
    this.#typed();
    this.#closeList();
  }

  #typed() {
    this.area.style.height = "auto";
    this.area.style.height = `${Math.min(this.area.scrollHeight, MAX_HEIGHT)}px`;
    this.button.disabled = !this.area.value.trim() && !this.#files.length;
    this.#suggest();
    this.#usage();
  }

  #attach(files) {
    this.#files = [...this.#files, ...files];
    this.fileInput.value = "";
    this.#drawFiles();
    this.#typed();
    this.area.focus();
  }

  #pasted(event) {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    this.#attach(event.clipboardData.files);
  }

  #drawFiles() {
    this.chips.replaceChildren(...this.#files.map((file) => fileChip(file, () => {
      this.#files = this.#files.filter((one) => one !== file);
      this.#drawFiles();
      this.#typed();
    })));
  }

  /** Once a command is written out, how it goes on. */
  #usage() {
    const name = /^(\/\S+)\s/.exec(this.area.value)?.[1];
    const command = name && !this.inThread ? world.state?.commands.find((one) => one.command === name) : null;
    this.hint.hidden = !command;
    if (command) this.hint.replaceChildren(el("code", {}, `${command.command} ${command.usage_hint ?? ""}`), ` ${command.description ?? ""}`);
  }

  #suggest() {
    const before = this.area.value.slice(0, this.area.selectionStart);
    this.#suggestions = document.activeElement === this.area && world.state ? this.#matching(before) : [];
    this.#active = 0;
    if (!this.#suggestions.length) {
      this.#closeList();
      return;
    }
    this.list.replaceChildren(
      ...this.#suggestions.map(({ label, note, description }, index) =>
        el(
          "div",
          {
            role: "option",
            data: { testid: "suggestion" },
            on: {
              mousedown: (event) => {
                event.preventDefault();
                this.#complete(index);
              },
            },
          },
          el("span", {}, el("strong", {}, label), note ? el("code", {}, note) : null),
          description ? el("small", {}, description) : null,
        ),
      ),
    );
    if (!this.list.matches(":popover-open")) openBeside(this.box, this.list);
    const at = this.box.getBoundingClientRect();
    this.list.style.left = `${at.left}px`;
    this.list.style.width = `${Math.min(at.width, 560)}px`;
    this.list.style.top = `${at.top - this.list.offsetHeight - 6}px`;
    this.#mark();
  }

  #matching(before) {
    const command = /^\/(\S*)$/.exec(before);
    if (command && !this.inThread)
      return world.state.commands
        .filter((one) => one.command.startsWith(before))
        .map((one) => ({ label: one.command, note: one.usage_hint, description: one.description, text: `${one.command} `, from: 0, whole: one.command }));
    const word = /(?:^|\s)([@#])([\p{L}\p{N}._-]*)$/u.exec(before);
    if (!word) return [];
    const [, sign, typed] = word;
    const from = before.length - typed.length - 1;
    const found = sign === "@" ? this.#people() : this.#channels();
    return found
      .filter(({ search }) => search.toLowerCase().includes(typed.toLowerCase()))
      .slice(0, 8)
      .map((one) => ({ ...one, text: `${one.whole} `, from }));
  }

  #people() {
    const people = world.state.users.map((one) => ({ label: fullName(one), note: `@${one.name}`, whole: `@${one.name}`, search: `${one.name} ${fullName(one)}` }));
    return [...people, { label: "@here", description: "Everybody who is here", whole: "@here", search: "here" }];
  }

  #channels() {
    return world.state.channels.filter((one) => !one.is_im).map((one) => ({ label: `#${channelName(one)}`, description: one.topic || null, whole: `#${one.name}`, search: one.name }));
  }

  #complete(index) {
    const { text, from } = this.#suggestions[index];
    const end = this.area.selectionStart;
    this.area.setRangeText(text, from, end, "end");
    this.#closeList();
    this.area.focus();
    this.#typed();
  }

  #mark() {
    [...this.list.children].forEach((row, index) => {
      row.classList.toggle("active", index === this.#active);
      row.setAttribute("aria-selected", String(index === this.#active));
      if (index === this.#active) row.scrollIntoView({ block: "nearest" });
    });
  }

  #closeList() {
    this.#suggestions = [];
    if (this.list.matches(":popover-open")) this.list.hidePopover();
  }

  #onKey(event) {
    if (event.isComposing) return;
    const count = this.#suggestions.length;
    if (count && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.#active = (this.#active + (event.key === "ArrowDown" ? 1 : count - 1)) % count;
      this.#mark();
    } else if (count && event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.#closeList();
    } else if (count && event.key === "Tab") {
      event.preventDefault();
      this.#complete(this.#active);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      const chosen = this.#suggestions[this.#active];
      const typed = chosen && this.area.value.slice(chosen.from, this.area.selectionStart);
      if (chosen && typed !== chosen.whole) this.#complete(this.#active);
      else this.send();
    }
  }

  #shortcuts(anchor) {
    const shortcuts = world.state.shortcuts.filter(({ type }) => type === "global");
    menu(anchor, [
      ...shortcuts.map(({ name, callback_id, description }) => ({
        label: name,
        note: description,
        data: { callbackId: callback_id },
        choose: async () => {
          const answer = await act("shortcut", { callback_id });
          complain(answer);
        },
      })),
      ...world.state.commands.map(({ command, description }) => ({
        label: command,
        note: description,
        choose: () => {
          if (!this.area.value) this.area.value = `${command} `;
          this.area.focus();
          this.#typed();
        },
      })),
    ]);
  }
}

/** A file about to be sent, with a button to take it away. */
export function fileChip(file, remove) {
  return el(
    "li",
    { class: "chip" },
    file.type.startsWith("image/") ? preview(file) : icon("file"),
    file.name,
    el("button", { type: "button", "aria-label": `Remove ${file.name}`, on: { click: remove } }, icon("close")),
  );
}

function preview(file) {
  const url = URL.createObjectURL(file);
  return el("img", { src: url, alt: "", on: { load: () => URL.revokeObjectURL(url) } });
}
