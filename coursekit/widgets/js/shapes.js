// The parts of a scene as SVG, as coursekit/diagrams/shapes.py draws them for a page without a browser.
// All text is set as text: a file name is never markup.

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
const INSETS = { slab: 16, tile: 15, whiteout: 30, lid: 12 };
const SIZES = { label: 14, note: 12.5, lid: 11.5 };
const rect = (width, height, rx, rest) => svg("rect", { width, height, rx, ...rest });
const stroke = (d, width, rest = {}) => svg("path", { d, "stroke-width": width, ...rest });

function bracket(box) {
  const x = box.width + 14, y = box.height / 2;
  return [
    stroke(`M0 0h${box.width}v${box.height}h-${box.width}`, 1.6),
    svg("text", { x, y, "font-size": 13, "text-anchor": "middle", transform: `rotate(90 ${x} ${y})` }, box.text ?? ""),
  ];
}

function hatching(width, height, step = 11) {
  let lines = "";
  for (let end = height; end <= width; end += step) lines += `M${end} 0L${end - height} ${height}`;
  return lines;
}

function body(box) {
  const { width, height } = box;
  const frame = () => rect(width, height, box.role === "slab" ? 12 : 7, { "stroke-width": box.fresh ? 3 : 1.6 });
  switch (box.role) {
    case "label": case "note": return [];
    case "bracket": return bracket(box);
    case "thread": return [stroke(`M0 0v${height}`, 1.6, { "stroke-dasharray": "1.5 4.5", "stroke-linecap": "round" })];
    case "shade": return [rect(width, height, 0, { "fill-opacity": 0.13 })];
    case "bar": return [rect(width, height, height < 16 ? Math.min(height, width) / 2 : 5)];
    case "lid": return [stroke(`M2 ${height - 2}v8M${width - 2} ${height - 2}v8`, 4), rect(width, height, 5, { "stroke-width": 2.4 })];
    case "whiteout": return [
      frame(), stroke(hatching(width, height), 1, { "stroke-opacity": 0.38 }), stroke(`M9 ${height / 2 - 7}l14 14m0-14l-14 14`, 2.6),
    ];
    case "tile": return box.hidden ? [frame()] : [frame(), rect(EDGE, height, 3, { class: "ck-edge" })];
    default: return [frame()];
  }
}

export function shapes(box) {
  const parts = body(box);
  if (box.title) parts.unshift(svg("title", {}, box.title));
  if (!["bracket", "shade", "thread"].includes(box.role)) parts.push(...label(box));
  return parts;
}

// One or two lines, in the middle of the box's height.
function label(box) {
  const middle = box.height / 2 + 4.5, lines = [];
  if (box.text) lines.push(line(box, box.text, middle - (box.sub ? 8 : 0), SIZES[box.role] ?? 13));
  if (box.sub) lines.push(line(box, box.sub, middle + 8.5, 11.5, false));
  return lines;
}

function line(box, text, y, size, bold = box.role === "label") {
  const right = box.role === "label" || (box.role === "note" && box.x === 0);
  const align = box.align || (right ? "end" : box.role === "lid" ? "middle" : "start"), inset = INSETS[box.role] ?? 0;
  const x = { start: inset, middle: box.width / 2 + (box.role === "tile" ? EDGE / 2 : 0), end: box.width - inset }[align];
  return svg("text", { x, y, "font-size": size, "text-anchor": align, ...(bold ? { "font-weight": 600 } : {}) }, text);
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

export function arrow(part) {
  const group = svg("g", { class: `ck-tile ck-${part.tone ?? "container"} ck-arrow` });
  group.append(stroke(course(part) + head(part), part.shape === "link" ? 1.6 : 2.4));
  if (part.label) {
    const width = 7.2 * part.label.length + 18, x = (part.x1 + part.x2) / 2, y = part.label_y || (part.y1 + part.y2) / 2;
    group.append(
      svg("rect", { x: x - width / 2, y: y - 11, width, height: 22, rx: 11, "stroke-width": 1.4 }),
      svg("text", { x, y: y + 4.3, "font-size": 12.5, "text-anchor": "middle" }, part.label),
    );
  }
  return group;
}

export function mark(part) {
  const tone = part.verdict === "hit" ? "page" : "gone", text = part.text ?? "";
  const width = text ? (text === text.toUpperCase() ? 8.6 : 7) * text.length + 34 : 20;
  const group = svg("g", { class: `ck-tile ck-${tone} ck-mark`, transform: `translate(${part.x} ${part.y})` });
  const sign = stroke(SIGNS[part.verdict], 2.4);
  group.append(svg("rect", { x: -width / 2, y: -10, width, height: 20, rx: 10, "stroke-width": 1.8 }), sign);
  if (part.text) {
    sign.setAttribute("transform", `translate(${14 - width / 2} 0)`);
    group.append(svg("text", { x: 26 - width / 2, y: 4.2, "font-size": 12 }, part.text));
  }
  return group;
}
