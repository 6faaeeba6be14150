// The card: one exercise, from its question to its verdict. Fresh, after all cells were run, it is one line.
//
//     sign  title                  points
//     question
//     answer                                  a form (answers/), or none: then it is answered in a cell
//     [Check]  Hint 1 of 4      Type it instead
//     hints
//     verdict                                 a strip with sign and word; below it what else there is to say
//     Step through it                         of a function that errs: the call, step by step
//
// The bench of a level and the steps are widgets of their own, shown inside.
//
// The kernel judges (coursekit.exercises.cards). One live region says the verdict, what was picked, and new places.

import { FORMS } from "./answers/index.js";
import { html, worded } from "./dom.js";
import { keysAreOurs } from "./keys.js";
import { sign } from "./signs.js";
import { later, say, speak } from "./words.js";

const WORDS = {
  open: later("not answered yet"), kept: later("kept, not checked"), partly: later("partly right"), wrong: later("not yet"), right: later("right"),
};

class Card {
  constructor(model) {
    this.model = model;
    this.turn = model.get("shown").turn;
    const name = `${model.get("anchor")}-name-${Math.random().toString(36).slice(2)}`;
    this.line = worded("", () => this.open(), { class: "ck-line", "aria-expanded": "false" });
    this.head = html("div", { class: "ck-head" });
    this.name = html("div", { class: "ck-name", id: name }, model.get("title"));
    this.points = html("span", { class: "ck-points" });
    const ask = html("div", { class: "ck-ask" });
    ask.innerHTML = model.get("question"); // written by the course and escaped in Python
    this.status = html("p", { class: "ck-sr", role: "status" });
    this.strip = html("div", { class: "ck-verdict" });
    this.hints = html("ol", { class: "ck-hints" });
    this.typed = html("div", { class: "ck-typed", id: `${name}-typed`, hidden: "" });
    this.place = html("div", { class: "ck-answer" });
    this.bench = html("div", { class: "ck-answer" });
    this.see = worded(say("Step through it"), () => this.step(), { class: "ck-button", "aria-expanded": "false" });
    this.steps = html("div", { class: "ck-steps" });
    this.happens = html("div", { class: "ck-happens", hidden: "" }, this.see, this.steps);
    this.answered();
    this.body = html("section", { class: "ck-card", role: "group", "aria-labelledby": name },
      this.head, ask, ...(this.form ? [this.place] : []), ...(model.get("bench") ? [this.bench] : []), this.foot(), this.typed, this.hints, this.strip, this.happens, this.status);
    this.root = html("div", { class: "ck", id: model.get("anchor"), tabindex: -1 }, this.line, this.body);
    this.root.addEventListener("ck-said", (event) => this.announce(event.detail));
    this.release = keysAreOurs(this.root);
    this.within(model.get("bench"), this.bench);
    this.stepped();
  }

  // The form with what was answered; made anew where that came from elsewhere, as from a cell.
  answered() {
    const spec = this.model.get("form"), given = JSON.stringify(this.model.get("answer"));
    if (!spec || this.given === given) return;
    this.given = given;
    this.form?.stop?.();
    this.form = FORMS[spec.kind](spec, this.model.get("answer"), (answer) => {
      if (JSON.stringify(answer) === this.given) return;
      this.given = JSON.stringify(answer);
      this.form.mark(null);
      this.model.set("answer", answer);
      this.model.save_changes();
    });
    this.place.replaceChildren(this.form.element);
  }

  foot() {
    this.check = worded(say("Check"), () => this.ask(), { class: "ck-button ck-act" });
    this.hint = worded("", () => this.model.send({ hint: true }), { class: "ck-button" });
    this.instead = worded(say("Type it instead"), () => this.type(), { class: "ck-button ck-plain", "aria-expanded": "false", "aria-controls": this.typed.id });
    const next = this.model.get("next");
    this.next = html("a", { class: "ck-button ck-plain", href: next.length ? `#${next[0]}` : "#", hidden: "" }, next.length ? say("Next: {title} →", { title: next[1] }) : "");
    this.next.addEventListener("click", (event) => this.go(event, next[0]));
    this.instead.hidden = !this.model.get("form");
    return html("div", { class: "ck-foot" }, this.check, this.hint, this.instead, this.next);
  }

  // Has the kernel judge what stands here; a cell's answer is read there.
  ask() {
    if (this.busy) return;
    if (this.done()) return this.again();
    this.busy = true;
    this.check.setAttribute("aria-disabled", "true");
    this.check.textContent = say("Checking …");
    const answer = this.form ? (this.model.get("answer") ?? this.form.value?.() ?? null) : null;
    this.model.send({ check: Array.isArray(answer) && !answer.length ? null : answer });
  }

  done() { return this.model.get("shown").state === "right" && Boolean(this.model.get("form") || this.model.get("bench")); }

  // What is right can be answered anew: the marks go, the answer stays until it is another.
  again() {
    this.form?.mark(null);
    this.model.send({ again: true });
    (this.form?.element.querySelector("input, select, button, [tabindex='0']") ?? this.check).focus();
  }

  // Another widget inside of this one; `ref` is what the kernel calls it.
  async within(ref, place) {
    if (!ref) return place.replaceChildren();
    const manager = this.model.widget_manager, model = await manager.get_model(ref.slice("IPY_MODEL_".length));
    const view = await manager.create_view(model);
    place.replaceChildren(view.el);
  }

  step() {
    if (!this.model.get("stepper")) this.model.send({ step: true });
    else this.steps.hidden = !this.steps.hidden;
    this.see.setAttribute("aria-expanded", String(!this.steps.hidden));
  }

