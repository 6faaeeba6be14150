import assert from "node:assert/strict";
import { test } from "node:test";
import { act } from "../../../coursekit/widgets/js/keys.js";

const ACTS = { n: "next", ArrowLeft: "back" };
const key = (name, more = {}) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, ...more });

test("a key of ours does what it says", () => {
  assert.equal(act(key("n"), ACTS), "next");
  assert.equal(act(key("ArrowLeft"), ACTS), "back");
});

test("with Ctrl, Command or Alt it is the notebook's; in a field it is the field's; others are nobody's", () => {
  for (const held of ["ctrlKey", "metaKey", "altKey"]) assert.equal(act(key("n", { [held]: true }), ACTS), undefined);
  assert.equal(act(key("n"), ACTS, true), undefined);
  for (const name of ["x", "constructor", "toString"]) assert.equal(act(key(name), ACTS), undefined);
});
