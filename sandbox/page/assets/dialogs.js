// Dialogs of the client itself: the question before an action.

import { el } from "./dom.js";
import { plain, textNodes } from "./mrkdwn.js";
import { raise } from "./toasts.js";

/** Ask what a `confirm` object says. Resolves to whether the person agreed. */
export function confirmed(confirm) {
  return new Promise((resolve) => {
    const answer = (agreed) => {
      dialog.close();
      dialog.remove();
      resolve(agreed);
    };
    const yes = el(
      "button",
      { type: "button", class: `button ${confirm.style === "danger" ? "danger" : "primary"}`, data: { testid: "confirm-yes" }, on: { click: () => answer(true) } },
      confirm.confirm ? plain(confirm.confirm) : "Yes",
    );
    const dialog = el(
      "dialog",
      {
        class: "confirm",
        closedby: "none",
        data: { testid: "confirm" },
        on: {
          keydown: (event) => {
            event.stopPropagation();
            if (event.key === "Escape") answer(false);
          },
          cancel: (event) => event.preventDefault(),
        },
      },
      el("h2", {}, confirm.title ? plain(confirm.title) : "Are you sure?"),
      el("div", { class: "confirm-text" }, textNodes(confirm.text)),
      el(
        "div",
        { class: "dialog-foot" },
        el("button", { type: "button", class: "button", data: { testid: "confirm-no" }, on: { click: () => answer(false) } }, confirm.deny ? plain(confirm.deny) : "Cancel"),
        yes,
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
    raise();
    yes.focus();
  });
}
