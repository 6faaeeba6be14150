// The stage: the frames of a scene (coursekit.diagrams.scene) drawn as SVG, and moved from one to the next.
// The player and the sheet stand on it; Python joins the files into one ES module (coursekit.widgets.joined).
// All text is set as text: a file name is never markup.

const SVG = "http://www.w3.org/2000/svg";
const PLAIN = { x: 0, y: 0, text: "", title: "", tone: "", hidden: false, fresh: false, origin: "", about: "" };
const SIGNS = { hit: "M-5 0l4 4 7-8", miss: "M-4 -4l8 8m0-8l-8 8", stop: "M-5 0h10" };
const SAID = { hit: "found", miss: "not here", stop: "the search ends here" };
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

function svg(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

function html(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== false) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// The boxes of one step at a time. A frame was sent as what differs; going forward notes what it replaces, so that
// going back, or to any step, costs only the differences in between.
class Reel {
  constructor(scene) {
    this.frames = scene.frames;
    this.boxes = new Map();
    this.replaced = [];
    this.at = -1;
  }

  // Goes to a step, and returns each box that was touched on the way, as it was before.
  go(step) {
    const before = new Map();
    const put = (id, box) => {
      if (!before.has(id)) before.set(id, this.boxes.get(id));
      if (box) this.boxes.set(id, box);
      else this.boxes.delete(id);
    };
    while (this.at < step) this.forward(put);
    while (this.at > step) for (const [id, box] of this.replaced[this.at--]) put(id, box);
    return before;
  }

  forward(put) {
    const { gone = [], set = [] } = this.frames[++this.at];
    this.replaced[this.at] = [...gone, ...set.map((part) => part.id)].map((id) => [id, this.boxes.get(id)]).reverse();
    for (const id of gone) put(id, undefined);
    for (const part of set) put(part.id, { ...PLAIN, ...this.boxes.get(part.id), ...part });
  }
}

function classes(box) {
  const tone = box.role === "whiteout" ? "gone" : box.tone || "page";
  return `ck-box ck-${box.role} ck-${tone}${box.hidden ? " ck-hidden" : ""}${box.fresh ? " ck-fresh" : ""}`;
}

function bracket(box) {
  const x = box.width + 14, y = box.height / 2;
  return [
    svg("path", { d: `M0 0h${box.width}v${box.height}h-${box.width}`, "stroke-width": 1.6 }),
    svg("text", { x, y, "font-size": 13, "text-anchor": "middle", transform: `rotate(90 ${x} ${y})` }, box.text),
  ];
}

function label(box) {
  const right = box.role === "label" || (box.role === "note" && box.x === 0);
  return svg("text", {
    x: right ? box.width : box.role === "whiteout" ? 28 : 10,
    y: box.height / 2 + 4.5,
    "text-anchor": right ? "end" : "start",
    "font-size": box.role === "label" ? 14 : box.role === "note" ? 12.5 : 13,
    "font-weight": box.role === "label" ? 600 : 400,
  }, box.text);
}

function shapes(box) {
  if (box.role === "bracket") return bracket(box);
  const parts = box.title ? [svg("title", {}, box.title)] : [];
  if (box.role !== "label" && box.role !== "note") {
    const rx = box.role === "slab" ? 12 : 7;
    parts.push(svg("rect", { width: box.width, height: box.height, rx, "stroke-width": box.fresh ? 3 : 1.6 }));
  }
  if (box.role === "whiteout") parts.push(svg("path", { d: "M8 10l14 14m0-14l-14 14", "stroke-width": 2 }));
  if (box.role === "lid") parts.push(svg("path", { d: `M${box.width / 2 - 9} 0v-5h18v5`, "stroke-width": 2.4 }));
  if (box.text) parts.push(label(box));
  return parts;
}

function shaft({ x1 = 0, y1 = 0, x2 = 0, y2 = 0, shape }) {
  if (shape === "line") return `M${x1} ${y1}L${x2} ${y2}`;
  const bend = (x1 + x2) / 2 - 40;
  return `M${x1} ${y1}C${bend} ${y1 - 20} ${bend} ${y2 + 30} ${x2} ${y2}`;
}

function arrowhead({ x1 = 0, y1 = 0, x2 = 0, y2 = 0, shape }) {
  const angle = shape === "line" ? Math.atan2(y2 - y1, x2 - x1) : -Math.PI / 2;
  const [one, other] = [0.55, -0.55].map((turn) =>
    `${x2 - 11 * Math.cos(angle + turn)} ${y2 - 11 * Math.sin(angle + turn)}`);
  return `M${one}L${x2} ${y2}L${other}`;
}

function arrow(part) {
  const group = svg("g", { class: `ck-tile ck-${part.tone} ck-arrow` });
  group.append(svg("path", { d: shaft(part) + arrowhead(part), "stroke-width": 2.2 }));
  if (part.label) {
    const width = 8 * part.label.length + 16, left = (part.x1 + part.x2) / 2 - 30, y = (part.y1 + part.y2) / 2;
    group.append(
      svg("rect", { x: left, y: y - 12, width, height: 24, rx: 12 }),
      svg("text", { x: left + width / 2, y: y + 4.5, "font-size": 12.5, "text-anchor": "middle" }, part.label),
    );
  }
  return group;
}

function mark(part) {
  const group = svg("g", { class: `ck-tile ck-${part.verdict === "hit" ? "page" : "gone"} ck-mark`, transform: `translate(${part.x} ${part.y})` });
  group.append(
    svg("title", {}, SAID[part.verdict]),
    svg("rect", { x: -10, y: -10, width: 20, height: 20, rx: 10, "stroke-width": 2 }),
    svg("path", { d: SIGNS[part.verdict], "stroke-width": 2.4 }),
  );
  return group;
}

const at = (x, y) => `translate(${x}px, ${y}px)`;

class Stage {
  // `dress(group, box)` may add to a box what a player or a sheet needs: a role, a state.
  constructor(scene, dress = () => {}) {
    this.scene = scene;
    this.dress = dress;
    this.reel = new Reel(scene);
    this.groups = new Map();
    const { width, height } = scene;
    this.picture = svg("svg", { class: "ck-scene", role: "group", "aria-label": scene.title, viewBox: `0 0 ${width} ${height}`, width, height });
    this.layers = Object.fromEntries(["ground", "arrows", "things", "lids", "marks"].map((name) => [name, svg("g", {})]));
    this.picture.append(...Object.values(this.layers));
  }

  get boxes() { return this.reel.boxes; }
  get step() { return this.reel.at; }

  // Shows a step. With `ms`, and to a neighbouring step, what changes is seen to move for that long.
  show(step, ms = 0) {
    const forward = step > this.step;
    const moves = ms > 0 && Math.abs(step - this.step) === 1 && this.step >= 0 && !STILL.matches;
    const before = this.reel.go(step);
    const ran = moves ? ms : 0;
    for (const [id, was] of before) this.change(id, was, this.boxes.get(id), ran);
    this.narrow(this.reel.frames[step], forward ? ran : 0);
  }

  change(id, was, now, ms) {
    if (!now) return was && this.leave(id, was, ms);
    const known = this.groups.get(id);
    const group = known ?? this.enter(id, now);
    this.paint(group, now);
    if (!ms) return;
    const from = was ?? (now.origin && this.boxes.get(now.origin));
    if (from && (from.x !== now.x || from.y !== now.y)) this.move(group, from, now, ms);
    else if (!was) this.appear(group, now, ms);
  }

  enter(id, box) {
    const group = svg("g", { "data-id": id });
    const place = box.role === "slab" || box.role === "bracket" ? "ground" : box.role === "lid" ? "lids" : "things";
    this.groups.set(id, group);
    this.layers[place].append(group);
    return group;
  }

  leave(id, box, ms) {
    const group = this.groups.get(id);
    this.groups.delete(id);
    const home = box.origin && this.boxes.get(box.origin);
    if (!ms || !group) return group?.remove();
    group.setAttribute("aria-hidden", "true");
    const end = home ? { transform: at(home.x, home.y), opacity: 1 } : { transform: at(box.x, box.y), opacity: 0 };
    const played = group.animate([{ transform: at(box.x, box.y), opacity: 1 }, end], { duration: ms, easing: "ease-in-out" });
    played.onfinish = played.oncancel = () => group.remove();
  }

  paint(group, box) {
    group.setAttribute("class", classes(box));
    group.setAttribute("transform", `translate(${box.x} ${box.y})`);
    group.replaceChildren(...shapes(box));
    this.dress(group, box);
  }

  move(group, from, to, duration) {
    group.animate([{ transform: at(from.x, from.y) }, { transform: at(to.x, to.y) }], { duration, easing: "ease-in-out" });
  }

  appear(group, box, duration) {
    const x = box.x + box.width * 0.15, y = box.y + box.height * 0.15;
    group.animate([{ transform: `${at(x, y)} scale(.7)`, opacity: 0 }, { transform: at(box.x, box.y), opacity: 1 }], { duration, easing: "ease-out" });
  }

  // Arrows and marks belong to one frame. A probe falls from where the last one stood, or from the top.
  narrow(frame, ms) {
    const marks = (frame.marks ?? []).map((part) => ({ x: 0, y: 0, ...part }));
    this.layers.arrows.replaceChildren(...(frame.arrows ?? []).map((part) => arrow({ x1: 0, y1: 0, x2: 0, y2: 0, tone: "container", ...part })));
    this.layers.marks.replaceChildren(...marks.map(mark));
    const last = marks.at(-1);
    if (ms && last) {
      const start = this.probe?.x === last.x && this.probe.y < last.y ? this.probe.y : 0;
      this.move(this.layers.marks.lastChild, { x: last.x, y: start }, last, ms);
    }
    this.probe = last;
    if (ms) for (const shown of this.layers.arrows.children) shown.animate([{ opacity: 0 }, { opacity: 1 }], { duration: ms });
  }

  // A row for each slab: its name, and the things on it. This is the picture for who does not see it.
  rows() {
    const boxes = [...this.boxes.values()];
    const slabs = boxes.filter((box) => box.role === "slab").sort((one, other) => one.y - other.y || one.x - other.x);
    return slabs.map((slab) => [
      this.boxes.get(`${slab.id}:label`)?.title || this.boxes.get(`${slab.id}:label`)?.text || slab.title || slab.text || slab.id,
      boxes.filter((box) => box !== slab && !["slab", "bracket", "label"].includes(box.role) && within(box, slab)).map(spoken),
    ]);
  }
}

function within(box, slab) {
  const x = box.x + box.width / 2, y = box.y + box.height / 2;
  return x >= slab.x && x <= slab.x + slab.width && y >= slab.y && y <= slab.y + slab.height;
}

function spoken(box) {
  const said = [box.title || box.text];
  if (box.role === "whiteout" && !said[0].includes("whiteout")) said.push("whiteout");
  if (box.hidden) said.push("hidden");
  if (box.fresh) said.push("changed in this step");
  return said.join(", ");
}

// JupyterLab takes keys in the capture phase, before a widget sees them. Plain keys typed inside `root` are ours; those
// with Ctrl, Alt or Command (save, undo …) stay its own. Returns what gives them back.
function keysAreOurs(root) {
  const watch = (event) => {
    if (!root.contains(event.target)) return;
    root.toggleAttribute("data-lm-suppress-shortcuts", !(event.ctrlKey || event.metaKey || event.altKey));
  };
  window.addEventListener("keydown", watch, true);
  return () => window.removeEventListener("keydown", watch, true);
}
