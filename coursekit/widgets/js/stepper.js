// A call of the learner's function, step by step: the code and its variables beside the player, which has the steps. A step shows how
// things stand before its line runs, so what a line did is seen one step later.

import { html } from "./dom.js";
import { Player } from "./player.js";
import { say, speak } from "./words.js";

class Stepper extends Player {
  constructor(model) {
    super();
    this.model = model;
    this.lines = model.get("code").map((text) => html("li", {}, html("code", {}, text || " ")));
    this.code = html("ol", { class: "ck-lines", tabindex: 0, role: "group", "aria-label": say("Your code") }, ...this.lines);
    this.calls = html("p", { class: "ck-calls" });
    this.names = html("tbody", {});
    this.prints = html("pre", { class: "ck-prints", tabindex: 0, role: "group", "aria-label": say("What it printed") });
    this.printed = html("div", {}, html("p", { class: "ck-sub" }, say("Printed")), this.prints);
    this.end = html("p", { class: "ck-end", role: "status" });
    this.asked = html("p", { class: "ck-asked" }, ...coded(model.get("asked")));
    const heads = [say("name"), say("value")].map((name) => html("th", { scope: "col" }, name));
    this.values = html("div", { class: "ck-values" }, this.calls,
      html("table", { class: "ck-table ck-names" }, html("thead", {}, html("tr", {}, ...heads)), this.names), this.printed);
    this.panel = html("div", { class: "ck-stepping" }, this.code, this.values);
    this.controls.root.after(this.end);
    this.root.classList.add("ck-stepper");
  }

  open() {
    const { model } = this;
    this.load(model.get("data"), model.get("step"));
    this.caption.before(this.asked);
    this.views.prepend(this.panel);
    const drawn = this.stage.scene.width > 0;
    this.viewport.hidden = this.frame.hidden = this.looking.root.hidden = this.table.hidden = !drawn;
    this.show(this.step);
  }

  show(step) {
    super.show(step);
    const moments = this.model.get("moments"), moment = moments[step];
    this.end.textContent = "";
    if (step === this.last) this.end.append(...coded(this.model.get("end")));
    this.end.hidden = step < this.last;
    this.caption.replaceChildren(...coded(this.stage.reel.frames[step].caption));
    if (!moment) return;
    this.lines.forEach((line, at) => {
      const here = at === moment.line - 1;
      line.toggleAttribute("data-here", here);
      line.dataset.how = here ? moment.how : "";
      if (here) line.setAttribute("aria-current", "step");
      else line.removeAttribute("aria-current");
    });
    this.reveal(this.lines[moment.line - 1]);
    this.calls.textContent = moment.calls.map((name) => `${name}()`).join(" › ");
    this.names.replaceChildren(...moment.names.map(row));
    this.prints.textContent = moments.slice(0, step + 1).map((each) => each.printed).join("");
    this.printed.hidden = !this.prints.textContent;
  }

  // Scrolls the code, and nothing else, to the line.
  reveal(line) {
    if (!line) return;
    const top = line.offsetTop - this.code.offsetTop, { scrollTop, clientHeight } = this.code;
    if (top < scrollTop || top + line.offsetHeight > scrollTop + clientHeight) this.code.scrollTop = top - clientHeight / 3;
  }
}

function row([name, value, part, changed]) {
  const said = html("td", {}, html("code", {}, value));
  if (part) said.prepend(html("span", { class: "ck-part" }, part), " ");
  const head = html("th", { scope: "row" }, html("code", {}, name));
  if (changed) head.append(html("span", { class: "ck-changed", title: say("new or changed") }, " •"));
  return html("tr", changed ? { "data-changed": "" } : {}, head, said);
}

// Text with what stands between backticks as code.
function coded(text) {
  return text.split("`").map((part, at) => (at % 2 ? html("code", {}, part) : part));
}

function render({ model, el }) {
  speak(model.get("words"));
  const stepper = new Stepper(model);
  stepper.told = (step) => { model.set("step", step); model.save_changes(); };
  stepper.open();
  el.append(stepper.root);
  return () => stepper.close();
}

export default { render };
