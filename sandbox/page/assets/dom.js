// Small helpers to build and rearrange DOM nodes. Strings always become text nodes, never HTML.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element. `attributes` are plain attributes, except: `on` (event handlers by name), `data` (dataset),
 * `style` (CSS properties) and DOM properties listed in PROPERTIES. null and false attributes and children are left out.
 */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "multiple", "selected", "required"]);

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "style") Object.assign(node.style, value);
    else if (PROPERTIES.has(name)) node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...flat(children));
  return node;
}

function flat(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Make `parent` contain exactly `nodes`; a node that is already there stays, with its focus and its typed text. */
export function arrange(parent, nodes) {
  const wanted = new Set(flat([nodes]));
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  let place = parent.firstChild;
  for (const node of wanted) {
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  }
}

/** Nodes by key, built again only when what they show has changed. */
export class Kept {
  #entries = new Map();

  node(key, shown, make) {
    const signature = JSON.stringify(shown);
    const entry = this.#entries.get(key);
    if (entry && entry.signature === signature) return entry.node;
    const node = make(entry?.node);
    this.#entries.set(key, { signature, node });
    return node;
  }

  only(keys) {
    const wanted = new Set(keys);
    for (const key of this.#entries.keys()) if (!wanted.has(key)) this.#entries.delete(key);
  }
}

/** A line icon, drawn from the path data in ICONS. */
export function icon(name, label = null) {
  return svg(
    "svg",
    { class: "icon", viewBox: "0 0 20 20", "aria-hidden": label ? null : "true", "aria-label": label, role: "img" },
    svg("path", { d: ICONS[name] }),
  );
}

const ICONS = {
  back: "M12 4.5 6.5 10l5.5 5.5",
  bell: "M10 3a4.5 4.5 0 0 0-4.5 4.5c0 4-1.5 5.5-1.5 5.5h12s-1.5-1.5-1.5-5.5A4.5 4.5 0 0 0 10 3ZM8.5 16a1.6 1.6 0 0 0 3 0",
  bolt: "M11 3 5 11h4l-1 6 6-8h-4l1-6Z",
  check: "M4.5 10.5 8.5 14.5 15.5 6",
  clip: "M15 9.5 9.7 14.8a3.2 3.2 0 0 1-4.5-4.5L10.8 4.7a2.1 2.1 0 0 1 3 3L8.3 13.2a1 1 0 0 1-1.5-1.5L11.5 7",
  close: "M5 5l10 10M15 5 5 15",
  down: "M5.5 8 10 12.5 14.5 8",
  edit: "M4 16l.8-3.4L13 4.4a1.4 1.4 0 0 1 2 0l.6.6a1.4 1.4 0 0 1 0 2L7.4 15.2 4 16Z",
  file: "M6 3h5.5L15 6.5V17H6V3ZM11 3v4h4",
  hash: "M8 4 6.5 16M13.5 4 12 16M4.5 8h11.5M4 12.5h11.5",
  info: "M10 9v5M10 6.3v.2M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z",
  lock: "M6 9V7a4 4 0 0 1 8 0v2M5 9h10v7H5V9Z",
  menu: "M3.5 6h13M3.5 10h13M3.5 14h13",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  people: "M7.5 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM3 16c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M13 5a2.3 2.3 0 0 1 0 4.4M14 12.2c1.8.4 3 1.8 3 3.8",
  phone: "M7 2.5h6a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1ZM9.2 15.3h1.6",
  plus: "M10 4.5v11M4.5 10h11",
  reply: "M4 5h12v8H9l-4 3v-3H4V5Z",
  send: "M4 10 3.5 4 17 10 3.5 16 4 10Zm0 0h6",
  smile: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM7.3 11.5a3.2 3.2 0 0 0 5.4 0M7.8 8v.2M12.2 8v.2",
  trash: "M4.5 6h11M8 6V4h4v2M6 6l.7 10h6.6L14 6",
  warning: "M10 3.5 17.5 16h-15L10 3.5ZM10 8.5v3.5M10 14v.2",
};

/** Show `menu` (a popover) beside `anchor`, inside the window. */
export function openBeside(anchor, menu, { alignRight = false, width = null } = {}) {
  if (!menu.isConnected) (anchor.closest("dialog") ?? document.body).append(menu);
  menu.showPopover();
  const at = anchor.getBoundingClientRect();
  if (width) menu.style.width = `${Math.max(width, at.width)}px`;
  const size = menu.getBoundingClientRect();
  const below = at.bottom + 4 + size.height <= innerHeight || at.top < size.height + 8;
  const left = alignRight ? at.right - size.width : at.left;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - size.width - 8))}px`;
  menu.style.top = `${Math.max(8, below ? at.bottom + 4 : at.top - size.height - 4)}px`;
}

/** A menu that opens beside its button and closes when something in it is chosen, on Esc, or on a click elsewhere. */
export function menu(anchor, entries, options = {}) {
  const list = el(
    "div",
    { class: "menu", popover: "auto", role: "menu" },
    entries.map((entry) =>
      el(
        "button",
        {
          type: "button",
          role: "menuitem",
          class: entry.danger ? "danger" : null,
          data: entry.data ?? {},
          on: {
            click: () => {
              list.hidePopover();
              entry.choose();
            },
          },
        },
        entry.label,
        entry.note ? el("small", {}, entry.note) : null,
      ),
    ),
  );
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const items = [...list.children];
    items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
  });
  list.addEventListener("toggle", (event) => {
    if (event.newState === "closed") {
      list.remove();
      if (anchor.isConnected) anchor.focus({ preventScroll: true });
    }
  });
  openBeside(anchor, list, options);
  list.firstElementChild?.focus();
  return list;
}

/** The href when it is safe to follow from here, else null: an outside text must not smuggle in a script. */
export function safeHref(url) {
  return /^(https?:|mailto:|tel:)/i.test(String(url).trim()) ? String(url).trim() : null;
}

/** A link that leaves the page; an address that is not safe to follow is shown as text. */
export function link(url, ...children) {
  const href = safeHref(url);
  if (!href) return el("span", {}, children);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, children);
}

/** Pictures only from the web or from this server; anything else shows its description. */
export function picture(url, description, attributes = {}) {
  if (!/^(https?:|\/|data:image\/|blob:)/i.test(String(url))) return el("span", { class: "muted" }, description);
  return el("img", { src: url, alt: description ?? "", loading: "lazy", referrerpolicy: "no-referrer", ...attributes });
}
