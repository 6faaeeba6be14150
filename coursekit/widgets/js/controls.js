// The bar of the player: five buttons and a track with its steps. What is wanted less often is behind one button.

import { html } from "./dom.js";
import { button, chooser, dress } from "./icons.js";
import { STILL } from "./stage.js";
import { later, say } from "./words.js";

/** @type {[string, number][]} */
const SPEEDS = [[later("Slow"), 2600], [later("Normal speed"), 1500], [later("Fast"), 700]];
const TICKS = 24; // steps that each have a mark on the track

export class Controls {
  constructor(player) {
    this.player = player;
    this.timer = null;
    this.pace = 1500;
    this.first = button("first", () => player.walk(0));
    this.back = button("back", () => player.walk(player.step - 1));
    this.play = button("play", () => this.toggle());
    this.play.classList.add("ck-play");
    this.next = button("next", () => player.walk(player.step + 1));
    this.last = button("last", () => player.walk(player.last));
    this.scrub = html("input", { type: "range", min: 0, step: 1, "aria-label": say("Step") });
    this.scrub.addEventListener("input", () => player.walk(Number(this.scrub.value)));
    this.ticks = html("div", { class: "ck-ticks", "aria-hidden": "true" });
    this.count = html("span", { class: "ck-count" });
    this.speed = chooser(say("Speed"), SPEEDS.map(([text, pace]) => [say(text), pace]), (pace) => { this.pace = Number(pace); if (this.timer) { this.stop(); this.start(); } });
    this.speed.value = "1500";
    this.motion = html("input", { type: "checkbox" });
    this.motion.checked = !STILL.matches;
    this.moving = html("label", { class: "ck-motion" }, this.motion, " ", say("motion"));
    this.root = html("div", { class: "ck-controls", role: "group", "aria-label": say("Steps") },
      this.first, this.back, this.play, this.next, this.last, html("div", { class: "ck-track" }, this.ticks, this.scrub), this.count);
  }

  // How long what changes is seen to move: 0 where motion is off.
  get duration() { return this.motion.checked ? Math.min(450, this.pace * 0.6) : 0; }

  start() {
    const { player } = this;
    if (player.step === player.last) player.go(0);
    dress(this.play, "pause");
    this.timer = setInterval(() => (player.step === player.last ? this.stop() : player.go(player.step + 1)), this.pace);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    dress(this.play, "play");
  }

  toggle() { this.timer ? this.stop() : this.start(); }

  // The marks of the steps on the track, those that were passed filled.
  mark(step, last) {
    const many = last < TICKS ? last + 1 : 0;
    if (this.ticks.childElementCount !== many) this.ticks.replaceChildren(...Array.from({ length: many }, () => html("i", {})));
    [...this.ticks.children].forEach((tick, place) => tick.classList.toggle("ck-on", place <= step));
    this.ticks.style.setProperty("--done", `${last ? (100 * step) / last : 0}%`);
  }

  tell(step, last, caption) {
    for (const part of [this.first, this.back, this.play, this.next, this.last, this.scrub.parentNode, this.count]) part.hidden = last === 0;
    const place = say("{n} of {total}", { n: step + 1, total: last + 1 });
    this.count.textContent = place;
    this.scrub.max = last;
    this.scrub.value = step;
    this.scrub.setAttribute("aria-valuetext", say("{place}: {caption}", { place: say("step {n} of {total}", { n: step + 1, total: last + 1 }), caption }));
    this.mark(step, last);
    const held = /** @type {HTMLButtonElement | null} */ (document.activeElement);
    this.first.disabled = this.back.disabled = step === 0;
    this.next.disabled = this.last.disabled = step === last;
    if (held?.disabled && this.root.contains(held)) this.play.focus(); // a control that goes dead hands its focus on
    if (step === last && this.timer) this.stop();
  }
}
