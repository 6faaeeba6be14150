// The players of a lesson's page: the scene is fetched when its place comes near the window, and no kernel is asked.
// Without this script the page shows each scene's figure and its words.

import { Player } from "./player.js";
import { speak } from "./words.js";

speak(JSON.parse(document.querySelector("#words")?.textContent ?? "{}"));

async function play(place) {
  const answer = await fetch(place.dataset.scene);
  if (!answer.ok) return;
  const { data, step } = await answer.json();
  const player = new Player();
  player.load(data, step);
  place.replaceChildren(player.root);
  requestAnimationFrame(() => player.looking.follow());
}

const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) [near.unobserve(target), play(target)];
}, { rootMargin: "600px" });
for (const place of document.querySelectorAll("[data-scene]")) near.observe(place);
