import assert from "node:assert/strict";
import { test } from "node:test";
import { Grid } from "../../../coursekit/widgets/js/grid.js";
import { broken, cut, width } from "../../../coursekit/widgets/js/lettering.js";

const STACK = { width: 1034, height: 300, grid: { left: 172, right: 50, rows: [14, 118, 210], first: 186, pitch: 164, count: 5 } };
const tile = (column, y = 130) => ({ id: `t${column}`, role: "tile", x: 186 + column * 164, y, width: 150, height: 40, title: "" });

test("at its own width a picture stands as it was sent, on a narrow page names stand in their rows", () => {
  const grid = new Grid(STACK);
  assert.deepEqual(grid.box(tile(2)).y, 130);
  const narrow = new Grid(STACK, 400), label = { id: "a:label", role: "label", x: 0, y: 118, width: 158, height: 68, text: "app", sub: "" };
  assert.equal(narrow.width, 400);
  assert.equal(narrow.height, 300 + 3 * 24);
  assert.deepEqual([narrow.box(label).y, narrow.box(label).height], [118 + 24, 24]);
  assert.equal(narrow.box(tile(0)).y, 130 + 2 * 24);
});

test("columns that do not fit are paged, and every one is on a page", () => {
  const seen = new Set();
  for (let from = 0; from < 5; ) {
    const grid = new Grid(STACK, 320, from);
    assert.equal(grid.paged, true);
    for (let column = 0; column < 5; column++) {
      const box = grid.box(tile(column));
      if (!box) continue;
      seen.add(column);
      assert.ok(box.x >= 0 && box.x + box.width <= 320 && box.width > 70);
    }
    from += grid.shown;
  }
  assert.deepEqual([...seen], [0, 1, 2, 3, 4]);
});

test("words are broken after a sign, and cut at the end alone", () => {
  assert.deepEqual(broken("docker-entrypoint.sh", 110, 13), ["docker-", "entrypoint.sh"]);
  assert.equal(cut("/usr/share/nginx/html", 100, 13), "/usr/share/n…");
  assert.ok(width("wide", 13, true) > width("wide", 13));
});
