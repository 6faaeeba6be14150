import assert from "node:assert/strict";
import { test } from "node:test";
import { Reel } from "../../../coursekit/widgets/js/reel.js";

const FRAMES = [
  { caption: "start", set: [{ id: "a", x: 1 }, { id: "b", x: 2 }] },
  { caption: "a moves", set: [{ id: "a", x: 5, fresh: true }] },
  { caption: "b goes, c comes", gone: ["b"], set: [{ id: "c", y: 3 }, { id: "a", fresh: false }] },
];
const state = (reel) => JSON.stringify([...reel.boxes].sort(([one], [other]) => (one < other ? -1 : 1)));

test("a box has what was said of it, and the defaults", () => {
  const reel = new Reel({ frames: FRAMES });
  reel.go(0);
  assert.deepEqual(reel.boxes.get("a"), { id: "a", x: 1, y: 0, text: "", sub: "", align: "", title: "", tone: "", hidden: false, fresh: false, origin: "", over: "", pill: "", about: "" });
});

test("each step is the same, however one comes to it", () => {
  const straight = [0, 1, 2].map((step) => { const reel = new Reel({ frames: FRAMES }); reel.go(step); return state(reel); });
  assert.equal(new Set(straight).size, 3);
  const reel = new Reel({ frames: FRAMES });
  for (const step of [2, 0, 1, 0, 2, 1, 2, 0]) {
    reel.go(step);
    assert.equal(state(reel), straight[step], `step ${step}`);
  }
});

test("going tells what was touched, as it was before", () => {
  const reel = new Reel({ frames: FRAMES });
  reel.go(0);
  const before = reel.go(2);
  assert.deepEqual([...before.keys()].sort(), ["a", "b", "c"]);
  assert.equal(before.get("a").x, 1);
  assert.equal(before.get("c"), undefined);
  assert.deepEqual([...reel.go(2).keys()], []);
});
