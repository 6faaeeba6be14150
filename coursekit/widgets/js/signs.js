// The signs of a state. Shape first: an open ring, a dot in a ring, a half disc, a disc with a tick, a square with a cross.

import { svg } from "./shapes.js";

const RING = { cx: 10, cy: 10, r: 7.5, fill: "none", stroke: "currentColor", "stroke-width": 2 };
const KNOCK = { class: "ck-knock", fill: "none", "stroke-width": 2.4, "stroke-linecap": "round", "stroke-linejoin": "round" };

/** @type {Record<string, [string, Record<string, string | number>][]>} */
const PARTS = {
  open: [["circle", RING]],
  kept: [["circle", RING], ["circle", { cx: 10, cy: 10, r: 3, fill: "currentColor" }]],
  partly: [["circle", RING], ["path", { d: "M10 2.500a7.500 7.500 0 000 15z", fill: "currentColor" }]],
  right: [["circle", { cx: 10, cy: 10, r: 9, fill: "currentColor" }], ["path", { ...KNOCK, d: "M5.500 10.500l3 3 6-7" }]],
  wrong: [["rect", { x: 1.5, y: 1.5, width: 17, height: 17, rx: 4, fill: "currentColor" }], ["path", { ...KNOCK, d: "M6 6l8 8m0-8l-8 8" }]],
};

/** The sign of a state; words stand beside it, so it says nothing itself. @param {string} state */
export function sign(state) {
  const picture = svg("svg", { class: `ck-sign ck-${state}`, viewBox: "0 0 20 20", "aria-hidden": "true" });
  picture.append(...PARTS[state].map(([name, attributes]) => svg(name, attributes)));
  return picture;
}
