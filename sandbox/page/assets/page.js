// The page: who one is, what is open, and drawing all of it whenever the server says that something changed.

import { act } from "./api.js";
import { Composer } from "./composer.js";
import { Kept, arrange, el, icon, menu, openBeside } from "./dom.js";
import { Form } from "./form.js";
import { drawHandset, handset } from "./handset.js";
import { MessageNodes, avatar, inThread, topLevel } from "./messages.js";
import { drawViews, drawn } from "./modal.js";
import { markRead, unread } from "./reading.js";
import { clockTime, dayName, ofStamp, sameDay } from "./time.js";
import { complain, toast } from "./toasts.js";
import { bot, channel, channelName, fullName, me, onChange, redraw, refresh, user, world } from "./world.js";

const HOME = "home";
const RECONNECT_NOTE_MS = 1500;
const ANSWER_MS = 15_000;

/** What is open, also written into the address: `#/<person>/<channel or home>/<thread>`. */
const place = { channel: null, thread: null };
const byId = (id) => document.getElementById(id);
const kept = new Kept();
const composer = new Composer({ testid: "composer" });
const threadComposer = new Composer({ testid: "thread-composer", inThread: true });
const channelMessages = new MessageNodes({ openThread });
const threadMessages = new MessageNodes({ openThread: () => {}, thread: true });
let home = null;
let unreadFrom = null;
let shownList = null;
let shownThread = null;
let events = null;
let noticesSeen = null;

// Where one is

function go(to) {
  location.hash = ["#", to.as ?? me(), to.channel ?? "", to.thread ?? ""].join("/").replace(/\/+$/, "");
}

function openThread(message) {
  go({ channel: place.channel, thread: message.thread_ts ?? message.ts });
}

function followAddress() {
  const [, as, channelId, thread] = location.hash.split("/");
  place.thread = thread || null;
  if (channelId !== place.channel) unreadFrom = null;
  place.channel = channelId || null;
  document.body.classList.remove("show-sidebar");
  if (as && as !== world.as) become(as);
  else redraw();
  if (place.channel === HOME) act("open_home");
}

function become(as) {
  world.as = as;
  noticesSeen = null;
  unreadFrom = null;
  listen();
  refresh();
}

function listen() {
  events?.close();
  events = new EventSource(`/page/events?as=${encodeURIComponent(me())}`);
  let note = null;
  events.onopen = () => {
    clearTimeout(note);
    byId("offline").hidden = true;
    refresh();
  };
  events.onmessage = (event) => {
    if (JSON.parse(event.data).version !== world.state?.version) refresh();
  };
  events.onerror = () => {
    clearTimeout(note);
    note = setTimeout(() => (byId("offline").hidden = false), RECONNECT_NOTE_MS);
  };
}

// Drawing

function draw() {
  const { state } = world;
  if (place.channel !== HOME && !channel(place.channel)) {
    const first = state.channels.find((one) => one.is_member && !one.is_im) ?? state.channels[0];
    place.channel = first?.id ?? HOME;
    place.thread = null;
  }
  document.title = `${place.channel === HOME ? fullName(bot()) : channelName(channel(place.channel))} · ${state.team.name} (sandbox)`;
  drawThread();
  drawMain();
  drawSidebar();
  drawViews();
  const handsetVisible = getComputedStyle(handset).display !== "none" && !document.hidden;
  const waiting = drawHandset(handsetVisible);
  byId("show-handset").dataset.count = waiting || "";
  drawNotices();
}

function drawSidebar() {
  const { state } = world;
  byId("team").textContent = state.team.name;
  arrange(
    byId("people"),
    state.users
      .filter((one) => !one.is_bot)
      .map((one) =>
        kept.node(`as ${one.id}`, [one, one.id === me()], () =>
          el(
            "button",
            {
              type: "button",
              class: "as",
              role: "radio",
              "aria-checked": String(one.id === me()),
              data: { testid: "as", user: one.id },
              on: { click: () => go({ as: one.id, channel: reachable(one, place.channel) ? place.channel : "" }) },
            },
            avatar(one, fullName(one), { small: true }),
            el("span", {}, fullName(one)),
            one.id === me() ? icon("check") : null,
          ),
        ),
      ),
  );
  const shown = state.channels.filter((one) => !one.is_im && !one.is_archived).sort((one, other) => one.name.localeCompare(other.name));
  arrange(byId("channels"), shown.filter((one) => one.is_member).map(channelLink));
  const others = shown.filter((one) => !one.is_member);
  arrange(byId("other-channels"), others.map(channelLink));
  byId("other-channels-title").hidden = !others.length;
  arrange(byId("apps"), [appLink()]);
}

