// table blocks, as they are, and data_table blocks with pages, sorting and a filter.

import { el, icon } from "./dom.js";
import { richText, richTextPlain } from "./richtext.js";

/** Characters of a cell that is better not broken, such as a phone number or a moment. */
const SHORT = 20;

export function table(block) {
  const settings = block.column_settings ?? [];
  const cells = (row, tag) =>
    row.map((cell, index) =>
      el(tag, { class: settings[index]?.is_wrapped === false ? "nowrap" : null, style: { textAlign: settings[index]?.align ?? "" } }, cellNode(cell)),
    );
  const [head = [], ...body] = block.rows ?? [];
  return el(
    "div",
    { class: "table-box" },
    el("table", {}, el("thead", {}, el("tr", {}, cells(head, "th"))), el("tbody", {}, body.map((row) => el("tr", {}, cells(row, "td"))))),
  );
}

export function dataTable(block) {
  const [head = [], ...body] = block.rows ?? [];
  const size = block.page_size ?? 5;
  const view = { page: 0, column: null, descending: false, filter: "" };
  const box = el("div", { class: "table-box data-table" });
  const tbody = el("tbody");
  const count = el("span", { class: "muted", "aria-live": "polite" });
  const previous = el("button", { type: "button", class: "quiet", on: { click: () => turn(-1) } }, "Previous");
  const next = el("button", { type: "button", class: "quiet", on: { click: () => turn(1) } }, "Next");
  const filter = el("input", {
    type: "search",
    class: "table-filter",
    placeholder: "Filter",
    "aria-label": `Filter: ${block.caption}`,
    on: { input: () => show({ filter: filter.value, page: 0 }) },
  });
  const headers = head.map((cell, index) =>
    el("th", { "aria-sort": "none", class: body[0]?.[index]?.type === "raw_number" ? "number" : null }, el("button", { type: "button", on: { click: () => sort(index) } }, cellNode(cell), icon("down"))),
  );

  function sort(column) {
    show({ column, descending: view.column === column && !view.descending, page: 0 });
  }

  function turn(pages) {
    show({ page: view.page + pages });
  }

  function show(change = {}) {
    Object.assign(view, change);
    const wanted = view.filter.trim().toLowerCase();
    const rows = body.filter((row) => !wanted || row.some((cell) => cellText(cell).toLowerCase().includes(wanted)));
    if (view.column !== null) rows.sort((one, other) => compare(one[view.column], other[view.column]) * (view.descending ? -1 : 1));
    headers.forEach((header, index) =>
      header.setAttribute("aria-sort", index !== view.column ? "none" : view.descending ? "descending" : "ascending"),
    );
    const pages = Math.max(1, Math.ceil(rows.length / size));
    const first = view.page * size;
    tbody.replaceChildren(...rows.slice(first, first + size).map(rowNode));
    count.textContent = rows.length ? `${first + 1}–${Math.min(first + size, rows.length)} of ${rows.length}` : "Nothing matches";
    previous.disabled = view.page === 0;
    next.disabled = view.page >= pages - 1;
    foot.hidden = body.length <= size && !wanted;
  }

  const rowHead = block.row_header_column_index ?? 0;
  const rowNode = (row) =>
    el(
      "tr",
      {},
      row.map((cell, index) =>
        el(index === rowHead ? "th" : "td", { scope: index === rowHead ? "row" : null, class: cell.type === "raw_number" ? "number" : cellText(cell).length <= SHORT ? "nowrap" : null }, cellNode(cell)),
      ),
    );

  const foot = el("div", { class: "table-foot" }, count, el("span", { class: "spacer" }), previous, next);
  box.append(
    el("div", { class: "table-head" }, el("span", { class: "table-caption" }, block.caption), body.length > 1 ? filter : null),
    el("div", { class: "table-scroll" }, el("table", { "aria-label": block.caption }, el("thead", {}, el("tr", {}, headers)), tbody)),
    foot,
  );
  show();
  return box;
}

function cellNode(cell) {
  switch (cell?.type) {
    case "raw_text":
      return cell.text;
    case "raw_number":
      return cell.text ?? String(cell.value);
    case "rich_text":
      return richText(cell);
    default:
      return el("code", {}, JSON.stringify(cell));
  }
}

function cellText(cell) {
  if (cell?.type === "rich_text") return richTextPlain(cell);
  return String(cell?.text ?? cell?.value ?? "");
}

function compare(one, other) {
  if (one?.type === "raw_number" && other?.type === "raw_number") return one.value - other.value;
  return cellText(one).localeCompare(cellText(other), "en", { numeric: true });
}
