// The stage: the frames of a scene (coursekit.diagrams.scene) drawn as SVG, and moved from one to the next.
// The player, the card and the sandbox stand on it; `shapes` draws the parts, `reel` knows which there are.

import { spoken, within } from "./layout.js";
import { Reel } from "./reel.js";
import { arrow, classes, mark, shapes, svg } from "./shapes.js";

const MANY = 300; // boxes, from which on only what lies on top is seen to move
export const STILL = matchMedia("(prefers-reduced-motion: reduce)");

const by = (x, y) => `translate(${x}px, ${y}px)`;

// Shapes drawn at the origin, put at a box's place. Most get new coordinates and no transform: each transform is a
// layer of its own to the browser's painter, and a thousand of them cost a frame.
export function placed(parts, { x, y }) {
  for (const part of parts) {
    if (part.tagName === "rect" || (part.tagName === "text" && !part.hasAttribute("transform"))) {
      part.setAttribute("x", x + Number(part.getAttribute("x")));
      part.setAttribute("y", y + Number(part.getAttribute("y")));
    } else if (part.tagName !== "title") {
      part.setAttribute("transform", `translate(${x} ${y}) ${part.getAttribute("transform") ?? ""}`.trim());
    }
  }
  return parts;
}

export class Stage {
  /**
   * `dress(group, box)` may add to a box what a player or a card needs: a role, a state.
   * @param {import("./told.js").Scene} scene
   * @param {(group: any, box: any) => void} [dress]
   */
  constructor(scene, dress = () => {}) {
    this.scene = scene;
    this.dress = dress;
    this.reel = new Reel(scene);
    this.groups = new Map();
    const { width, height } = scene;
    this.picture = svg("svg", { class: "ck-scene", role: "group", "aria-label": scene.title, viewBox: `0 0 ${width} ${height}`, width, height });
    this.layers = Object.fromEntries(["slabs", "under", "things", "arrows", "marks"].map((name) => [name, svg("g", {})]));
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
    const from = was ?? (now.origin && this.boxes.get(now.origin));
    const stays = from ? from.x === now.x && from.y === now.y : was;
    if (!ms || stays || !this.free(group)) return;
    if (from) this.move(group, from, now, ms);
    else this.appear(group, now, ms);
  }

  // Whether a group may be seen to move. Among many it has to be drawn last: all that is drawn after what moves is put on
  // layers of its own by the browser, a thousand tiles in 80 ms; so what lies below tiles changes at once there.
  free(group) {
    const place = group.parentNode;
    if (this.groups.size < MANY) return true;
    if (place !== this.layers.things) return false;
    if (group === place.lastChild) return true;
    const held = group.contains(document.activeElement);
    place.append(group);
    if (held) group.focus({ preventScroll: true });
    return true;
  }

  enter(id, box) {
    const group = svg("g", { "data-id": id });
    const under = ["shade", "thread", "bracket"].includes(box.role);
    const place = box.role === "slab" ? "slabs" : under ? "under" : "things";
    this.groups.set(id, group);
    this.layers[place].append(group);
    return group;
  }

  leave(id, box, ms) {
    const group = this.groups.get(id);
    this.groups.delete(id);
    const home = box.origin && this.boxes.get(box.origin);
    if (!ms || !group || !this.free(group)) return group?.remove();
    group.setAttribute("aria-hidden", "true");
    const end = home ? { transform: by(home.x - box.x, home.y - box.y) } : { opacity: 0 };
    const played = group.animate([home ? { transform: by(0, 0) } : { opacity: 1 }, end], { duration: ms, easing: "ease-in-out" });
    played.onfinish = played.oncancel = () => group.remove();
  }

  paint(group, box) {
    group.setAttribute("class", classes(box));
    group.replaceChildren(...placed(shapes(box), box));
    this.dress(group, box);
  }

  move(group, from, to, duration) {
    group.animate([{ transform: by(from.x - to.x, from.y - to.y) }, { transform: by(0, 0) }], { duration, easing: "ease-in-out" });
  }

  // Grows around its middle.
  appear(group, box, duration) {
    const x = 0.3 * (box.x + box.width / 2), y = 0.3 * (box.y + box.height / 2);
    group.animate([{ transform: `${by(x, y)} scale(.7)`, opacity: 0 }, { transform: `${by(0, 0)} scale(1)`, opacity: 1 }], { duration, easing: "ease-out" });
  }

  // Arrows and marks belong to one frame. A probe falls from where the last one stood, or from the top.
  narrow(frame, ms) {
    const marks = (frame.marks ?? []).map((part) => ({ x: 0, y: 0, ...part }));
    this.layers.arrows.replaceChildren(...(frame.arrows ?? []).map((part) => arrow({ x1: 0, y1: 0, x2: 0, y2: 0, tone: "container", ...part })));
    this.layers.marks.replaceChildren(...marks.map((part) => held(mark(part))));
    const last = marks.at(-1);
    if (ms && last) {
      const start = this.probe?.x === last.x && this.probe.y < last.y ? this.probe.y : 0;
      this.move(this.layers.marks.lastChild, { x: last.x, y: start }, last, ms);
    }
    this.probe = last;
    if (ms) for (const shown of this.layers.arrows.children) shown.animate([{ opacity: 0 }, { opacity: 1 }], { duration: ms });
  }

  // What a slab is called: its label, or what it says itself.
  name(slab) {
    const label = this.boxes.get(`${slab.id}:label`);
    return label?.title || label?.text || slab.title || slab.text || slab.id;
  }

  // A row for each slab: its name, and the things on it. This is the picture for who does not see it.
  rows() {
    const boxes = [...this.boxes.values()];
    const slabs = boxes.filter((box) => box.role === "slab").sort((one, other) => one.y - other.y || one.x - other.x);
    const things = boxes.filter((box) => !["slab", "bracket", "label", "shade", "thread"].includes(box.role) && (box.title || box.text));
    return slabs.map((slab) => [this.name(slab), things.filter((box) => within(box, slab)).map(spoken)]);
  }
}

// A group around what has a transform of its own, so that it can be moved by another.
function held(part) {
  const group = svg("g", {});
  group.append(part);
  return group;
}