/** Whether switching to `person` keeps the open channel. */
function reachable(person, id) {
  const one = channel(id);
  return id === HOME || (one && !one.is_im && (one.members?.includes(person.id) || (!one.is_private && !person.is_restricted)));
}

function channelLink(one) {
  const open = place.channel === one.id;
  const count = open ? 0 : unread(one.id).length;
  return kept.node(`channel ${one.id}`, [one.name, one.is_private, open, count, me()], () =>
    el(
      "a",
      {
        href: `#/${me()}/${one.id}`,
        class: `nav ${count ? "unread" : ""}`,
        "aria-current": open ? "page" : null,
        data: { testid: "channel", channel: one.id, unread: String(count) },
      },
      icon(one.is_private ? "lock" : "hash"),
      el("span", { class: "nav-name" }, one.name),
      count ? el("span", { class: "count", "aria-label": `${count} unread` }, String(count)) : null,
    ),
  );
}

function appLink() {
  const dm = directMessages();
  const open = place.channel === HOME || place.channel === dm?.id;
  const count = dm && place.channel !== dm.id ? unread(dm.id).length : 0;
  return kept.node("app", [open, count, me(), dm?.id], () =>
    el(
      "a",
      { href: `#/${me()}/${dm?.id ?? HOME}`, class: `nav ${count ? "unread" : ""}`, "aria-current": open ? "page" : null, data: { testid: "app", unread: String(count) } },
      avatar(bot(), fullName(bot()), { small: true }),
      el("span", { class: "nav-name" }, fullName(bot())),
      count ? el("span", { class: "count" }, String(count)) : el("span", { class: "badge" }, "APP"),
    ),
  );
}

const directMessages = () => world.state.channels.find((one) => one.is_im);

function drawMain() {
  const app = place.channel === HOME || place.channel === directMessages()?.id;
  const one = channel(place.channel);
  drawHeader(one, app);
  byId("home").hidden = place.channel !== HOME;
  byId("conversation").hidden = place.channel === HOME;
  if (place.channel === HOME) drawHome();
  else drawConversation(one);
}

function drawHeader(one, app) {
  byId("title").replaceChildren(app ? avatar(bot(), fullName(bot()), { small: true }) : icon(one.is_private ? "lock" : "hash"), app ? fullName(bot()) : one.name);
  byId("topic").textContent = app ? "" : one.topic?.value ?? one.topic ?? "";
  const tab = (target, name, testid) =>
    el("a", { href: `#/${me()}/${target}`, "aria-current": place.channel === target ? "page" : null, data: { testid } }, name);
  byId("tabs").hidden = !app;
  byId("tabs").replaceChildren(...(app ? [tab(HOME, "Home", "tab-home"), tab(directMessages()?.id ?? HOME, "Messages", "tab-messages")] : []));
  arrange(byId("channel-tools"), app ? [] : [membersButton(one)]);
}

function membersButton(one) {
  return kept.node(`members ${one.id}`, [one, me()], () =>
    el(
      "button",
      {
        type: "button",
        class: "members",
        title: "Members",
        data: { testid: "members" },
        on: { click: (event) => showMembers(event.currentTarget, one) },
      },
      one.members.slice(0, 3).map((id) => avatar(user(id), fullName(user(id)), { small: true })),
      el("span", {}, String(one.members.length)),
    ),
  );
}

function showMembers(anchor, one) {
  const missing = world.state.users.filter(({ id }) => !one.members.includes(id));
  const name = `#${one.name}`;
  menu(
    anchor,
    [
      ...one.members.map((id) => ({ label: fullName(user(id)), note: user(id)?.is_bot ? "App" : ROLES[user(id)?.role], choose: () => {} })),
      ...(one.is_member
        ? missing.map((person) => ({ label: `Add ${fullName(person)}`, note: `to ${name}`, data: { invite: person.id }, choose: () => attempt("invite", { channel: one.id, user: person.id }) }))
        : []),
      ...(one.is_member
        ? [
            { label: `Leave ${name}`, choose: () => attempt("leave", { channel: one.id }) },
            { label: `Archive ${name}`, danger: true, data: { archive: one.id }, choose: () => attempt("archive", { channel: one.id }) },
          ]
        : []),
    ],
    { alignRight: true },
  );
}

