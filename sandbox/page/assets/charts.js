// data_visualization blocks: pie, bar, line and area charts as inline SVG.

import { el, svg } from "./dom.js";

const COLORS = ["#0f766e", "#d97706", "#4f6bd8", "#be4b6e", "#6b8e23", "#8a63c9", "#2a9fd6", "#a16207", "#64748b", "#14b8a6", "#b45309", "#475569"];
const WIDTH = 520;
const HEIGHT = 230;
const PAD = { top: 12, right: 12, bottom: 44, left: 48 };

export function chart(block) {
  const { title, chart: data } = block;
  const drawn = data.type === "pie" ? pie(data) : plot(data);
  return el("figure", { class: "chart", data: { chart: data.type } }, el("figcaption", {}, title), drawn, legend(data));
}

export const isChart = (block) => ["pie", "bar", "line", "area"].includes(block.chart?.type);

function legend(data) {
  const entries =
    data.type === "pie"
      ? data.segments.map(({ label, value }) => `${label} · ${short(value)}`)
      : data.series.length > 1
        ? data.series.map(({ name }) => name)
        : [];
  if (!entries.length) return null;
  return el(
    "ul",
    { class: "legend" },
    entries.map((entry, index) => el("li", {}, el("span", { class: "swatch", style: { background: color(index) } }), entry)),
  );
}

function pie(data) {
  const total = data.segments.reduce((sum, { value }) => sum + value, 0);
  let turned = 0;
  const slices = data.segments.map(({ label, value }, index) => {
    const from = turned / total;
    turned += value;
    const path = data.segments.length === 1 ? ring() : slice(from, turned / total);
    return svg("path", { d: path, fill: color(index), stroke: "#fff", "stroke-width": 1.5 }, svg("title", {}, `${label}: ${value} (${Math.round((100 * value) / total)} %)`));
  });
  return svg("svg", { viewBox: "-100 -100 200 200", class: "pie", role: "img" }, slices);
}

const RADIUS = 96;
const HOLE = 52;
const ring = () =>
  `M0 ${-RADIUS}A${RADIUS} ${RADIUS} 0 1 1 -0.01 ${-RADIUS}ZM0 ${-HOLE}A${HOLE} ${HOLE} 0 1 0 0.01 ${-HOLE}Z`;

function slice(from, to) {
  const at = (share, radius) => {
    const angle = 2 * Math.PI * share - Math.PI / 2;
    return `${(radius * Math.cos(angle)).toFixed(2)} ${(radius * Math.sin(angle)).toFixed(2)}`;
  };
  const large = to - from > 0.5 ? 1 : 0;
  return `M${at(from, RADIUS)}A${RADIUS} ${RADIUS} 0 ${large} 1 ${at(to, RADIUS)}L${at(to, HOLE)}A${HOLE} ${HOLE} 0 ${large} 0 ${at(from, HOLE)}Z`;
}

function plot(data) {
  const categories = data.axis_config.categories;
  const rows = data.series.map(({ data: points }) => {
    const values = new Map(points.map(({ label, value }) => [label, value]));
    return categories.map((category) => values.get(category) ?? 0);
  });
  const ticks = scale(Math.min(0, ...rows.flat()), Math.max(...rows.flat()));
  const [low, high] = [ticks[0], ticks.at(-1)];
  const inner = { width: WIDTH - PAD.left - PAD.right, height: HEIGHT - PAD.top - PAD.bottom };
  const y = (value) => PAD.top + inner.height * (1 - (value - low) / (high - low || 1));
  const band = inner.width / categories.length;
  const x = (index) => PAD.left + band * (index + 0.5);
  const every = Math.ceil(categories.length / 8);

  return svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "plot", role: "img" },
    ticks.map((tick) => [
      svg("line", { x1: PAD.left, x2: WIDTH - PAD.right, y1: y(tick), y2: y(tick), class: "grid" }),
      svg("text", { x: PAD.left - 8, y: y(tick) + 4, "text-anchor": "end" }, short(tick)),
    ]),
    categories.map((category, index) =>
      index % every ? null : svg("text", { x: x(index), y: HEIGHT - PAD.bottom + 18, "text-anchor": "middle" }, category),
    ),
    rows.map((values, index) => SHAPES[data.type](values, { index, of: rows.length, x, y, band, categories, name: data.series[index].name })),
    data.axis_config.x_label ? svg("text", { x: PAD.left + inner.width / 2, y: HEIGHT - 6, "text-anchor": "middle", class: "axis" }, data.axis_config.x_label) : null,
    data.axis_config.y_label
      ? svg("text", { transform: `translate(12 ${PAD.top + inner.height / 2}) rotate(-90)`, "text-anchor": "middle", class: "axis" }, data.axis_config.y_label)
      : null,
  );
}

const SHAPES = { bar: bars, line, area };

function bars(values, { index, of, x, y, band, categories, name }) {
  const width = Math.min(34, (band * 0.72) / of);
  return values.map((value, at) =>
    svg(
      "rect",
      {
        x: x(at) + (index - of / 2) * width + 1,
        width: Math.max(1, width - 2),
        y: Math.min(y(value), y(0)),
        height: Math.max(1, Math.abs(y(0) - y(value))),
        rx: 2,
        fill: color(index),
      },
      svg("title", {}, `${name}, ${categories[at]}: ${value}`),
    ),
  );
}

function line(values, { index, x, y, categories, name }) {
  return [
    svg("polyline", { points: values.map((value, at) => `${x(at)},${y(value)}`).join(" "), fill: "none", stroke: color(index), "stroke-width": 2.2, "stroke-linejoin": "round" }),
    values.map((value, at) => svg("circle", { cx: x(at), cy: y(value), r: 3, fill: color(index) }, svg("title", {}, `${name}, ${categories[at]}: ${value}`))),
  ];
}

function area(values, where) {
  const { index, x, y } = where;
  const top = values.map((value, at) => `${x(at)},${y(value)}`).join(" ");
  return [
    svg("polygon", { points: `${x(0)},${y(0)} ${top} ${x(values.length - 1)},${y(0)}`, fill: color(index), opacity: 0.22 }),
    line(values, where),
  ];
}

/** Round steps that cover low to high. */
function scale(low, high) {
  const rough = (high - low || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= rough);
  const ticks = [];
  for (let tick = Math.floor(low / step) * step; tick < high + step; tick += step) {
    ticks.push(Number(tick.toPrecision(10)));
    if (tick >= high) break;
  }
  return ticks;
}

const color = (index) => COLORS[index % COLORS.length];
const short = (value) => new Intl.NumberFormat("en-US", { notation: Math.abs(value) >= 10_000 ? "compact" : "standard", maximumFractionDigits: 2 }).format(value);
