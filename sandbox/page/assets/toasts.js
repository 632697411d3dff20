// Short notes at the foot of the page. They lie above open dialogs.

import { el, icon } from "./dom.js";

const READ_MS = 6000;
const box = el("div", { class: "toasts", popover: "manual", role: "status", "aria-live": "polite", data: { testid: "toasts" } });

/** `level` is info, warning or error; an error stays until it is dismissed. */
export function toast(text, level = "info") {
  if (!box.isConnected) document.body.append(box);
  const note = el(
    "div",
    { class: `toast ${level}`, data: { testid: "toast", level } },
    icon(level === "info" ? "info" : "warning"),
    el("span", {}, text),
    el("button", { type: "button", "aria-label": "Dismiss", on: { click: () => dismiss(note) } }, icon("close")),
  );
  box.append(note);
  raise();
  if (level !== "error") setTimeout(() => dismiss(note), READ_MS);
}

/** The top layer is ordered by opening, so the notes are opened again after a dialog. */
export function raise() {
  if (!box.childElementCount) return;
  if (box.matches(":popover-open")) box.hidePopover();
  box.showPopover();
}

function dismiss(note) {
  note.remove();
  if (!box.childElementCount && box.matches(":popover-open")) box.hidePopover();
}
