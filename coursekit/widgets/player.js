// The player: draws the frames of a scene (coursekit.diagrams.scene) as SVG, and steps through them here, in the browser.
// One group for each box, found again by its id, so that what moves between two frames is seen to move.

const SVG = "http://www.w3.org/2000/svg";
const SIGNS = { hit: "M-5 0l4 4 7-8", miss: "M-4 -4l8 8m0-8l-8 8", stop: "M-5 0h10" };
const ICONS = {
  first: ["First step", "M4 3h3v14H4zM17 3v14L8 10z"],
  back: ["Step back", "M14 3v14L5 10z"],
  play: ["Play", "M5 3l12 7-12 7z"],
  pause: ["Pause", "M5 3h4v14H5zM11 3h4v14h-4z"],
  next: ["Step forward", "M6 3v14l9-7z"],
  last: ["Last step", "M13 3h3v14h-3zM3 3v14l9-7z"],
};

function svg(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

function html(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function icon(name) {
  const picture = svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" });
  picture.append(svg("path", { d: ICONS[name][1] }));
  return picture;
}

function button(name, press) {
  const element = html("button", { type: "button", "aria-label": ICONS[name][0], title: ICONS[name][0] }, icon(name));
  element.addEventListener("click", press);
  return element;
}

function classes(box) {
  const tone = box.role === "whiteout" ? "gone" : box.tone || "page";
  return `ck-box ck-${box.role} ck-${tone}${box.hidden ? " ck-hidden" : ""}${box.fresh ? " ck-fresh" : ""}`;
}

// The shapes are those of coursekit/diagrams/shapes.py, drawn here once more.
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
    case "bar": return [rect(width, height, height < 12 ? Math.min(height, width) / 2 : 5)];
    case "lid": return [stroke(`M2 ${height - 2}v8M${width - 2} ${height - 2}v8`, 4), rect(width, height, 5, { "stroke-width": 2.4 })];
    case "whiteout": return [
      frame(), stroke(hatching(width, height), 1, { "stroke-opacity": 0.38 }), stroke(`M9 ${height / 2 - 7}l14 14m0-14l-14 14`, 2.6),
    ];
    case "tile": return box.hidden ? [frame()] : [frame(), rect(EDGE, height, 3, { class: "ck-edge" })];
    default: return [frame()];
  }
}

