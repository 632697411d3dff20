// Short notes at the foot of the page. They lie above open dialogs.

import { el, icon } from "./dom.js";

const READ_MS = { info: 6000, warning: 10_000, error: 20_000 };
const box = el("div", { class: "toasts", popover: "manual", role: "status", "aria-live": "polite", data: { testid: "toasts" } });

/** `level` is info, warning or error; the worse, the longer it stays. */
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
  setTimeout(() => dismiss(note), READ_MS[level]);
}

/** Say why something could not be done, unless a notice of the workspace has just said it. */
export function complain(answer) {
  if (!answer.ok && !answer.noticed) toast(answer.error ?? "That could not be done.", "error");
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
