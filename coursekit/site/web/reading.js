// The players of a lesson's page: the scene is fetched when its place comes near the window, and no kernel is asked.
// Without this script the page shows each scene's figure and its words.

import { Player } from "./player.js";
import { speak } from "./words.js";

speak(JSON.parse(document.querySelector("#words")?.textContent ?? "{}"));

async function play(place) {
  const answer = await fetch(place.dataset.scene);
  if (!answer.ok) return;
  const { data, step, turned } = await answer.json();
  const turn = (/** @type {Record<string, any>} */ setting) => answered(player, data, turned, setting);
  const player = new Player({ turn });
  player.load({ ...data, knobs: known(data.knobs, turned) }, step);
  place.replaceChildren(player.root);
  requestAnimationFrame(() => player.looking.follow());
}

// The knobs: one whose answers are not recorded says where it can be turned.
function known(knobs = [], turned) {
  return knobs.map((knob) => (turned?.keys.includes(knob.key) ? knob : { ...knob, fixed: true }));
}

// What the engine answered to a setting when this page was made takes the scene's place, at its last step.
function answered(player, data, turned, setting) {
  const scene = player.stage.scene, knobs = scene.knobs.map((knob) => (knob.key in setting ? { ...knob, value: setting[knob.key] } : knob));
  const values = turned.keys.map((key) => knobs.find((knob) => knob.key === key).value);
  const made = turned.scenes[JSON.stringify(values)];
  if (made) player.load({ ...made, knobs }, made.frames.length - 1);
}

const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) [near.unobserve(target), play(target)];
}, { rootMargin: "600px" });
for (const place of document.querySelectorAll("[data-scene]")) near.observe(place);
