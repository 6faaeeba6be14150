// The widget that anywidget renders: one player on the scene that the kernel sent.

import { Player } from "./player.js";
import { speak } from "./words.js";

const LATE = 150; // milliseconds until the kernel is told of a step: scrubbing is not a message for each

function render({ model, el }) {
  speak(model.get("words"));
  let late = null;
  const tell = (step) => {
    clearTimeout(late);
    late = setTimeout(() => { model.set("step", step); model.save_changes(); }, LATE);
  };
  const ask = model.get("asks") ? (about) => model.send({ ask: about }) : null;
  const player = new Player({ told: tell, ask, turn: (setting) => model.send({ turn: setting }) });
  const follow = () => { if (player.stage && model.get("step") !== player.step && !late) player.show(model.get("step")); };
  const hear = (message) => message.detail && player.inspector.hear(message.about, message.detail);
  const load = () => player.load(model.get("data"), model.get("step"), model.get("notice"), model.get("aside"));
  load();
  model.on("change:step", follow);
  model.on("change:data", load);
  model.on("msg:custom", hear);
  el.append(player.root);
  requestAnimationFrame(() => player.stage && player.looking.follow()); // what has a size is first known then
  return () => {
    clearTimeout(late);
    player.close();
    model.off("change:step", follow);
    model.off("change:data", load);
    model.off("msg:custom", hear);
  };
}

export default { render };
