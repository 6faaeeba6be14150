import assert from "node:assert/strict";
import { test } from "node:test";
import { plural, say, speak } from "../../../coursekit/widgets/js/words.js";

test("a template is said with its values, in English or by the catalogue", () => {
  speak(undefined);
  assert.equal(say("step {n} of {total}", { n: 2, total: 6 }), "step 2 of 6");
  assert.equal(say("a {brace} stays"), "a {brace} stays");
  assert.equal(plural("{n} thing", "{n} things", 1), "1 thing");
  assert.equal(plural("{n} thing", "{n} things", 3), "3 things");
  speak({ "step {n} of {total}": "第 {n} 步，共 {total} 步", "{n} thing": ["{n} 个", "{n} 个"] });
  assert.equal(say("step {n} of {total}", { n: 2, total: 6 }), "第 2 步，共 6 步");
  assert.equal(plural("{n} thing", "{n} things", 3), "3 个");
  speak({ "to {place}": "放到 {place} 里" });
  assert.equal(say("to {place}", { place: "容器层" }), "放到容器层里");
  assert.equal(say("to {place}", { place: "base" }), "放到 base 里");
});
