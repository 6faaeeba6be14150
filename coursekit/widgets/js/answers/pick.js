// A prediction: boxes of a scene's first step are picked, in the picture or in the list beside it. Once it is judged the
// scene runs, and at its last step what came stands where it was picked: a cross on what was wrong, a ring around what it was.

import { html, worded } from "../dom.js";
import { classes, svg } from "../shapes.js";
import { Stage, placed } from "../stage.js";
import { say } from "../words.js";
import { option } from "./choose.js";
import { beliefs, tag, unique, unmark } from "./marks.js";

const PACE = 1400; // milliseconds a step stays, when a prediction is run
const SIGN = { pick: "M-2.500 0a2.500 2.500 0 105 0 2.500 2.500 0 10-5 0", right: "M-4.500 .5l3 3 6-7", wrong: "M-4 -4l8 8m0-8l-8 8" };

/**
 * @param {import("../told.js").Spec} spec
 * @param {any} answer
 * @param {(answer: any) => void} set
 */
export function pick(spec, answer, set) { return new Prediction(spec, answer, set); }

class Prediction {
  /**
   * @param {any} spec
   * @param {any} answer
   * @param {(answer: any) => void} set
   */
  constructor(spec, answer, set) {
    this.spec = spec;
    this.chosen = new Set(spec.many ? (answer ?? []) : answer === null ? [] : [answer]);
    this.labels = new Map(spec.options.map(([key, label]) => [key, label]));
    this.keys = new Map(spec.options.map(([key, , box]) => [box, key]));
    this.told = null;
    this.stage = this.picture();
    this.lines = this.options(set);
    const list = html("fieldset", { class: "ck-choose ck-picks" }, html("legend", {}, say("Your prediction")), ...this.lines.values());
    this.caption = html("p", { class: "ck-caption" });
    this.end = worded(say("Show the end"), () => this.finish(), { class: "ck-button", hidden: "" });
    const view = html("div", { class: "ck-viewport", tabindex: 0, role: "group", "aria-label": spec.scene.title }, this.stage.picture);
    this.element = html("div", { class: "ck-pick" }, this.caption, view, this.stage.pager, list, this.end);
    this.show(0);
    this.stage.picture.addEventListener("ck-fit", () => this.pin(this.told !== null && this.stage.step === this.last));
    this.stage.watch(view);
  }

  picture() {
    const { scene } = this.spec;
    const stage = new Stage(scene, (group, box) => this.dress(group, box));
    stage.picture.setAttribute("role", "img"); // the list beside it is what a keyboard and a screen reader use
    stage.picture.addEventListener("click", (event) => {
      const key = this.keys.get(event.target.closest("[data-id]")?.dataset.id);
      if (key !== undefined) this.lines.get(key).querySelector("input").click();
    });
    return stage;
  }

  options(set) {
    const { many, options } = this.spec, group = unique("pick");
    return new Map(options.map(([key, label]) => [key, option(many ? "checkbox" : "radio", group, key, label, this.chosen.has(key), (event) => {
      if (!many) this.chosen.clear();
      event.target.checked ? this.chosen.add(key) : this.chosen.delete(key);
      const keys = options.map(([each]) => each).filter((each) => this.chosen.has(each));
      this.show(0);
      set(many ? keys : keys[0]);
    })]));
  }

  // Shows a step. What was picked is marked on all of them, what is right at the last alone.
  show(step, ms = 0) {
    this.stage.show(step, ms);
    this.caption.textContent = this.spec.scene.frames[step].caption;
    for (const id of this.keys.keys()) if (this.stage.boxes.has(id)) this.stage.paint(this.stage.groups.get(id), this.stage.boxes.get(id));
    this.pin(this.told !== null && step === this.last);
  }

  get last() { return this.spec.scene.frames.length - 1; }

  dress(group, box) {
    const key = this.keys.get(box.id);
    if (key === undefined) return;
    group.classList.toggle("ck-pickable", this.told === null);
    group.classList.toggle("ck-picked", this.chosen.has(key));
  }

  // Rings and tags lie above the picture, at the boxes as they stand.
  pin(known) {
    this.pins?.remove();
    this.pins = svg("g", { class: "ck-pins" });
    const right = this.told?.right ?? [], wanted = new Set(Array.isArray(right) ? right : [right]);
    for (const [id, key] of this.keys) {
      const box = this.stage.boxes.get(id), picked = this.chosen.has(key), isRight = known && wanted.has(key);
      if (!box || !(picked || isRight)) continue;
      const state = !known ? "pick" : isRight ? "right" : "wrong", label = this.labels.get(key) ?? key;
      const words = !known ? say("your pick") : isRight ? (picked ? say("you were right") : say("it was {label}", { label })) : say("you: {label}", { label });
      const group = svg("g", { class: classes(box) });
      if (isRight || picked) group.append(...placed([ring(box, state)], box));
      group.append(badge(box, state, words, this.stage.grid.narrow));
      this.pins.append(group);
    }
    this.stage.picture.append(this.pins);
  }

  // The verdict. One that was just made is seen to come about, step by step; the promise ends with the last.
  async mark(told, fresh = false) {
    this.stop();
    unmark(this.element);
    const known = told?.right != null;
    this.told = known ? told : null;
    if (!known) return this.show(0);
    if (fresh && this.last > 0) await this.run();
    this.show(this.last);
    this.tell();
  }

  tell() {
    const right = Array.isArray(this.told.right) ? this.told.right : [this.told.right];
    for (const [key, line] of this.lines) {
      const picked = this.chosen.has(key), ok = right.includes(key);
      if (!picked && !ok) continue;
      line.append(tag({ ok }, ok ? (picked ? say("right") : say("it was this")) : say("your pick")));
      line.classList.toggle("ck-off", picked && !ok);
      line.after(...beliefs(this.told, key));
    }
  }

  run() {
    this.show(0);
    this.end.hidden = false;
    return new Promise((done) => {
      this.finish = () => { this.stop(); done(undefined); };
      this.timer = setInterval(() => {
        if (this.stage.step + 1 >= this.last) return this.finish();
        this.show(this.stage.step + 1, 450);
      }, PACE);
    });
  }

  finish() {}

  stop() {
    clearInterval(this.timer);
    const held = this.end.contains(document.activeElement);
    this.end.hidden = true;
    if (held) this.lines.values().next().value.querySelector("input").focus();
  }
}

function ring(box, state) {
  return svg("rect", { x: -4, y: -4, width: box.width + 8, height: box.height + (box.pill ? 17 : 8), // the pill hangs over the edge
    rx: box.role === "slab" ? 15 : 10, class: `ck-ring ck-${state}` });
}

// A tag with a sign: a dot for a pick that is not judged, which is no verdict; then a tick or a cross. On a tile, whose
// words it would cover, the sign alone. `low`: at the slab's lower edge, since its name and note stand at the upper one.
function badge(box, state, words, low) {
  const wide = box.role === "slab", width = wide ? words.length * 6.8 + 32 : 18;
  const x = box.x + box.width - width - (wide ? 14 : -6), y = wide && low ? box.y + box.height - 9 : box.y - 9;
  const group = svg("g", { class: `ck-badge ck-${state}`, transform: `translate(${x} ${y})` });
  group.append(svg("title", {}, words), svg("rect", { width, height: 18, rx: state === "wrong" ? 4 : 9 }));
  group.append(svg("path", { d: SIGN[state], "stroke-width": 2.2, transform: `translate(${wide ? 13 : 9} 9)` }));
  if (wide) group.append(svg("text", { x: 24, y: 13, "font-size": 12 }, words));
  return group;
}
