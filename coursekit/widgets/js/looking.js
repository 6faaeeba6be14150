// Beside the steps: finding, filtering and zooming. Nothing moves; what does not match grows faint.

import { html } from "./dom.js";
import { button, chooser } from "./icons.js";
import { scrolled, within } from "./layout.js";
import { say } from "./words.js";

const FEW = 8; // things that an eye finds without help

export class Looking {
  constructor(player) {
    this.player = player;
    this.zoom = 0; // 0: fit the width
    this.find = html("input", { type: "search", placeholder: say("Find"), "aria-label": say("Find in the picture") });
    this.find.addEventListener("input", () => this.refresh());
    this.find.addEventListener("keydown", (event) => event.key === "Enter" && this.reveal());
    this.filter = chooser(say("Show"), [], () => this.refresh());
    this.found = html("output", { class: "ck-found", "aria-live": "polite" });
    this.root = html("div", { class: "ck-looking", role: "group", "aria-label": say("Find and zoom") }, this.find, this.filter, this.found,
      button("smaller", () => this.scale(-1)), button("larger", () => this.scale(1)), button("whole", () => this.scale(0)));
  }

  load() {
    const slabs = this.player.stage.rows().map(([name]) => [say("only {name}", { name }), name]);
    const unique = slabs.filter(([, name], place) => slabs.findIndex((each) => each[1] === name) === place);
    const options = [[say("show all"), ""], [say("what changes"), "*"], ...unique];
    const few = [...this.player.stage.boxes.values()].filter(Looking.sought).length < FEW;
    this.find.hidden = this.filter.hidden = few && this.idle;
    this.filter.replaceChildren(...options.map(([text, value]) => html("option", { value }, text)));
    this.changing = new Set(this.player.stage.reel.frames.slice(1).flatMap((frame) =>
      [...(frame.gone ?? []), ...(frame.set ?? []).map((part) => part.id)]));
  }

  get idle() { return !this.find.value && !this.filter.value; }

  matches(box) {
    const text = this.find.value.toLowerCase(), { value } = this.filter;
    if (value === "*" && !this.changing.has(box.id)) return false;
    if (value && value !== "*" && !this.row(value)(box)) return false;
    return !text || `${box.title}\n${box.text}\n${box.sub}`.toLowerCase().includes(text);
  }

  row(name) {
    const { stage } = this.player;
    const slabs = [...stage.boxes.values()].filter((box) => box.role === "slab" && stage.name(box) === name);
    return (box) => slabs.some((slab) => within(box, slab));
  }

  // Whether a box is what somebody may look for.
  static sought(box) { return ["tile", "whiteout", "lid"].includes(box.role) || (box.role === "note" && box.about); }

  faint(group, box) { group.classList.toggle("ck-faint", !this.idle && Looking.sought(box) && !this.matches(box)); }

  refresh() {
    const { stage } = this.player;
    const sought = [...stage.boxes.values()].filter(Looking.sought);
    for (const box of sought) this.faint(stage.groups.get(box.id), box);
    const found = sought.filter((box) => this.matches(box)).length;
    this.found.textContent = this.idle ? "" : say("{n} of {total}", { n: found, total: sought.length });
  }

  // Brings what this step is about into view, where the picture is larger than its window.
  follow() {
    const { stage, viewport } = this.player, { scrollWidth, clientWidth, scrollHeight, clientHeight } = viewport;
    if (scrollWidth <= clientWidth && scrollHeight <= clientHeight) return;
    const fresh = [...stage.boxes.values()].filter((box) => box.fresh), marks = stage.reel.frames[stage.step].marks ?? [];
    const about = fresh.length ? fresh : marks.map(({ x = 0, y = 0 }) => ({ x: x - 40, y: y - 12, width: 80, height: 24 }));
    if (!about.length) return;
    const scale = stage.picture.getBoundingClientRect().width / stage.grid.width;
    viewport.scrollLeft = scrolled(viewport.scrollLeft, clientWidth, scale, about.map(({ x, width }) => [x, x + width]));
    viewport.scrollTop = scrolled(viewport.scrollTop, clientHeight, scale, about.map(({ y, height }) => [y, y + height]));
  }

  // Brings the first match into view.
  reveal() {
    const { stage } = this.player;
    const box = [...stage.boxes.values()].find((each) => Looking.sought(each) && this.matches(each));
    if (box) stage.groups.get(box.id).scrollIntoView({ block: "nearest", inline: "center" });
  }

  scale(by) {
    const { picture, grid } = this.player.stage, now = picture.getBoundingClientRect().width / grid.width;
    this.zoom = by === 0 ? 0 : Math.min(4, Math.max(0.25, now * (by > 0 ? 1.25 : 0.8)));
    picture.style.width = this.zoom ? `${grid.width * this.zoom}px` : "";
    picture.classList.toggle("ck-zoomed", this.zoom > 0);
  }
}
