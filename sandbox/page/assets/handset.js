// The telephone beside the workspace: somebody outside who texts with one of the account's numbers.

import { act, encoded } from "./api.js";
import { fileChip } from "./composer.js";
import { arrange, el, icon, Kept, link, picture } from "./dom.js";
import { avatar } from "./messages.js";
import { clockTime, dayName, fullTime, sameDay } from "./time.js";
import { phone, redraw, world } from "./world.js";

const SEEN = "handset-seen";
const chosen = { person: null, number: null };
const added = new Set();
const kept = new Kept();
const seen = new Map(JSON.parse(sessionStorage.getItem(SEEN) ?? "[]"));
let files = [];
let shownConversation = null;

const people = el("div", { class: "handset-people", role: "tablist", "aria-label": "Who holds the handset" });
const other = el("input", {
  class: "field",
  type: "tel",
  placeholder: "Another number, e.g. 503-555-0188",
  "aria-label": "Number of another person",
  data: { testid: "handset-person" },
  on: {
    keydown: (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      addPerson();
    },
    change: () => addPerson(),
  },
});
const otherRow = el("div", { class: "handset-other", hidden: true }, other, el("button", { type: "button", class: "button", on: { click: () => addPerson() } }, "Use"));
const number = el("select", {
  class: "field select",
  "aria-label": "The number to text with",
  data: { testid: "handset-number" },
  on: {
    change: () => {
      chosen.number = number.value || null;
      redraw();
    },
  },
});
const bubbles = el("div", { class: "bubbles", role: "log", "aria-live": "polite", data: { testid: "bubbles" } });
const area = el("textarea", {
  rows: 1,
  placeholder: "Text message",
  "aria-label": "Text message",
  data: { testid: "handset-text" },
  on: {
    input: () => grow(),
    keydown: (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      send();
    },
  },
});
const fileInput = el("input", {
  type: "file",
  accept: "image/*,video/*,audio/*,application/pdf,text/vcard",
  multiple: true,
  class: "visually-hidden",
  tabindex: "-1",
  data: { testid: "handset-file" },
  on: {
    change: () => {
      files = [...files, ...fileInput.files];
      fileInput.value = "";
      drawFiles();
    },
  },
});
const chips = el("ul", { class: "file-names" });
const sendButton = el("button", { type: "button", class: "send", "aria-label": "Send the text", disabled: true, data: { testid: "handset-send" }, on: { click: () => send() } }, icon("send"));
const problem = el("p", { class: "error", hidden: true, role: "alert", data: { testid: "handset-error" } });

export const handset = el(
  "aside",
  { class: "handset", "aria-label": "Handset", data: { testid: "handset" } },
  el("div", { class: "handset-intro" }, el("h2", {}, "Handset"), el("p", {}, "A customer’s phone. Text one of your numbers and see what comes back.")),
  el(
    "div",
    { class: "device" },
    el("div", { class: "device-top" }, people, otherRow, el("label", { class: "handset-to" }, el("span", {}, "To"), number)),
    bubbles,
    el("div", { class: "device-foot" }, problem, chips, el("div", { class: "device-compose" }, el("label", { class: "quiet icon-only", title: "Attach a picture" }, fileInput, icon("clip")), area, sendButton)),
  ),
);

/** Draw the handset; returns how many texts wait unseen, for the button that leads here on a phone. */
export function drawHandset(visible) {
  const { numbers, people: known } = world.state.handset;
  const everyone = allPeople(known);
  chosen.person ??= everyone[0]?.number ?? null;
  if (!numbers.some((one) => one.number === chosen.number)) chosen.number = numbers[0]?.number ?? null;

  const texts = world.state.handset.messages;
  const here = texts.filter((one) => one.person === chosen.person && one.number === chosen.number);
  if (visible && here.length) remember(chosen.person, chosen.number, here.at(-1).id);
  const unread = new Map(everyone.map((one) => [one.number, unseen(texts.filter((text) => text.person === one.number))]));

  drawPeople(everyone, unread);
  drawNumbers(numbers, texts);
  drawBubbles(here, numbers);
  sendButton.disabled = !ready();
  return [...unread.values()].reduce((sum, count) => sum + count, 0);
}

function allPeople(known) {
  const numbers = new Map(known.map((one) => [one.number, one]));
  for (const { person } of world.state.handset.messages) if (!numbers.has(person)) numbers.set(person, { number: person, name: null });
  for (const person of added) if (!numbers.has(person)) numbers.set(person, { number: person, name: null });
  return [...numbers.values()];
}

function drawPeople(everyone, unread) {
  const tabs = everyone.map((one) =>
    kept.node(`person ${one.number}`, [one, chosen.person === one.number, unread.get(one.number)], () =>
      el(
        "button",
        {
          type: "button",
          role: "tab",
          class: "person",
          "aria-selected": String(chosen.person === one.number),
          title: `${one.name ?? "Somebody"} · ${phone(one.number)}`,
          data: { testid: "handset-pick", person: one.number, unread: String(unread.get(one.number)) },
          on: {
            click: () => {
              chosen.person = one.number;
              redraw();
            },
          },
        },
        avatar({ id: one.number }, one.name ?? "?"),
        el("span", { class: "person-name" }, one.name?.split(" ")[0] ?? phone(one.number).slice(-8)),
        unread.get(one.number) ? el("span", { class: "count", "aria-label": `${unread.get(one.number)} unread` }, String(unread.get(one.number))) : null,
      ),
    ),
  );
  const plus = kept.node("add", otherRow.hidden, () =>
    el(
      "button",
      {
        type: "button",
        class: "person add",
        "aria-expanded": String(!otherRow.hidden),
        data: { testid: "handset-other" },
        on: {
          click: () => {
            otherRow.hidden = !otherRow.hidden;
            if (!otherRow.hidden) other.focus();
            redraw();
          },
        },
      },
      el("span", { class: "avatar" }, icon("plus")),
      el("span", { class: "person-name" }, "Other"),
    ),
  );
  arrange(people, [...tabs, plus]);
}

