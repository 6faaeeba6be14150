// The parts of a scene as SVG, as coursekit/diagrams/shapes.py draws them for a page without a browser.
// All text is set as text: a file name is never markup.

import { broken, cut, width as wide } from "./lettering.js";

const SVG = "http://www.w3.org/2000/svg";
export const SIGNS = { hit: "M-5 0l4 4 7-8", miss: "M-4 -4l8 8m0-8l-8 8", stop: "M-5 0h10" };

export function svg(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

export function classes(box) {
  const tone = box.role === "whiteout" ? "gone" : box.tone || "page";
  return `ck-box ck-${box.role} ck-${tone}${box.hidden ? " ck-hidden" : ""}${box.fresh ? " ck-fresh" : ""}`;
}

const EDGE = 6;
const INSETS = { slab: 16, band: 16, tile: 14, whiteout: 26, lid: 12, ground: 16 };
const SIZES = { label: 14, note: 12.5, lid: 11.5, band: 12 };
const EARTH = 12; // height of the hatching below the ground's line
const STRIP = 24; // height of a name that stands in its row
const SILENT = ["bracket", "shade", "thread", "ghost"];
const rect = (width, height, rx, rest) => svg("rect", { width, height, rx, ...rest });
const stroke = (d, width, rest = {}) => svg("path", { d, "stroke-width": width, ...rest });

function bracket(box) {
  const x = box.width + 14, y = box.height / 2;
  return [
    stroke(`M0 0h${box.width}v${box.height}h-${box.width}`, 1.6),
    svg("text", { x, y, "font-size": 13, "text-anchor": "middle", transform: `rotate(90 ${x} ${y})` }, cut(box.text ?? "", box.height, 13)),
  ];
}

function hatching(width, height, step = 11) {
  let lines = "";
  for (let end = step / 2; end < width + height; end += step) {
    lines += `M${Math.min(end, width)} ${Math.max(0, end - width)}L${Math.max(0, end - height)} ${Math.min(end, height)}`;
  }
  return lines;
}

function body(box) {
  const { width, height } = box;
  const frame = () => rect(width, height, box.role === "slab" ? 12 : 7, { "stroke-width": box.fresh ? 3 : 1.6 });
  switch (box.role) {
    case "label": return box.plate ? [svg("rect", { class: "ck-plate", x: 0, y: 3, width, height: height - 4, "stroke-width": 0 })] : [];
    case "note": return [];
    case "ghost": return [rect(width, height, 7, { "stroke-width": 1.2, "stroke-dasharray": "3 4" })];
    case "ground": return [
      stroke(hatching(width, EARTH, 10), 1.2, { "stroke-opacity": 0.45 }), stroke(`M0 2h${width}`, 4),
    ];
    case "bracket": return bracket(box);
    case "thread": return [stroke(`M0 0v${height}`, 1.6, { "stroke-dasharray": "1.5 4.5", "stroke-linecap": "round" })];
    case "shade": return [rect(width, height, 0, { "fill-opacity": 0.13 })];
    case "bar": return [rect(width, height, height < 16 ? Math.min(height, width) / 2 : 5)];
    case "lid": return [stroke(`M2 ${height - 2}v8M${width - 2} ${height - 2}v8`, 4), rect(width, height, 5, { "stroke-width": 2.4 })];
    case "whiteout": return [
      frame(), stroke(hatching(20, height, 7), 1, { "stroke-opacity": 0.38 }), stroke(`M6 ${height / 2 - 6}l12 12m0-12l-12 12`, 2.6),
    ];
    case "tile": return box.hidden ? [frame()] : [frame(), rect(EDGE, height, 3, { class: "ck-edge" })];
    default: return [frame()];
  }
}

export function shapes(box) {
  const parts = body(box);
  if (box.title) parts.unshift(svg("title", {}, box.title));
  if (SILENT.includes(box.role)) return parts;
  parts.push(...wording(box).map((each) => line(box, each)));
  if (box.pill) parts.push(...origin(box));
  return parts;
}

// How many lines each of a box's texts may have: the small one above, the words, the small one below. The first way is taken
// that has room and cuts nothing.
const WAYS = [[1, 1, 1], [1, 2, 1], [1, 1, 2], [2, 1, 1], [1, 2, 2], [0, 2, 1], [0, 2, 0]];

// The lines of a box. What fits in no way is cut, at the end and with an ellipsis; `title` has the whole.
function wording(box) {
  const main = SIZES[box.role] ?? 13, named = ["tile", "whiteout"].includes(box.role) && !box.sub;
  const heavy = ["label", "ground"].includes(box.role) || named || Boolean(box.over);
  const room = roomOf(box), small = box.over || box.role === "band" ? 11 : 11.5;
  if (box.role === "label" && box.height <= STRIP) return strip(box, room, main);
  const parts = [[box.over, small, false], [box.text, main, heavy], [box.sub, small, false]];
  const top = box.role === "ground" ? EARTH : box.top ?? 0, end = box.height - (box.pill ? 6 : 0);
  const inLines = (way) => parts.flatMap(([text, size, bold], at) => (text && way[at] ? broken(text, room, size, bold, way[at]).map((line) => ({ text: line, size, bold })) : []));
  const whole = (way) => parts.every(([text, size, bold], at) => !text || !way[at] || broken(text, room, size, bold, way[at]).every((line) => text.includes(line)));
  const high = (lines) => lines.reduce((sum, { size }) => sum + size * 1.24, 0);
  const fits = (way, at) => whole(way) && (at === 0 || high(inLines(way)) <= end - top + 1);
  const name = (way) => whole([0, way[1], 0]) && high(inLines(way)) <= end - top + 1;
  const lines = inLines(WAYS.find(fits) ?? WAYS.find(name) ?? WAYS[0]);
  let y = (top + end - high(lines)) / 2;
  return lines.map((each) => {
    const tall = each.size * 1.24, placed = { ...each, y: Math.round((y + tall * 0.78) * 100) / 100 };
    y += tall;
    return placed;
  });
}

// A name in its row, where there is no margin: the note at the right, if there is room for all of it.
function strip(box, room, main) {
  const size = main - 1, left = room - wide(box.text, size, true) - 12;
  const note = wide(box.sub, 12) <= left ? box.sub : "", name = cut(box.text, room, size, true);
  return [{ text: name, y: 16, size, bold: true, align: "start" }, { text: note, y: 16, size: 12, bold: false, align: "end" }].filter(({ text }) => text);
}

function roomOf(box) {
  if (box.role in INSETS) return box.width - INSETS[box.role] - 6;
  return ["label", "note"].includes(box.role) && box.width ? box.width - 2 : 10_000;
}

function line(box, { text, y, size, bold, align = "" }) {
  const right = box.role === "label" || (box.role === "note" && box.x === 0);
  const at = align || box.align || (right ? "end" : box.role === "lid" ? "middle" : "start"), inset = INSETS[box.role] ?? 0;
  const x = { start: inset, middle: box.width / 2 + (box.role === "tile" ? EDGE / 2 : 0), end: box.width - inset }[at];
  return svg("text", { x, y, "font-size": size, "text-anchor": at, ...(bold ? { "font-weight": 600 } : {}) }, text);
}

// The pill on a tile's lower edge: which layer it comes from.
function origin(box) {
  const text = cut(box.pill, box.width - 8, 11), width = wide(text, 11) + 14;
  return [
    svg("rect", { class: "ck-origin", x: (box.width - width) / 2, y: box.height - 8, width, height: 17, rx: 8.5, "stroke-width": 1.2 }),
    svg("text", { x: box.width / 2, y: box.height + 4.5, "font-size": 11, "text-anchor": "middle" }, text),
  ];
}

function course({ x1, y1, x2, y2, shape }) {
  const half = (x1 + x2) / 2, turn = y2 < y1 ? 1 : -1, bend = Math.abs(x2 - x1) < 1 ? 40 : 0;
  if (shape === "line") return `M${x1} ${y1}L${x2} ${y2}`;
  if (shape === "link") return `M${x1} ${y1}C${half} ${y1} ${half} ${y2} ${x2} ${y2}`;
  if (Math.abs(y2 - y1) < 1) return `M${x1} ${y1}C${x1} ${y1 - 34} ${x2} ${y2 - 34} ${x2} ${y2}`;
  return `M${x1} ${y1}C${x1 - bend} ${y1 - 30 * turn} ${x2 - bend} ${y2 + 34 * turn} ${x2} ${y2}`;
}

function head({ x1, y1, x2, y2, shape }) {
  if (shape === "link") return "";
  const down = y2 > y1 || Math.abs(y2 - y1) < 1;
  const angle = shape === "line" ? Math.atan2(y2 - y1, x2 - x1) : down ? Math.PI / 2 : -Math.PI / 2;
  const [one, other] = [0.55, -0.55].map((turn) => `${x2 - 11 * Math.cos(angle + turn)} ${y2 - 11 * Math.sin(angle + turn)}`);
  return `M${one}L${x2} ${y2}L${other}`;
}

// What lies under the tiles, the way; and what lies over them, the head and the label.
export function arrow(part) {
  const name = `ck-tile ck-${part.tone ?? "container"} ck-arrow`, under = svg("g", { class: name }), over = svg("g", { class: name });
  const width = part.shape === "link" ? 1.6 : 2.4;
  under.append(stroke(course(part), width));
  if (part.shape !== "link") over.append(stroke(head(part), width));
  if (part.label) {
    const long = wide(part.label, 12.5) + 18, x = part.label_x || (part.x1 + part.x2) / 2, y = part.label_y || (part.y1 + part.y2) / 2;
    over.append(
      svg("rect", { x: x - long / 2, y: y - 11, width: long, height: 22, rx: 11, "stroke-width": 1.4 }),
      svg("text", { x, y: y + 4.3, "font-size": 12.5, "text-anchor": "middle" }, part.label),
    );
  }
  return [under, over];
}

export function mark(part) {
  const tone = part.verdict === "hit" ? "page" : "gone", text = part.text ?? "";
  const width = text ? wide(text, 12) + 32 : 20;
  const group = svg("g", { class: `ck-tile ck-${tone} ck-mark`, transform: `translate(${part.x} ${part.y})` });
  const sign = stroke(SIGNS[part.verdict], 2.4);
  group.append(svg("rect", { x: -width / 2, y: -10, width, height: 20, rx: 10, "stroke-width": 1.8 }), sign);
  if (part.text) {
    sign.setAttribute("transform", `translate(${13 - width / 2} 0)`);
    group.append(svg("text", { x: 24 - width / 2, y: 4.2, "font-size": 12 }, part.text));
  }
  return group;
}