  stepped() {
    this.steps.hidden = false;
    if (!this.model.get("stepper")) this.see.setAttribute("aria-expanded", "false");
    return this.within(this.model.get("stepper"), this.steps);
  }

  type() {
    this.typed.hidden = !this.typed.hidden;
    this.instead.setAttribute("aria-expanded", String(!this.typed.hidden));
  }

  open() {
    this.model.set("folded", false);
    this.model.save_changes();
    this.fold();
    (this.form?.element.querySelector("input, select, button, [tabindex='0']") ?? this.check).focus();
  }

  fold() {
    const folded = this.model.get("folded");
    this.line.hidden = !folded;
    this.body.hidden = folded;
  }

  // To the next card. Where the page holds only the cells that are near, the notebook is scrolled on until it is there.
  async go(event, anchor) {
    event.preventDefault();
    const notebook = this.root.closest(".jp-WindowedPanel-outer"), frame = () => new Promise(requestAnimationFrame);
    for (let before = -1; notebook && !document.getElementById(anchor) && notebook.scrollTop !== before;) {
      before = notebook.scrollTop;
      notebook.scrollTop += 0.8 * notebook.clientHeight;
      for (let turn = 0; turn < 4; turn++) await frame();
    }
    const card = document.getElementById(anchor);
    card?.scrollIntoView({ block: "start", behavior: "auto" });
    card?.focus({ preventScroll: true });
  }

  announce(text) { this.status.textContent = text; }

  // What the kernel says of it. A verdict that is new is shown when the form has shown it in its own way.
  async draw() {
    const shown = this.model.get("shown"), fresh = shown.turn !== this.turn;
    this.turn = shown.turn;
    if (this.form && (shown.told || fresh)) {
      if (fresh) this.strip.replaceChildren();
      await this.form.mark(shown.told, fresh);
      if (this.model.get("shown") !== shown) return; // it was answered anew meanwhile
    }
    this.busy = false;
    this.check.removeAttribute("aria-disabled");
    this.check.textContent = this.done() ? say("Answer again") : shown.headline && shown.state !== "kept" ? say("Check again") : say("Check");
    this.check.classList.toggle("ck-act", shown.state !== "right");
    this.next.hidden = shown.state !== "right" || !this.model.get("next").length;
    this.instead.hidden = !this.model.get("form") || shown.state === "right";
    this.typed.innerHTML = shown.typed; // made by the course and escaped in Python
    this.heading(shown);
    this.hinted(shown);
    this.hint.hidden ||= shown.state === "right";
    this.judged(shown, fresh);
    this.happens.hidden = !shown.steps;
    this.body.dataset.turn = shown.turn; // which verdict this is: what waits for the next one can tell
    this.fold();
  }

  heading({ state, had }) {
    const points = had || this.model.get("points");
    this.points.textContent = points;
    this.head.replaceChildren(sign(state), this.name, this.points);
    this.line.replaceChildren(sign(state), html("span", {}, html("b", {}, this.model.get("title")), ` · ${say(WORDS[state])}`), html("span", { class: "ck-points" }, `${points} ▸`));
  }

  hinted({ hints, hint }) {
    const more = hints.length > this.hints.children.length, first = this.hints.children.length === 0 && this.seen === undefined;
    this.seen = true;
    this.hints.hidden = !hints.length;
    this.hints.replaceChildren(...hints.map((text, at) => {
      const item = html("li", {}, html("b", {}, say("{n}.", { n: at + 1 })), html("span", {}));
      item.lastChild.innerHTML = text; // made by the course and escaped in Python
      return item;
    }));
    this.hint.textContent = hint;
    if (!hint && this.hint.contains(document.activeElement)) this.check.focus(); // a control that vanishes hands its focus on
    this.hint.hidden = !hint;
    if (more && !first) this.announce(this.hints.lastElementChild.textContent);
  }

  judged({ state, headline, gain, body, why }, fresh) {
    this.strip.className = `ck-verdict ck-${state}`;
    this.strip.hidden = !headline;
    if (!headline) return this.strip.replaceChildren();
    const says = html("p", { class: "ck-says" }, sign(state), html("span", {}, headline), ...(gain ? [html("span", { class: "ck-gain" }, `· ${gain}`)] : []));
    const inside = html("div", { class: "ck-inside" });
    inside.innerHTML = body; // made by the course and escaped in Python
    this.strip.replaceChildren(says, ...(body ? [inside] : []), ...(why ? [reason(why)] : []));
    if (fresh || state === "kept") this.announce(gain ? `${headline} · ${gain}` : headline);
  }

  close() {
    this.form?.stop?.();
    this.release();
  }
}

function reason(why) {
  const inside = html("div", {});
  inside.innerHTML = why; // made by the course and escaped in Python
  return html("details", { class: "ck-fold" }, html("summary", {}, say("Why")), inside);
}

function render({ model, el }) {
  speak(model.get("words"));
  const card = new Card(model);
  const draw = () => card.draw(), fold = () => card.fold(), answered = () => card.answered(), stepped = () => card.stepped();
  draw();
  model.on("change:shown", draw);
  model.on("change:folded", fold);
  model.on("change:answer", answered);
  model.on("change:stepper", stepped);
  el.append(card.root);
  return () => {
    card.close();
    model.off("change:shown", draw);
    model.off("change:folded", fold);
    model.off("change:answer", answered);
    model.off("change:stepper", stepped);
  };
}

export default { render };
