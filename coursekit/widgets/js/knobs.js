// The knobs of a scene: what is turned goes to the kernel, whose engine makes the scene anew; the caption says what came.
// On a page without a kernel a record answers (coursekit/diagrams/recorded.py), or the knob is fixed.

import { moved } from "./answers/order.js";
import { html } from "./dom.js";
import { say } from "./words.js";

export class Knobs {
  /** @param {(setting: Record<string, any>) => void} turned */
  constructor(turned) {
    this.turned = turned;
    this.root = html("div", { class: "ck-knobs", role: "group", "aria-label": say("Turn and see"), hidden: "" });
    this.live = html("p", { class: "ck-hint", hidden: "" }, say("What is grey here can be turned in the lesson itself, where it runs."));
    this.made = [];
    this.shown = "";
  }

  // A control stays what it is while its own value is turned, so that it keeps the focus.
  load(knobs = []) {
    this.root.hidden = !knobs.length;
    const shape = JSON.stringify(knobs.map(({ key, options }) => [key, options]));
    if (shape !== this.shown) {
      this.made = knobs.map((knob) => MAKERS[knob.kind](knob, (value) => this.turned({ [knob.key]: value })));
      this.root.replaceChildren(...this.made.map(({ root }) => root));
      this.shown = shape;
    }
    knobs.forEach((knob, place) => this.made[place].set(knob.value));
    for (const [place, { root }] of this.made.entries()) if (knobs[place].fixed) fix(root);
    this.live.hidden = !knobs.some(({ fixed }) => fixed);
    this.root.append(this.live);
  }
}

// A knob that nobody is there to answer.
function fix(root) {
  for (const control of root.querySelectorAll("select, input, button")) control.disabled = true;
  root.classList.add("ck-fixed");
}

function choose(knob, turn) {
  const select = html("select", {}, ...knob.options.map(([value, text], place) => html("option", { value: place }, text)));
  select.addEventListener("change", () => turn(knob.options[select.value][0]));
  const set = (value) => { select.value = String(knob.options.findIndex(([each]) => each === value)); };
  return { root: html("label", { class: "ck-knob" }, html("span", {}, knob.label), select), set };
}

function slide(knob, turn) {
  const range = html("input", { type: "range", min: 0, max: knob.options.length - 1, step: 1 }), said = html("output", {});
  const tell = () => {
    const [, text] = knob.options[Number(range.value)];
    said.textContent = text;
    range.setAttribute("aria-valuetext", text);
  };
  range.addEventListener("input", tell);
  range.addEventListener("change", () => turn(knob.options[Number(range.value)][0]));
  const set = (value) => { range.value = String(knob.options.findIndex(([each]) => each === value)); tell(); };
  return { root: html("label", { class: "ck-knob" }, html("span", {}, knob.label), range, said), set };
}

function tick(knob, turn) {
  const boxes = knob.options.map(() => html("input", { type: "checkbox" }));
  const told = () => turn(knob.options.filter((_, place) => boxes[place].checked).map(([value]) => value));
  for (const box of boxes) box.addEventListener("change", told);
  const lines = knob.options.map(([, text], place) => html("label", {}, boxes[place], " ", text));
  const set = (values) => knob.options.forEach(([value], place) => { boxes[place].checked = values.includes(value); });
  return { root: html("fieldset", { class: "ck-knob" }, html("legend", {}, knob.label), ...lines), set };
}

// Items that are dragged, or moved by the arrow keys while they have the focus.
function order(knob, turn) {
  const names = new Map(knob.options.map(([value, text]) => [String(value), text]));
  const list = html("ol", {}), hint = html("span", { class: "ck-hint" }, say("drag, or ↑ ↓"));
  let now = [], dragged = "";
  const go = (key, to) => {
    const next = moved(now, now.indexOf(key), to);
    if (next === now) return;
    set(next);
    list.children[to].firstChild.focus(); // also of what was dragged
    turn(next);
  };
  const item = (key, place) => {
    const name = names.get(key), label = say("{name}, {n} of {total}", { name, n: place + 1, total: now.length });
    const handle = html("button", { type: "button", draggable: "true", "aria-label": say("{place}; arrow keys move it", { place: label }) }, name);
    handle.addEventListener("keydown", (event) => {
      const by = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      go(key, now.indexOf(key) + by);
    });
    handle.addEventListener("dragstart", () => { dragged = key; });
    const line = html("li", {}, handle);
    line.addEventListener("dragover", (event) => dragged && event.preventDefault());
    line.addEventListener("drop", (event) => { event.preventDefault(); if (dragged) go(dragged, now.indexOf(key)); dragged = ""; });
    return line;
  };
  function set(values) {
    if (values.join() === now.join() && list.childElementCount) return;
    const held = [...list.children].findIndex((line) => line.contains(document.activeElement)), key = now[held];
    now = [...values];
    list.replaceChildren(...now.map(item));
    if (held >= 0) list.children[now.indexOf(key)].firstChild.focus();
  }
  return { root: html("div", { class: "ck-knob", role: "group", "aria-label": knob.label }, html("span", {}, knob.label), list, hint), set };
}

const MAKERS = { choose, slide, tick, order };