function addPerson() {
  const digits = other.value.replace(/\D/g, "");
  if (!digits) return;
  const full = digits.length === 10 ? `1${digits}` : digits;
  if (full.length < 11 && !other.value.trim().startsWith("+")) {
    fail("A phone number has at least ten digits, e.g. 503-555-0188.");
    return;
  }
  added.add(full);
  chosen.person = full;
  other.value = "";
  otherRow.hidden = true;
  fail(null);
  redraw();
  area.focus();
}

function drawNumbers(numbers, texts) {
  const options = numbers.length
    ? numbers.map((one) => {
        const waiting = one.number === chosen.number ? 0 : unseen(texts.filter((text) => text.number === one.number && text.person === chosen.person));
        const label = [phone(one.number), one.alias].filter(Boolean).join(" · ") + (one.messaging === false ? " · texting off" : "") + (waiting ? ` (${waiting} new)` : "");
        return kept.node(`number ${one.number}`, label, () => el("option", { value: one.number }, label));
      })
    : [kept.node("no number", 0, () => el("option", { value: "" }, "No numbers yet"))];
  arrange(number, options);
  number.value = chosen.number ?? "";
  number.disabled = !numbers.length;
  area.disabled = !numbers.length;
}

function drawBubbles(texts, numbers) {
  const nodes = [];
  texts.forEach((text, index) => {
    const at = new Date(text.at);
    if (!index || !sameDay(new Date(texts[index - 1].at), at)) nodes.push(kept.node(`day ${text.id}`, dayName(at), () => el("p", { class: "bubble-day" }, dayName(at))));
    nodes.push(kept.node(`text ${text.id}`, [text, index === texts.length - 1], () => bubble(text, at)));
  });
  if (!texts.length)
    nodes.push(
      kept.node("empty", numbers.length, () =>
        el(
          "div",
          { class: "bubbles-empty" },
          icon("phone"),
          numbers.length
            ? el("p", {}, "No texts with this number yet.")
            : [el("p", {}, "The account has no number to text with yet."), el("p", {}, "Buy one in the workspace: ", el("code", {}, "/flowroute numbers search 206"))],
        ),
      ),
    );
  const conversation = `${chosen.person} ${chosen.number}`;
  const atEnd = bubbles.scrollHeight - bubbles.scrollTop - bubbles.clientHeight < 40 || conversation !== shownConversation;
  shownConversation = conversation;
  arrange(bubbles, nodes);
  if (atEnd) bubbles.scrollTop = bubbles.scrollHeight;
}

function bubble(text, at) {
  const sent = text.direction === "to_number";
  return el(
    "div",
    { class: `bubble ${sent ? "sent" : "received"}`, data: { testid: "bubble", direction: text.direction, state: text.state ?? "", id: text.id } },
    (text.media ?? []).map((one) =>
      one.mime_type?.startsWith("image/") ? el("a", { href: one.url, target: "_blank", rel: "noopener" }, picture(one.url, one.file_name ?? "picture")) : link(new URL(one.url, location.href).href, icon("file"), one.file_name ?? one.mime_type),
    ),
    text.body ? el("p", {}, text.body) : null,
    el("time", { title: fullTime(at) }, [clockTime(at), sent || text.state === "received" ? stateName(text.state, sent) : null].filter(Boolean).join(" · ")),
  );
}

const stateName = (state, sent) => (sent ? (state ?? "sent") : null);

function unseen(texts) {
  const conversations = Map.groupBy(texts, (one) => `${one.person} ${one.number}`);
  let count = 0;
  for (const [key, list] of conversations) {
    const from = list.findIndex((one) => String(one.id) === seen.get(key)) + 1;
    count += list.slice(from).filter((one) => one.direction === "from_number").length;
  }
  return count;
}

function remember(person, at, id) {
  seen.set(`${person} ${at}`, String(id));
  sessionStorage.setItem(SEEN, JSON.stringify([...seen]));
}

const ready = () => Boolean(chosen.person && chosen.number && (area.value.trim() || files.length));

function grow() {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, 120)}px`;
  sendButton.disabled = !ready();
}

function drawFiles() {
  chips.replaceChildren(
    ...files.map((file) =>
      fileChip(file, () => {
        files = files.filter((one) => one !== file);
        drawFiles();
      }),
    ),
  );
  grow();
}

function fail(sentence) {
  problem.hidden = !sentence;
  problem.textContent = sentence ?? "";
}

async function send() {
  if (!ready()) return;
  const [text, sending] = [area.value, files];
  area.value = "";
  files = [];
  fail(null);
  drawFiles();
  const answer = await act("handset_send", {
    person: chosen.person,
    number: chosen.number,
    text,
    files: sending.length ? await encoded(sending) : undefined,
  });
  if (answer.ok) return;
  fail(answer.error);
  if (!area.value && !files.length) {
    area.value = text;
    files = sending;
    drawFiles();
  }
}
