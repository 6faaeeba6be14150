import assert from "node:assert/strict";
import { test } from "node:test";
import { ASIDE, neighbour, scrolled, within } from "../../../coursekit/widgets/js/layout.js";

const at = (x, y) => ({ x, y, width: 10, height: 10 });

test("an arrow key goes to the nearest in its direction, and nowhere at the edge", () => {
  const grid = [at(0, 0), at(20, 0), at(60, 0), at(0, 20), at(20, 22)];
  assert.equal(neighbour(grid[0], grid, ASIDE.ArrowRight), grid[1]);
  assert.equal(neighbour(grid[1], grid, ASIDE.ArrowRight), grid[2]);
  assert.equal(neighbour(grid[0], grid, ASIDE.ArrowDown), grid[3]);
  assert.equal(neighbour(grid[3], grid, ASIDE.ArrowUp), grid[0]);
  assert.equal(neighbour(grid[0], grid, ASIDE.ArrowLeft), undefined);
});

test("a box is on a slab by its middle", () => {
  const slab = { x: 0, y: 0, width: 100, height: 20 };
  assert.equal(within(at(95, 5), slab), true);
  assert.equal(within(at(96, 5), slab), false);
});

test("a window scrolls only as far as it must, and shows the first of what does not fit", () => {
  assert.equal(scrolled(0, 100, 1, [[10, 90]]), 0);
  assert.equal(scrolled(0, 100, 1, [[150, 170]]), 110);
  assert.equal(scrolled(0, 100, 2, [[150, 170]]), 270);
  assert.equal(scrolled(0, 100, 1, [[150, 900]]), 142);
});
