import assert from "node:assert/strict";
import { test } from "node:test";

import { weighing } from "../../../coursekit/widgets/js/answers/weighing.js";

const block = (key, size) => ({ key, label: key, size, tone: "page" });
const BLOCKS = [block("base", 70), block("runtime", 40), block("app", 30), block("base again", 70)];
const keys = (bytes) => weighing(BLOCKS, bytes)?.map(({ key }) => key) ?? null;

test("a number stands for the fewest blocks that weigh it together", () => {
  assert.deepEqual(keys(0), []);
  assert.deepEqual(keys(70), ["base"]);
  assert.deepEqual(keys(140), ["base", "base again"]);
  assert.deepEqual(keys(210), ["base", "runtime", "app", "base again"]);
  assert.equal(keys(69), null);
});
