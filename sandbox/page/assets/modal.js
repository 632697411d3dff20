// The open views of the person, as a dialog: the top one is shown, those below it keep what was typed.

import { act } from "./api.js";
import { block, showError } from "./blocks.js";
import { Kept, arrange, el, icon } from "./dom.js";
import { Form } from "./form.js";
import { plain } from "./mrkdwn.js";
import { complain, raise, toast } from "./toasts.js";
import { world } from "./world.js";

const open = new Map();
let shown = null;
const frame = el("dialog", {
  class: "modal",
  closedby: "none",
  tabindex: "-1",
  data: { testid: "modal" },
  on: { cancel: (event) => event.preventDefault() },
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !shown || document.querySelector(".confirm[open], .menu:popover-open")) return;
  event.preventDefault();
  shown.close(false);
});

export function drawViews() {
  const views = world.state.views ?? [];
  for (const id of open.keys()) if (!views.some((view) => view.id === id)) open.delete(id);
  for (const view of views) {
    if (!open.has(view.id)) open.set(view.id, new OpenView(view.id));
    open.get(view.id).update(view, views.length > 1 && view !== views[0]);
  }
  const top = views.length ? open.get(views.at(-1).id) : null;
  if (top === shown) {
    // An update may have taken the focused element away.
    if (top && document.activeElement === document.body) frame.focus({ preventScroll: true });
    return;
  }
  shown = top;
  if (!top) {
    frame.close();
    frame.remove();
    return;
  }
  frame.replaceChildren(top.node);
  if (!frame.isConnected) document.body.append(frame);
  if (!frame.open) {
    frame.showModal();
    raise();
  }
  top.focus();
}

class OpenView {
  #form = new Form();
  #blocks = new Kept();
  #view = null;
  #title = el("h2", { id: "modal-title" });
  #back = el("button", { type: "button", class: "quiet icon-only", "aria-label": "Back", on: { click: () => this.close(false) } }, icon("back"));
  #body = el("div", { class: "modal-body" });
  #cancel = el("button", { type: "button", class: "button", data: { testid: "modal-cancel" }, on: { click: () => this.close(false) } });
  #submit = el("button", { type: "submit", class: "button primary", data: { testid: "modal-submit" } });

  constructor(id) {
    this.id = id;
    this.node = el(
      "form",
      {
        novalidate: true,
        "aria-labelledby": "modal-title",
        on: {
          submit: (event) => {
            event.preventDefault();
            this.submit();
          },
        },
      },
      el(
        "header",
        { class: "modal-head" },
        this.#back,
        this.#title,
        el(
          "button",
          { type: "button", class: "quiet icon-only", "aria-label": "Close", data: { testid: "modal-close" }, on: { click: () => this.close(true) } },
          icon("close"),
        ),
      ),
      this.#body,
      el("footer", { class: "dialog-foot" }, this.#cancel, this.#submit),
    );
  }

  update(view, pushed) {
    this.#view = view;
    this.#back.hidden = !pushed;
    this.node.dataset.viewId = view.id;
    this.node.dataset.callbackId = view.callback_id ?? "";
    this.#title.textContent = plain(view.title);
    this.#cancel.textContent = view.close ? plain(view.close) : view.submit ? "Cancel" : "Close";
    this.#submit.hidden = !view.submit;
    this.#submit.textContent = view.submit ? plain(view.submit) : "";
    arrange(this.#body, drawn(this.#blocks, view.blocks, this.#form, { view_id: view.id }));
    this.#form.only(this.#body);
  }

  focus() {
    const wanted = this.#form.first(({ element }) => element.focus_on_load) ?? this.#form.first();
    if (wanted) wanted.focus();
    else (this.#submit.hidden ? this.#cancel : this.#submit).focus();
  }

  async submit() {
    if (this.node.classList.contains("busy") || this.#submit.hidden) return;
    const problems = this.#form.problems();
    if (Object.keys(problems).length) return this.#show(problems);
    this.node.classList.add("busy");
    this.#submit.disabled = true;
    const answer = await act("submit", { view_id: this.id, values: this.#form.values() });
    this.node.classList.remove("busy");
    this.#submit.disabled = false;
    if (answer.errors) this.#show(answer.errors);
    else complain(answer);
  }

  async close(all) {
    const answer = await act("close", { view_id: this.id, all });
    complain(answer);
  }

  #show(problems) {
    let first = null;
    for (const [blockId, sentence] of Object.entries(problems)) {
      const node = [...this.#body.children].find((one) => one.dataset.block === blockId && one.matches(".input-block"));
      if (node) showError(node, sentence);
      else toast(sentence, "error");
      first ??= node;
    }
    if (first) this.#form.first(({ blockId }) => blockId === first.dataset.block)?.focus();
  }
}

/**
 * The nodes of `blocks`. A block that has not changed keeps its node; in one that has, what was typed into the inputs
 * of the same block_id and action_id is kept, as Slack does.
 */
export function drawn(kept, blocks, form, surface, current = null) {
  const keys = blocks.map((one, index) => one.block_id ?? `#${index}`);
  kept.only(keys);
  return blocks.map((one, index) =>
    kept.node(keys[index], one, () => {
      const typed = form.take(one.block_id);
      const node = block(one, { surface, form, current });
      form.give(one.block_id, typed);
      return node;
    }),
  );
}
