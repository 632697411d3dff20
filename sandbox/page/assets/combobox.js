// A text field with suggestions: for options the app supplies while one types, and for choosing several.

import { el, icon, openBeside } from "./dom.js";

const TYPING_PAUSE_MS = 150;
let count = 0;

/**
 * `search(query)` resolves to options `{value, label, description?, group?}`, or to null for "type more".
 * `onChange(chosen)` hears every choice. Returns `{node, input, chosen(), choose(options)}`.
 */
export function combobox({ search, onChange, several = false, max = Infinity, chosen = [], placeholder = "", data = {}, describedBy = null }) {
  const id = `suggestions-${++count}`;
  let picked = [...chosen];
  let options = [];
  let active = -1;
  let asked = 0;
  let timer = null;

  const list = el("div", { id, class: "menu suggestions", popover: "manual", role: "listbox" });
  const input = el("input", {
    type: "text",
    role: "combobox",
    autocomplete: "off",
    "aria-expanded": "false",
    "aria-controls": id,
    "aria-autocomplete": "list",
    "aria-describedby": describedBy,
    data,
    on: {
      input: () => {
        if (!several && picked.length) set([]);
        clearTimeout(timer);
        timer = setTimeout(suggest, TYPING_PAUSE_MS);
      },
      focus: suggest,
      click: () => list.matches(":popover-open") || suggest(),
      blur: () => {
        close();
        if (!several) input.value = picked[0]?.label ?? "";
      },
      keydown: onKey,
    },
  });
  const chips = el("span", { class: "chips" });
  const node = el("div", { class: "combobox", on: { mousedown: (event) => event.target === node && setTimeout(() => input.focus()) } }, chips, input, icon("down"));

  async function suggest() {
    clearTimeout(timer);
    timer = null;
    const mine = ++asked;
    const query = several || !picked.length ? input.value.trim() : "";
    let found;
    try {
      found = await search(query);
    } catch (error) {
      found = error.message;
    }
    if (mine !== asked || document.activeElement !== input) return;
    if (typeof found === "string" || !found?.length) {
      options = [];
      active = -1;
      show([el("p", { class: "muted" }, typeof found === "string" ? found : found ? "Nothing matches" : "Type to search")]);
      return;
    }
    options = several ? found.filter(({ value }) => !picked.some((one) => one.value === value)) : found;
    active = options.length ? 0 : -1;
    show(rows());
  }

  function rows() {
    const nodes = [];
    options.forEach((option, index) => {
      if (option.group && option.group !== options[index - 1]?.group) nodes.push(el("div", { class: "group" }, option.group));
      nodes.push(
        el(
          "div",
          {
            id: `${id}-${index}`,
            role: "option",
            class: index === active ? "active" : null,
            "aria-selected": String(index === active),
            data: { testid: "option", value: option.value },
            on: {
              mousedown: (event) => {
                event.preventDefault();
                pick(option);
              },
            },
          },
          option.label,
          option.description ? el("small", {}, option.description) : null,
        ),
      );
    });
    return nodes;
  }

  function show(nodes) {
    list.replaceChildren(...nodes);
    if (!list.matches(":popover-open")) openBeside(node, list, { width: 200 });
    input.setAttribute("aria-expanded", "true");
    mark();
  }

  function mark() {
    list.querySelectorAll("[role=option]").forEach((row, index) => {
      row.classList.toggle("active", index === active);
      row.setAttribute("aria-selected", String(index === active));
      if (index === active) row.scrollIntoView({ block: "nearest" });
    });
    input.setAttribute("aria-activedescendant", active >= 0 ? `${id}-${active}` : "");
  }

  function close() {
    clearTimeout(timer);
    timer = null;
    asked += 1;
    if (list.matches(":popover-open")) list.hidePopover();
    list.remove();
    input.setAttribute("aria-expanded", "false");
  }

  async function onKey(event) {
    const open = list.matches(":popover-open");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) suggest();
      else if (options.length) {
        active = (active + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length;
        mark();
      }
    } else if (event.key === "Enter" && (timer !== null || (open && active >= 0))) {
      event.preventDefault();
      if (timer !== null) await suggest(); // what is listed still answers the text before
      if (active >= 0) pick(options[active]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Backspace" && several && !input.value && picked.length) {
      change(picked.slice(0, -1));
    }
  }

  function pick(option) {
    if (!several) {
      change([option]);
      close();
    } else if (picked.length < max) {
      input.value = "";
      change([...picked, option]);
      suggest();
    }
  }

  function change(next) {
    set(next);
    onChange(next);
  }

  function set(next) {
    picked = next;
    if (several) {
      chips.replaceChildren(...picked.map(chip));
    } else if (picked.length) input.value = picked[0].label;
    input.placeholder = picked.length && several ? "" : placeholder;
  }

  const chip = (option) =>
    el(
      "span",
      { class: "chip" },
      option.label,
      el(
        "button",
        { type: "button", "aria-label": `Remove ${option.label}`, on: { click: () => change(picked.filter(({ value }) => value !== option.value)) } },
        icon("close"),
      ),
    );

  set(picked);
  return {
    node,
    input,
    chosen: () => picked,
    choose: (next) => {
      if (!several && !next.length) input.value = "";
      set(next);
    },
  };
}