function fill(group, box) {
  const parts = body(box);
  if (box.title) parts.unshift(svg("title", {}, box.title));
  if (!["bracket", "shade", "thread"].includes(box.role)) parts.push(...label(box));
  group.replaceChildren(...parts);
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

function arrow(part) {
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

function mark(part) {
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

class Stage {
  constructor(scene) {
    this.picture = svg("svg", {
      class: "ck-scene", role: "img", viewBox: `0 0 ${scene.width} ${scene.height}`, width: scene.width, height: scene.height,
    });
    this.title = svg("title", {}, scene.title);
    this.groups = new Map();
    this.floors = { slab: svg("g", {}), under: svg("g", {}), over: svg("g", {}) };  // what lies over what
    this.extra = svg("g", {});
    this.picture.append(this.title, ...Object.values(this.floors), this.extra);
  }

  draw(frame, forward) {
    const seen = new Set();
    for (const box of frame.boxes) {
      seen.add(box.id);
      this.place(box, forward ? frame.arrows : []);
    }
    for (const [id, held] of this.groups) {
      if (!seen.has(id)) { held.group.remove(); this.groups.delete(id); }
    }
    this.extra.replaceChildren(...frame.arrows.map(arrow), ...frame.marks.map(mark));
  }

  place(box, arrows) {
    const key = JSON.stringify(box);
    let held = this.groups.get(box.id);
    if (held && held.key === key) return;
    const fresh = !held;
    if (fresh) {
      held = { group: svg("g", {}) };
      this.groups.set(box.id, held);
      const under = ["shade", "thread", "bracket"].includes(box.role);
      this.floors[box.role === "slab" ? "slab" : under ? "under" : "over"].append(held.group);
    }
    held.key = key;
    held.group.setAttribute("class", classes(box));
    fill(held.group, box);
    const rises = fresh && box.fresh && arrows.length ? arrows[0].y1 - arrows[0].y2 + 49 : 0;
    held.group.style.transform = `translate(${box.x}px, ${box.y + rises}px)`;
    if (rises) requestAnimationFrame(() => requestAnimationFrame(() => {
      held.group.style.transform = `translate(${box.x}px, ${box.y}px)`;
    }));
  }
}

// The frames as sent hold what differs; this gives each its whole list of boxes.
function expanded(scene) {
  const boxes = new Map();
  const frames = scene.frames.map((frame) => {
    for (const id of frame.gone ?? []) boxes.delete(id);
    for (const box of frame.set ?? []) boxes.set(box.id, { ...boxes.get(box.id), ...box });
    return { caption: frame.caption, boxes: [...boxes.values()], arrows: frame.arrows ?? [], marks: frame.marks ?? [] };
  });
  return { ...scene, frames };
}

function render({ model, el }) {
  const scene = expanded(model.get("data")), last = scene.frames.length - 1;
  const stage = new Stage(scene);
  const caption = html("p", { class: "ck-caption", "aria-live": "polite" });
  const count = html("span", { class: "ck-count" });
  const scrub = html("input", { type: "range", min: 0, max: last, step: 1, "aria-label": "Step" });
  const pace = html("select", { "aria-label": "Speed" });
  for (const [text, wait] of [["slow", 2600], ["normal", 1500], ["fast", 700]]) pace.append(html("option", { value: wait }, text));
  pace.value = "1500";
  let shown = -1, timer = null;

  function show(step) {
    const frame = scene.frames[step];
    stage.draw(frame, step === shown + 1);
    shown = step;
    caption.textContent = frame.caption;
    count.textContent = `step ${step + 1} of ${last + 1}`;
    scrub.value = step;
    scrub.setAttribute("aria-valuetext", `step ${step + 1} of ${last + 1}: ${frame.caption}`);
    first.disabled = back.disabled = step === 0;
    next.disabled = end.disabled = step === last;
  }
  function go(step) {
    const target = Math.min(Math.max(step, 0), last);
    if (target === shown) return;
    show(target);
    model.set("step", target);
    model.save_changes();
  }
  function stop() {
    clearInterval(timer);
    timer = null;
    dress("play");
  }
  function dress(name) {
    play.replaceChildren(icon(name));
    play.setAttribute("aria-label", ICONS[name][0]);
    play.title = ICONS[name][0];
  }
  function toggle() {
    if (timer) return stop();
    if (shown === last) go(0);
    dress("pause");
    timer = setInterval(() => (shown === last ? stop() : go(shown + 1)), Number(pace.value));
  }
  const walk = (step) => { stop(); go(step); };
  const first = button("first", () => walk(0));
  const back = button("back", () => walk(shown - 1));
  const play = button("play", toggle);
  const next = button("next", () => walk(shown + 1));
  const end = button("last", () => walk(last));
  scrub.addEventListener("input", () => walk(Number(scrub.value)));
  pace.addEventListener("change", () => { if (timer) { stop(); toggle(); } });

  const controls = html("div", { class: "ck-controls", role: "group", "aria-label": "Player" }, first, back, play, next, end, scrub, count, pace);
  const root = html("div", { class: "ck-player" }, html("div", { class: "ck-viewport" }, stage.picture), caption, controls);
  root.addEventListener("keydown", (event) => {
    const keys = { ArrowLeft: () => walk(shown - 1), ArrowRight: () => walk(shown + 1), Home: () => walk(0), End: () => walk(last) };
    const act = event.target === pace || event.target === scrub ? undefined : keys[event.key];
    if (act) { act(); event.preventDefault(); event.stopPropagation(); }
  });
  const follow = () => { const step = model.get("step"); if (step !== shown) show(step); };
  model.on("change:step", follow);
  show(Math.min(Math.max(model.get("step"), 0), last));
  el.append(root);
  return () => { clearInterval(timer); model.off("change:step", follow); };
}

export default { render };