const ROLES = { admin: "Workspace admin", approver: "Approver", agent: "Member", guest: "Guest", bot: "App" };

async function attempt(what, details) {
  const answer = await act(what, details);
  complain(answer);
}

function drawHome() {
  const view = world.state.home;
  if (!view) {
    byId("home").replaceChildren(el("div", { class: "empty" }, icon("phone"), el("p", {}, "This app has not published a Home tab for you yet.")));
    home = null;
    return;
  }
  if (home?.of !== me()) home = { of: me(), kept: new Kept(), form: new Form() };
  arrange(byId("home"), [kept.node("home", me(), () => el("div", { class: "blocks", data: { testid: "home" } }))]);
  arrange(byId("home").firstChild, drawn(home.kept, view.blocks, home.form, { home: true }));
}

function drawConversation(one) {
  const list = topLevel(one.id);
  unreadFrom ??= unread(one.id, list)[0]?.ts ?? false;
  markRead(one.id);
  const nodes = [intro(one)];
  const drawnMessages = channelMessages.nodes(one.id, list);
  list.forEach((message, index) => {
    const at = ofStamp(message.ts);
    if (!index || !sameDay(ofStamp(list[index - 1].ts), at))
      nodes.push(kept.node(`day ${one.id} ${message.ts}`, dayName(at), () => el("div", { class: "day" }, el("span", {}, dayName(at)))));
    if (message.ts === unreadFrom && index) nodes.push(kept.node(`new ${one.id}`, message.ts, () => el("div", { class: "new-line" }, el("span", {}, "New"))));
    nodes.push(drawnMessages[index]);
  });

  const bar = one.is_archived ? "archived" : one.is_member || one.is_im ? null : "join";
  arrange(byId("channel-foot"), [
    bar
      ? kept.node(`bar ${one.id}`, [bar, me()], () =>
          el(
            "div",
            { class: "join-bar" },
            el("p", {}, bar === "archived" ? `#${one.name} has been archived.` : `You are not a member of #${one.name}.`),
            bar === "join" ? el("button", { type: "button", class: "button primary", data: { testid: "join" }, on: { click: () => attempt("join", { channel: one.id }) } }, "Join channel") : null,
          ),
        )
      : composer.node,
  ]);
  if (!composer.list.isConnected) document.body.append(composer.list, threadComposer.list);
  composer.at(`${me()} ${one.id}`, { channel: one.id, placeholder: `Message ${one.is_im ? channelName(one) : `#${one.name}`}` });

  // After what stands below it, which decides how high the list is.
  scrolled(byId("messages"), `${me()} ${one.id}`, shownList, () => arrange(byId("messages"), nodes));
  shownList = `${me()} ${one.id}`;
}

function intro(one) {
  return kept.node(`intro ${one.id}`, [one.name, one.is_im, one.is_private], () =>
    el(
      "div",
      { class: "intro" },
      el("h3", {}, one.is_im ? channelName(one) : [icon(one.is_private ? "lock" : "hash"), one.name]),
      el("p", {}, one.is_im ? "Direct messages between you and the app." : `This is the very beginning of #${one.name}${one.is_private ? ", a private channel" : ""}.`),
    ),
  );
}

/**
 * Draw a list; its end stays in sight when it was, when another list is shown, or when a message follows what one has
 * just done. Of a new message that is taller than the list the beginning is shown.
 */
function scrolled(box, key, before, drawList) {
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  const newestBefore = Number(box.lastElementChild?.dataset.ts ?? 0);
  drawList();
  if (key !== before) {
    box.scrollTop = box.scrollHeight;
    return;
  }
  const last = box.lastElementChild;
  const isNew = Number(last.dataset.ts ?? 0) > newestBefore;
  if (!atEnd && !(isNew && hasJustActed())) return;
  box.scrollTop = box.scrollHeight;
  if (isNew && last.offsetHeight > box.clientHeight) last.scrollIntoView();
}

/** Whether what comes may be the answer to something that one did, and one has not scrolled away since. */
const hasJustActed = () => performance.now() - world.actedAt < ANSWER_MS;

for (const id of ["messages", "thread-messages"]) {
  for (const scrolling of ["wheel", "touchmove"]) byId(id).addEventListener(scrolling, () => (world.actedAt = -Infinity), { passive: true });
  // Pictures arrive after the list was drawn; the end stays in sight then too.
  byId(id).addEventListener(
    "load",
    ({ currentTarget: box }) => {
      if (box.scrollHeight - box.scrollTop - box.clientHeight < 420) box.scrollTop = box.scrollHeight;
    },
    true,
  );
}

function drawThread() {
  const list = place.thread && place.channel !== HOME ? inThread(place.channel, place.thread) : [];
  const open = Boolean(place.thread) && list.length > 0;
  byId("thread").hidden = !open;
  document.body.classList.toggle("has-thread", open);
  if (!open) {
    shownThread = null;
    return;
  }
  const one = channel(place.channel);
  byId("thread-channel").textContent = one.is_im ? channelName(one) : `#${one.name}`;
  markRead(place.channel, list, place.thread);
  const nodes = threadMessages.nodes(place.channel, list);
  const replies = list.length - 1;
  if (replies && list[0].ts === place.thread)
    nodes.splice(1, 0, kept.node(`replies ${place.thread}`, replies, () => el("div", { class: "reply-count" }, el("span", {}, `${replies} ${replies === 1 ? "reply" : "replies"}`))));
  const key = `${me()} ${place.channel} ${place.thread}`;
  arrange(byId("thread-foot"), one.is_member || one.is_im ? [threadComposer.node] : []);
  threadComposer.at(key, { channel: place.channel, thread: place.thread, placeholder: "Reply…" });
  scrolled(byId("thread-messages"), key, shownThread, () => arrange(byId("thread-messages"), nodes));
  if (key !== shownThread) threadComposer.focus();
  shownThread = key;
}

// Notices

function drawNotices() {
  const notices = world.state.notices ?? [];
  const keyOf = ({ at, text }) => `${at} ${text}`;
  if (noticesSeen) for (const one of notices) if (!noticesSeen.has(keyOf(one))) toast(one.text, one.level);
  noticesSeen = new Set(notices.map(keyOf));
  byId("notices").dataset.count = notices.length || "";
}

function showNotices(anchor) {
  const notices = [...(world.state.notices ?? [])].reverse();
  const list = el(
    "div",
    { class: "menu notices", popover: "auto", data: { testid: "notice-list" } },
    el("h3", {}, "Notices"),
    notices.length ? null : el("p", { class: "muted" }, "Nothing to report."),
    notices.map(({ at, text, level }) => el("div", { class: `notice ${level}` }, icon(level === "info" ? "info" : "warning"), el("span", {}, text, el("small", {}, noticeTime(at))))),
  );
  list.addEventListener("toggle", (event) => event.newState === "closed" && list.remove());
  openBeside(anchor, list);
}

function noticeTime(at) {
  const date = typeof at === "number" || /^\d+(\.\d+)?$/.test(at) ? ofStamp(at) : new Date(at);
  return Number.isNaN(date.getTime()) ? "" : clockTime(date);
}

// Starting

document.querySelector("#app").append(handset);
byId("menu-button").append(icon("menu"));
byId("show-handset").prepend(icon("phone"));
byId("back-to-slack").prepend(icon("back"));
byId("notices").prepend(icon("bell"));
byId("thread-close").append(icon("close"));

byId("menu-button").addEventListener("click", () => document.body.classList.toggle("show-sidebar"));
byId("scrim").addEventListener("click", () => document.body.classList.remove("show-sidebar"));
for (const id of ["show-handset", "back-to-slack"])
  byId(id).addEventListener("click", () => {
    document.body.classList.toggle("show-handset");
    redraw();
  });
byId("notices").addEventListener("click", (event) => showNotices(event.currentTarget));
byId("thread-close").addEventListener("click", () => go({ channel: place.channel }));
byId("channels").addEventListener("click", () => document.body.classList.remove("show-sidebar"));
addEventListener("hashchange", followAddress);
// A browser keeps few connections to one server: tabs that nobody looks at must not hold theirs.
document.addEventListener("visibilitychange", () => (document.hidden ? events?.close() : listen()));
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open], .menu:popover-open")) return;
  if (document.body.classList.contains("show-sidebar")) document.body.classList.remove("show-sidebar");
  else if (place.thread && !event.target.closest?.(".editor")) go({ channel: place.channel });
});

onChange(draw);
if (!/^#\/\w/.test(location.hash)) history.replaceState(null, "", `#/${document.body.dataset.as}`);
followAddress();
