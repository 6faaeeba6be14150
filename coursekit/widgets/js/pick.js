// Predict mode: boxes of a scene's first step are picked, in the picture or in the list beside it; the pick is
// committed; then the scene runs, and the prediction stands beside what came.

import { html } from "./dom.js";
import { classes, svg } from "./shapes.js";
import { Stage, placed } from "./stage.js";

const SIGNS = { hit: "M-5 0l4 4 7-8" };
let made = 0;

function option(type, group, key, label, on, change) {
  const input = html("input", { type, name: group, value: key });
  input.checked = on;
  input.addEventListener("change", change);
  return html("label", { class: "ck-sheet-option" }, input, ` ${label}`);
}

const PACE = 1400; // milliseconds a step stays, when a prediction is run

// Marks a picked box: a thick edge and a tick, so that colour does not speak alone.
function badge(box) {
  const group = svg("g", { class: "ck-badge", transform: `translate(${box.width - 4} 2)` });
  group.append(svg("rect", { x: -9, y: -9, width: 18, height: 18, rx: 9 }), svg("path", { d: SIGNS.hit, "stroke-width": 2.4 }));
  return group;
}

class Picture {
  constructor(spec, chosen, toggled) {
    this.spec = spec;
    this.keys = new Map(spec.options.map(([key, , box]) => [box, key]));
    this.chosen = chosen;
    this.open = true;
    this.stage = new Stage(spec.scene, (group, box) => this.dress(group, box));
    this.stage.picture.style.setProperty("--natural", `${spec.scene.width}px`);
    this.stage.picture.setAttribute("role", "img"); // the list beside it is what a keyboard and a screen reader use
    this.stage.picture.addEventListener("click", (event) => {
      const key = this.keys.get(event.target.closest("[data-id]")?.dataset.id);
      if (key !== undefined && this.open) toggled(key);
    });
    this.stage.show(0);
  }

  dress(group, box) {
    const key = this.keys.get(box.id);
    if (key === undefined) return;
    group.classList.toggle("ck-pickable", this.open);
    group.classList.toggle("ck-picked", this.open && this.chosen.has(key));
    if (this.open && this.chosen.has(key)) group.append(...placed([badge(box)], box));
  }

  // What was predicted stays in sight while the scene runs, where it was picked.
  pin(pinned) {
    this.pins?.remove();
    if (!pinned) return;
    this.pins = svg("g", { class: "ck-pins" });
    for (const [id, key] of this.keys) {
      const box = this.stage.boxes.get(id);
      if (!this.chosen.has(key) || !box) continue;
      const group = svg("g", { class: classes(box), transform: `translate(${box.x} ${box.y})` });
      group.append(badge(box));
      this.pins.append(group);
    }
    this.stage.picture.append(this.pins);
  }

  repaint() {
    for (const id of this.keys.keys()) if (this.stage.boxes.has(id)) this.stage.paint(this.stage.groups.get(id), this.stage.boxes.get(id));
  }
}

// Runs a scene from its first step on; returns what ends it, there (`true`: at the last step) or where it is.
function running(stage, said) {
  const last = stage.reel.frames.length - 1;
  const show = (step, ms) => {
    stage.show(step, ms);
    said(`${step + 1} of ${last + 1}: ${stage.reel.frames[step].caption}`);
    if (step === last) clearInterval(timer);
  };
  const timer = setInterval(() => show(stage.step + 1, 450), PACE);
  if (last === 0) clearInterval(timer);
  return (whole) => {
    clearInterval(timer);
    if (whole && stage.step < last) show(last, 0);
  };
}

export function pick(spec, answer, set) {
  const chosen = new Set(spec.many ? (answer ?? []) : answer === null ? [] : [answer]);
  const inputs = new Map();
  const picture = new Picture(spec, chosen, (key) => inputs.get(key).click());
  const group = `ck-pick-${++made}`;
  const type = spec.many ? "checkbox" : "radio";
  const options = spec.options.map(([key, text]) => {
    const line = option(type, group, key, text, chosen.has(key), (event) => {
      if (!spec.many) chosen.clear();
      event.target.checked ? chosen.add(key) : chosen.delete(key);
      picture.repaint();
      commit.disabled = chosen.size === 0;
    });
    inputs.set(key, line.querySelector("input"));
    return line;
  });
  const list = html("fieldset", { class: "ck-pick-list" }, html("legend", {}, "Your prediction"), ...options);
  const commit = html("button", { type: "button", class: "ck-pick-commit" }, "Commit and run");
  const again = html("button", { type: "button", hidden: "" }, "Predict again");
  const end = html("button", { type: "button", hidden: "" }, "Show the end");
  const caption = html("p", { class: "ck-caption", "aria-live": "polite" });
  const view = html("div", { class: "ck-viewport", tabindex: 0, role: "group", "aria-label": spec.scene.title }, picture.stage.picture);
  let stop = (/** @type {boolean} */ _whole) => {};
  commit.disabled = chosen.size === 0;
  caption.textContent = spec.scene.frames[0].caption;

  const settle = (open) => {
    picture.pin(!open);
    picture.open = open;
    list.disabled = !open;
    commit.hidden = !open;
    again.hidden = end.hidden = open;
    picture.repaint();
  };
  commit.addEventListener("click", () => {
    settle(false);
    end.focus();
    const keys = spec.options.map(([key]) => key).filter((key) => chosen.has(key));
    set(spec.many ? keys : keys[0]);
    stop = running(picture.stage, (text) => { caption.textContent = text; });
  });
  end.addEventListener("click", () => stop(true));
  again.addEventListener("click", () => {
    stop(false);
    picture.stage.show(0);
    caption.textContent = spec.scene.frames[0].caption;
    settle(true);
    inputs.values().next().value.focus();
  });
  const root = html("div", { class: "ck-pick" }, view, caption, list, html("p", {}, commit, end, " ", again));
  root.addEventListener("ck-closed", () => stop(false));
  return root;
}
