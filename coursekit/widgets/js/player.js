// The player: a scene played, stepped forward and back, scrubbed and searched here in the browser, without the kernel.
// `Controls` moves through the steps, `Looking` searches, filters and zooms, `Inspector` says what a file is; `Player`
// puts them around a stage, with the same keys for all of it.

import { Controls } from "./controls.js";
import { html } from "./dom.js";
import { Goal } from "./goal.js";
import { folded } from "./icons.js";
import { Inspector, describe, tabulate } from "./inspect.js";
import { act, keysAreOurs, withModifier } from "./keys.js";
import { Knobs } from "./knobs.js";
import { Looking } from "./looking.js";
import { Menu } from "./menu.js";
import { Stage } from "./stage.js";
import { later, say } from "./words.js";

const KEYS = [
  [later("← →"), later("a step back, a step forward")],
  [later("Home End"), later("the first step, the last")],
  [later("P"), later("play, pause")],
  [later("B N"), later("a step back, the next; also while a file is chosen in the picture")],
  [later("arrows in the picture"), later("from file to file")],
  [later("Enter"), later("what a file is in this step; Escape closes it")],
  [later("/"), later("find")],
  [later("+ − 0"), later("zoom in, out, fit")],
];

export class Player {
  // `told` hears of each step; `ask` is called for a file whose detail did not come with the scene, `turn` when a knob is
  // turned: without it, nobody is there who could answer, and there are no knobs.
  constructor({ told = (/** @type {number} */ _step) => {}, ask = null, turn = null, keys = {}, help = [] } = {}) {
    this.told = told;
    this.ask = ask;
    this.turns = turn !== null;
    this.knobs = new Knobs((setting) => turn?.(setting));
    this.controls = new Controls(this);
    this.looking = new Looking(this);
    this.inspector = new Inspector(this);
    this.caption = html("p", { class: "ck-caption", "aria-live": "polite", role: "status" });
    this.notice = html("p", { class: "ck-notice", role: "status" });
    this.aside = html("p", { class: "ck-aside", hidden: "" });
    this.title = html("p", { class: "ck-title" });
    this.viewport = html("div", { class: "ck-viewport" });
    this.frame = html("div", { class: "ck-frame" });
    this.views = html("div", { class: "ck-views" });
    this.steps = folded(say("All steps"), (body) => this.list(body));
    this.table = folded(say("This step as a table"), (body) => tabulate(body, this.stage));
    const shortcuts = folded(say("Keys"), (body) => describe(body, [...KEYS.map(([key, does]) => [say(key), say(does)]), ...help]));
    this.menu = new Menu([this.looking.root, this.controls.speed, this.controls.moving],
      { [say("All steps")]: this.steps, [say("This step as a table")]: this.table, [say("Keys")]: shortcuts });
    this.controls.root.append(this.menu.button);
    this.root = html("div", { class: "ck-player", role: "group" },
      this.title, this.notice, this.caption, html("div", { class: "ck-stand" }, this.views, this.inspector.root), this.controls.root, this.menu.root,
      this.knobs.root, html("div", { class: "ck-more" }, this.steps, this.table, shortcuts), this.aside);
    this.keys = { ...this.defaults(), ...keys };
    this.root.addEventListener("keydown", (event) => this.press(event));
    this.release = keysAreOurs(this.root);
  }

  get step() { return this.stage.step; }
  get last() { return this.stage.reel.frames.length - 1; }

  load(scene, step, notice = "", aside = "") {
    this.controls.stop();
    for (const [place, text] of [[this.notice, notice], [this.aside, aside]]) [place.textContent, place.hidden] = [text, !text];
    this.title.textContent = scene.title ?? "";
    this.root.setAttribute("aria-label", scene.title || say("Diagram"));
    const empty = !scene.frames?.length;
    for (const part of [this.views, this.caption, this.controls.root, this.steps.parentNode]) part.hidden = empty;
    if (empty) return;
    this.unwatch?.();
    this.stage = new Stage(scene, (group, box) => this.dress(group, box));
    this.inspector.load(scene);
    this.goal = scene.goal ? new Goal(scene.goal) : null;
    this.viewport.replaceChildren(this.stage.picture);
    this.frame.replaceChildren(this.viewport, this.stage.pager);
    this.unwatch = this.stage.watch(this.viewport);
    this.knobs.load(this.turns ? scene.knobs : []);
    this.viewport.setAttribute("tabindex", 0);
    this.viewport.setAttribute("role", "group");
    this.viewport.setAttribute("aria-label", say("Picture"));
    this.views.replaceChildren(this.frame, ...(this.goal ? [this.goal.root] : []));
    this.show(Math.min(Math.max(step, 0), this.last));
    this.looking.load();
  }

  dress(group, box) {
    this.looking.faint(group, box);
    this.inspector.dress(group, box);
  }

  show(step) {
    this.stage.show(step, this.controls.duration);
    const { caption } = this.stage.reel.frames[step];
    this.caption.textContent = caption;
    this.controls.tell(step, this.last, caption);
    this.inspector.follow();
    this.table.refresh();
    if (this.jump) this.jump.value = step;
    this.goal?.compare(this.stage);
    this.looking.follow();
  }

  go(step) {
    const target = Math.min(Math.max(step, 0), this.last);
    if (target === this.step) return;
    this.show(target);
    this.told(target);
  }

  walk(step) {
    this.controls.stop();
    this.go(step);
  }

  // A native list, made when it is opened: ten thousand steps are quick in it, and it has a keyboard of its own.
  list(body) {
    const select = html("select", { size: Math.min(8, this.last + 1), "aria-label": say("Jump to a step"), class: "ck-steps" });
    select.append(...this.stage.reel.frames.map((frame, step) => html("option", { value: step }, `${step + 1}. ${frame.caption}`)));
    select.value = this.step;
    select.addEventListener("change", () => this.walk(Number(select.value)));
    this.jump = select;
    body.replaceChildren(select);
  }

  defaults() {
    const { controls, looking } = this;
    return {
      ArrowLeft: () => this.walk(this.step - 1), ArrowRight: () => this.walk(this.step + 1), Home: () => this.walk(0), End: () => this.walk(this.last),
      b: () => this.walk(this.step - 1), n: () => this.walk(this.step + 1), p: () => controls.toggle(),
      "/": () => { this.menu.toggle(true); looking.find.focus(); }, "+": () => looking.scale(1), "-": () => looking.scale(-1), 0: () => looking.scale(0),
      Escape: () => (this.inspector.root.hidden ? this.menu.toggle(false) : this.inspector.close()),
    };
  }

  // Keys typed into a field or a list are its own; with a file chosen in the picture, arrows go from file to file.
  press(event) {
    if (withModifier(event)) return;
    event.stopPropagation(); // whatever is typed here is no command of the notebook
    const field = event.target.closest("input, select, textarea");
    if (field && !(field.type === "checkbox" && event.key.length === 1)) return void (event.key === "Escape" && field.blur());
    if (!this.stage) return;
    const does = this.inspector.key(event) ?? act(event, this.keys);
    if (!does) return;
    event.preventDefault();
    does();
  }

  close() {
    this.controls.stop();
    this.unwatch?.();
    this.release();
  }
}
