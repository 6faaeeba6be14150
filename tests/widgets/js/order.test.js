import assert from "node:assert/strict";
import { test } from "node:test";
import { begun, moved } from "../../../coursekit/widgets/js/answers/order.js";

test("an item moves to its place, and the others close up", () => {
  assert.deepEqual(moved(["a", "b", "c"], 0, 2), ["b", "c", "a"]);
  assert.deepEqual(moved(["a", "b", "c"], 2, 0), ["c", "a", "b"]);
});

test("past either end nothing moves", () => {
  const order = ["a", "b"];
  assert.equal(moved(order, 0, -1), order);
  assert.equal(moved(order, 1, 2), order);
});

test("an order is begun as it was left, unless it is of other items", () => {
  assert.deepEqual(begun(["a", "b"], ["b", "a"]), ["b", "a"]);
  for (const odd of [null, [], ["a"], ["a", "x"], "ba"]) assert.deepEqual(begun(["a", "b"], odd), ["a", "b"]);
});
