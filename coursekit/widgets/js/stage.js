// The stage: the frames of a scene (coursekit.diagrams.scene) drawn as SVG, and moved from one to the next.
// The player, the card and the sandbox stand on it; `shapes` draws the parts, `reel` knows which there are.

import { Grid } from "./grid.js";
import { html } from "./dom.js";
import { spoken, within } from "./layout.js";
import { Reel } from "./reel.js";
import { arrow, classes, mark, shapes, svg } from "./shapes.js";
import { say } from "./words.js";

const MANY = 300; // boxes, from which on only what lies on top is seen to move
const SMALLEST = 0.75; // scale of a picture in less room than it can be laid out for
export const STILL = matchMedia("(prefers-reduced-motion: reduce)");

const ARROW = { x1: 0, y1: 0, x2: 0, y2: 0, label: "", label_x: 0, label_y: 0, shape: "curve", tone: "container" };
const SAID = ["tile", "whiteout", "lid", "note", "bar"]; // roles of what stands on a slab
const PLACES = { slab: "slabs", ground: "slabs", bracket: "slabs", shade: "under", thread: "under" };

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
    this.scene = this.drawn = scene;
    /** @type {number | undefined} */
    this.room = undefined; // the width that it was last laid out for
    this.dress = dress;
    this.reel = new Reel(scene);
    this.groups = new Map();
    this.grid = new Grid(scene);
    this.laid = new Map(); // the boxes where they stand at this width
    this.picture = svg("svg", { class: "ck-scene", role: "group", "aria-label": scene.title });
    this.layers = Object.fromEntries(["slabs", "under", "ways", "things", "arrows", "marks"].map((name) => [name, svg("g", {})]));
    this.picture.append(...Object.values(this.layers));
    this.pager = html("div", { class: "ck-pager", hidden: "" });
    this.size();
  }

  get boxes() { return this.laid; }
  get step() { return this.reel.at; }

  // Draws the scene at the width that `room`, an element around the picture, has now and will have. Returns what ends it.
  watch(room) {
    const observer = new ResizeObserver(() => this.fit(room.clientWidth));
    observer.observe(room);
    this.fit(room.clientWidth);
    return () => observer.disconnect();
  }

  // Lays the picture out for a width, from a column on; nothing is scaled.
  fit(width, from = this.grid.from) {
    if (!width || !this.scene.grid || (width === this.room && from === this.grid.from)) return;
    const first = this.room === undefined;
    this.room = width;
    this.unroll(this.scene.narrow && width < this.scene.grid.least ? this.scene.narrow : this.scene);
    this.grid = new Grid(this.drawn, width, from);
    this.size();
    if (this.step < 0) return;
    for (const [id, box] of this.reel.boxes) this.change(id, this.laid.get(id), this.grid.box(box), 0);
    this.narrow(this.reel.frames[this.step], 0);
    this.picture.dispatchEvent(new Event("ck-fit")); // what lies over the picture has to be placed anew
    if (first) this.turn(this.step);
  }

  // Takes the reel of the scene as it is for a wide page or a narrow one, at the same step.
  unroll(scene) {
    if (scene === this.drawn) return;
    const { step } = this;
    this.drawn = scene;
    this.reel = new Reel(scene);
    if (step >= 0) this.reel.go(step);
    for (const id of [...this.groups.keys()]) this.change(id, this.laid.get(id), undefined, 0);
  }

  // The picture's size is its own. Only where the room is narrower than any layout is it made smaller; and what is too wide
  // even so has to be scrolled, which is said.
  size() {
    const { width, height } = this.grid, scale = this.room ? Math.max(SMALLEST, Math.min(1, this.room / width)) : 1;
    for (const [name, value] of Object.entries({ viewBox: `0 0 ${width} ${height}`, width: width * scale, height: height * scale })) this.picture.setAttribute(name, value);
    this.picture.style.setProperty("--natural", `${width * scale}px`);
    this.page();
    if (this.room && width * scale > this.room + 1) {
      this.pager.hidden = false;
      this.pager.replaceChildren(html("span", {}, say("The picture goes on to the right: scroll it. ▸")));
    }
  }

  // Where not all columns fit they are paged, and it says so.
  page() {
    const { paged, from, shown, grid } = this.grid;
    this.pager.hidden = !paged;
    if (!paged) return;
    const held = this.pager.contains(document.activeElement);
    const turn = (name, sign, to, off) => {
      const element = html("button", { type: "button", class: "ck-icon", "aria-label": name, title: name, disabled: off }, sign);
      element.addEventListener("click", () => this.fit(this.room, to));
      return element;
    };
    this.pager.replaceChildren(turn(say("Files before these"), "◂", from - shown, from === 0),
      html("span", {}, say("files {from} to {to} of {all}", { from: from + 1, to: from + shown, all: grid.count })),
      turn(say("More files"), "▸", from + shown, from + shown >= grid.count));
    if (held) this.pager.querySelector("button:not(:disabled)")?.focus();
  }

  // Turns to the page on which something of this step is to be seen.
  turn(step) {
    if (!this.grid.paged) return;
    const fresh = [...this.reel.boxes.values()].filter((box) => box.fresh && box.role !== "slab").map((box) => box.x + box.width / 2);
    const about = fresh.length ? fresh : (this.reel.frames[step].marks ?? []).map((mark) => mark.x ?? 0);
    const columns = about.map((x) => this.grid.column(x)).filter((column) => column >= 0);
    if (!columns.length || columns.some((column) => column >= this.grid.from && column < this.grid.from + this.grid.shown)) return;
    this.fit(this.room, columns[0]);
  }

  // Shows a step. With `ms`, and to a neighbouring step, what changes is seen to move for that long.
  show(step, ms = 0) {
    const forward = step > this.step;
    const moves = ms > 0 && Math.abs(step - this.step) === 1 && this.step >= 0 && !STILL.matches;
    const before = this.reel.go(step);
    const ran = moves ? ms : 0;
    for (const id of before.keys()) {
      const box = this.reel.boxes.get(id);
      this.change(id, this.laid.get(id), box && this.grid.box(box), ran);
    }
    this.narrow(this.reel.frames[step], forward ? ran : 0);
    this.turn(step);
  }

  change(id, was, now, ms) {
    if (!now) {
      this.laid.delete(id);
      return was && this.leave(id, was, ms);
    }
    this.laid.set(id, now);
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
    const place = PLACES[box.role] ?? "things";
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
    const marks = (frame.marks ?? []).map((part) => this.grid.mark({ x: 0, y: 0, text: "", ...part })).filter(Boolean);
    const arrows = (frame.arrows ?? []).map((part) => this.grid.arrow({ ...ARROW, ...part })).filter(Boolean).map(arrow);
    this.layers.ways.replaceChildren(...arrows.map(([way]) => way));
    this.layers.arrows.replaceChildren(...arrows.map(([, head]) => head));
    this.layers.marks.replaceChildren(...marks.map((part) => held(mark(part))));
    const last = marks.at(-1);
    if (ms && last) {
      const start = this.probe?.x === last.x && this.probe.y < last.y ? this.probe.y : 0;
      this.move(this.layers.marks.lastChild, { x: last.x, y: start }, last, ms);
    }
    this.probe = last;
    if (ms) for (const shown of [...this.layers.ways.children, ...this.layers.arrows.children]) shown.animate([{ opacity: 0 }, { opacity: 1 }], { duration: ms });
  }

  // What a slab is called: its label, or what it says itself.
  name(slab) {
    const label = this.reel.boxes.get(`${slab.id}:label`);
    return label?.title || label?.text || slab.title || slab.text || slab.id;
  }

  // A row for each slab: its name, and the things on it. This is the picture for who does not see it: all of it, whatever
  // page is shown.
  rows() {
    const boxes = [...this.reel.boxes.values()];
    const slabs = boxes.filter((box) => ["slab", "band"].includes(box.role)).sort((one, other) => one.y - other.y || one.x - other.x);
    const things = boxes.filter((box) => SAID.includes(box.role) && (box.title || box.text));
    return slabs.map((slab) => [this.name(slab), things.filter((box) => within(box, slab)).map(spoken)]);
  }
}

// A group around what has a transform of its own, so that it can be moved by another.
function held(part) {
  const group = svg("g", {});
  group.append(part);
  return group;
}
