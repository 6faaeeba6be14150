// The first minute: a stack, one big button, and two figures side by side, of which one does not move.

import { html, worded } from "./dom.js";
import { Stage } from "./stage.js";
import { say, speak } from "./words.js";

const MOVES = 420; // milliseconds that a change is seen to move

/** @param {number} bytes */
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

// A figure with its name above and a bar below, both of which can be set.
function meter(name) {
  const figure = html("dd", { class: "ck-figure" }), fill = html("i", {}), note = html("span", { class: "ck-same" });
  note.style.visibility = "hidden";
  const root = html("div", {}, html("dt", {}, name, " ", note), figure, html("dd", { class: "ck-track", "aria-hidden": "true" }, fill));
  const set = (bytes, whole) => {
    figure.textContent = say("{size} MB", { size: megabytes(bytes) });
    fill.style.inlineSize = `${(100 * bytes) / whole}%`;
  };
  return { root, set, note };
}

class First {
  constructor(model) {
    this.model = model;
    const scene = model.get("data"), [before, after] = model.get("seen");
    this.last = scene.frames.length - 1;
    this.file = { path: model.get("file"), size: before - after };
    this.stage = new Stage(scene);
    this.stage.picture.setAttribute("role", "img");
    this.said = html("p", { class: "ck-says", role: "status" });
    this.sees = meter(say("A program sees"));
    this.stores = meter(say("Stored on disk"));
    this.stores.note.textContent = say("not a byte less");
    this.button = worded("", () => this.press(), { class: "ck-deed" });
    const view = html("div", { class: "ck-viewport", tabindex: 0, role: "group", "aria-label": say("Picture") }, this.stage.picture);
    this.root = html("div", { class: "ck-first", role: "group", "aria-label": scene.title },
      html("div", { class: "ck-side" }, html("dl", {}, this.sees.root, this.stores.root), this.button),
      html("div", { class: "ck-live" }, this.said, view, this.stage.pager));
    this.release = this.stage.watch(view);
    this.show(0);
  }

  get gone() { return this.model.get("step") > 0; }

  press() {
    this.model.set("step", this.gone ? 0 : this.last);
    this.model.save_changes();
  }

  show(ms) {
    const { gone, file } = this, whole = this.model.get("stored");
    this.stage.show(gone ? this.last : 0, ms);
    this.sees.set(this.model.get("seen")[gone ? 1 : 0], whole);
    this.stores.set(whole, whole);
    this.stores.note.style.visibility = gone ? "visible" : "hidden"; // its place is kept, so that nothing moves
    const name = file.path.split("/").pop(), size = megabytes(file.size);
    const [deed, what] = gone ? [say("Put it back"), name] : [say("Delete this file"), say("{name}, {size} MB", { name, size })];
    this.button.replaceChildren(html("b", {}, deed), html("small", {}, what));
    this.said.textContent = gone
      ? say("The file is gone for the container: a mark in its own layer hides the name. Below, every byte is still there.")
      : say("An nginx on a Debian: two layers of an image, and a container on top. Delete the largest file. What gets smaller?");
  }
}

function render({ model, el }) {
  speak(model.get("words"));
  const first = new First(model);
  const follow = () => first.show(MOVES);
  model.on("change:step", follow);
  el.append(first.root);
  return () => { first.release(); model.off("change:step", follow); };
}

export default { render };
