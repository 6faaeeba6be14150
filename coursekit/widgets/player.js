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

function bracket(box) {
  const x = box.width + 14, y = box.height / 2;
  return [
    svg("path", { d: `M0 0h${box.width}v${box.height}h-${box.width}`, "stroke-width": 1.6 }),
    svg("text", { x, y, "font-size": 13, "text-anchor": "middle", transform: `rotate(90 ${x} ${y})` }, box.text),
  ];
}

function fill(group, box) {
  if (box.role === "bracket") return group.replaceChildren(...bracket(box));
  const parts = [];
  if (box.title) parts.push(svg("title", {}, box.title));
  if (box.role !== "label" && box.role !== "note") {
    const radius = box.role === "slab" ? 12 : 7;
    parts.push(svg("rect", { width: box.width, height: box.height, rx: radius, "stroke-width": box.fresh ? 3 : 1.6 }));
  }
  if (box.role === "whiteout") parts.push(svg("path", { d: "M8 10l14 14m0-14l-14 14", "stroke-width": 2 }));
  if (box.text) parts.push(label(box));
  group.replaceChildren(...parts);
}

function label(box) {
  const right = box.role === "label" || (box.role === "note" && box.x === 0);
  const left = box.role === "whiteout" ? 28 : 10;
  return svg("text", {
    x: right ? box.width : left,
    y: box.height / 2 + 4.5,
    "text-anchor": right ? "end" : "start",
    "font-size": box.role === "label" ? 14 : box.role === "note" ? 12.5 : 13,
    "font-weight": box.role === "label" ? 600 : 400,
  }, box.text);
}

function arrow(part) {
  const group = svg("g", { class: "ck-tile ck-container ck-arrow" });
  const bend = (part.x1 + part.x2) / 2 - 40, middle = (part.y1 + part.y2) / 2;
  const curve = `M${part.x1} ${part.y1}C${bend} ${part.y1 - 20} ${bend} ${part.y2 + 30} ${part.x2} ${part.y2}`;
  const head = `M${part.x2 - 6} ${part.y2 + 9}L${part.x2} ${part.y2}L${part.x2 + 6} ${part.y2 + 9}`;
  group.append(svg("path", { d: curve + head, "stroke-width": 2.2 }));
  if (part.label) {
    const width = 8 * part.label.length + 16, left = (part.x1 + part.x2) / 2 - 30;
    group.append(
      svg("rect", { x: left, y: middle - 12, width, height: 24, rx: 12 }),
      svg("text", { x: left + width / 2, y: middle + 4.5, "font-size": 12.5, "text-anchor": "middle" }, part.label),
    );
  }
  return group;
}

function mark(part) {
  const tone = part.verdict === "hit" ? "page" : "gone";
  const group = svg("g", { class: `ck-tile ck-${tone} ck-mark`, transform: `translate(${part.x} ${part.y})` });
  group.append(
    svg("rect", { x: -10, y: -10, width: 20, height: 20, rx: 10, "stroke-width": 2 }),
    svg("path", { d: SIGNS[part.verdict], "stroke-width": 2.4 }),
  );
  return group;
}

class Stage {
  constructor(scene) {
    this.picture = svg("svg", {
      class: "ck-scene", role: "img", viewBox: `0 0 ${scene.width} ${scene.height}`, width: scene.width, height: scene.height,
    });
    this.title = svg("title", {}, scene.title);
    this.groups = new Map();
    this.boxes = svg("g", {});
    this.extra = svg("g", {});
    this.picture.append(this.title, this.boxes, this.extra);
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
      this.boxes.append(held.group);
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
