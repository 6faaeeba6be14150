// Where things stand to one another, and how one is said. Draws nothing.

import { say } from "./words.js";

/** @typedef {import("./told.js").Box} Box */
/** @typedef {{x: number, y: number, width: number, height: number}} Place */

/** @type {Record<string, [number, number]>} */
export const ASIDE = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * The nearest of `boxes` from `box` in a direction: along it first, then as little aside as can be.
 * @template {Place} T
 * @param {Place} box @param {T[]} boxes @param {[number, number]} direction
 * @returns {T | undefined}
 */
export function neighbour(box, boxes, [dx, dy]) {
  const middle = (/** @type {Place} */ each) => [each.x + each.width / 2, each.y + each.height / 2];
  const [x, y] = middle(box);
  /** @type {T | undefined} */
  let best;
  let least = Infinity;
  for (const each of boxes) {
    const [ex, ey] = middle(each), along = (ex - x) * dx + (ey - y) * dy, aside = Math.abs((ex - x) * dy) + Math.abs((ey - y) * dx);
    if (along > 1 && along + 3 * aside < least) [best, least] = [each, along + 3 * aside];
  }
  return best;
}

/** Whether the middle of `box` is on `slab`. @param {Place} box @param {Place} slab */
export function within(box, slab) {
  const x = box.x + box.width / 2, y = box.y + box.height / 2;
  return x >= slab.x && x <= slab.x + slab.width && y >= slab.y && y <= slab.y + slab.height;
}

/** What a box is, in words: its whole name, what is written instead of one, and how it stands. @param {Box} box */
export function spoken(box) {
  const named = box.title && box.text && box.role === "note" && box.title !== box.text;
  const said = [named ? say("{name}: {text}", { name: box.title, text: box.text }) : box.title || box.text];
  if (box.role === "whiteout" && !said[0].includes("whiteout")) said.push(say("whiteout"));
  if (box.hidden) said.push(say("hidden"));
  if (box.fresh) said.push(say("changed in this step"));
  return said.join(", ");
}

/**
 * Where to scroll to, from `now`, so that all spans are in a window of that size; the first of them, if it is too small.
 * @param {number} now @param {number} size @param {number} scale @param {[number, number][]} spans
 */
export function scrolled(now, size, scale, spans) {
  const start = scale * Math.min(...spans.map(([from]) => from)), end = scale * Math.max(...spans.map(([, to]) => to));
  if (start >= now && end <= now + size) return now;
  return end - start > size ? start - 8 : (start + end - size) / 2;
}
