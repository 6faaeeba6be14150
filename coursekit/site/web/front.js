// The live stack of the front page: recorded by the engine when the site was built, so no Python runs here.
// Two stories tell the same deletions: in a container, and by RUN rm in a layer of its own.

import { Stage } from "./stage.js";
import { speak } from "./words.js";

speak(JSON.parse(document.querySelector("#words")?.textContent ?? "{}"));

const MS = 420; // milliseconds that a change is seen to move

function live(root, told) {
  const part = (key) => root.querySelector(`[data-part=${key}]`);
  const stages = {};
  let story = "container", at = 0;
  const last = told.files.length;

  function stage() {
    stages[story] ??= new Stage(told.stories[story].scene);
    return stages[story];
  }

  function show(moving = true) {
    const shown = stage();
    if (shown.picture.parentNode !== part("stack")) {
      part("stack").replaceChildren(shown.picture, shown.pager);
      shown.watch(part("stack"));
    }
    shown.show(at, moving ? MS : 0);
    part("says").textContent = told.stories[story].says[at];
    part("seen").textContent = told.seen[at];
    part("seen-bar").style.inlineSize = `${100 * told.shares[at]}%`;
    part("same").hidden = !at;
    part("ticks").replaceChildren(...Array.from({ length: last + 1 }, (_, step) => Object.assign(document.createElement("i"), { className: step <= at ? "on" : "" })));
    part("delete").disabled = part("run").disabled = at === last;
    const { name, size } = told.files[Math.min(at, last - 1)];
    part("which").textContent = `${name} · ${size}`;
    part("back").disabled = !at;
    part("forward").disabled = at === last;
  }

  function remove(how) {
    const same = how === story;
    story = how;
    if (!same) stage().show(at);
    at += 1;
    part("delete").classList.remove("pulse");
    show();
    part("stored").classList.remove("nudge");
    void part("stored").offsetWidth; // so that it shakes its head again
    part("stored").classList.add("nudge");
    if (at === last) part("back").focus();
  }

  function step(by) {
    at += by;
    show();
    if (!at) part("forward").focus();
    if (at === last) part("back").focus();
  }

  part("delete").addEventListener("click", () => remove("container"));
  part("run").addEventListener("click", () => remove("layer"));
  part("back").addEventListener("click", () => step(-1));
  part("forward").addEventListener("click", () => step(1));
  for (const button of root.querySelectorAll("button")) button.hidden = false;
  show(false);
}

const root = document.querySelector(".live");
live(root, JSON.parse(document.querySelector("#recorded").textContent));
