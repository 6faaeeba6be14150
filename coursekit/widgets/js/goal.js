// What is to be arrived at, beside what is, and how far it is.

import { html } from "./dom.js";
import { Stage } from "./stage.js";
import { plural, say } from "./words.js";

export class Goal {
  constructor(scene) {
    this.stage = new Stage(scene);
    this.stage.picture.setAttribute("role", "img");
    this.stage.show(scene.frames.length - 1);
    this.left = html("p", { class: "ck-left", "aria-live": "polite" });
    const view = html("div", { class: "ck-viewport", tabindex: 0, role: "group", "aria-label": say("Picture of the goal") }, this.stage.picture);
    this.root = html("figure", { class: "ck-goal" }, html("figcaption", {}, say("Goal")), view, this.stage.pager, this.left);
    this.stage.watch(view);
  }

  static things(stage) {
    const kept = [...stage.reel.boxes.values()].filter((box) => ["tile", "whiteout", "lid"].includes(box.role));
    return new Set(kept.map((box) => `${box.role} ${box.id}`));
  }

  compare(stage) {
    const want = Goal.things(this.stage), have = Goal.things(stage);
    const differ = [...want].filter((each) => !have.has(each)).length + [...have].filter((each) => !want.has(each)).length;
    this.left.textContent = differ
      ? plural("{n} thing differs from the goal.", "{n} things differ from the goal.", differ)
      : say("✓ As the goal.");
  }
}
