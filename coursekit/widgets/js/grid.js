// A scene at the width there is: what lies between the margins is squeezed or stretched, never the words. Where there is
// little room the names leave the left margin and stand in their rows, and columns that do not fit are paged. Draws nothing.

import { broken, width } from "./lettering.js";

/** @typedef {import("./told.js").Box} Box */
/** @typedef {import("./told.js").Arrow} Arrow */
/** @typedef {import("./told.js").Mark} Mark */

const NARROW = 620; // below it, names stand in the rows
const STRIP = 24; // height of a name in its row
const LEAST = 100; // width of a column
const STRETCH = 1.15;
const FULL = { left: 0, right: 0, rows: [], first: 0, pitch: 0, count: 0, least: 0 };

// The words below a line, in two lines: without their last clauses, where there is no room for them.
function clauses(text, room) {
  const parts = text.split(/(?=[,，])/);
  while (parts.length > 1 && broken(parts.join(""), room, 13, true, 3).length > 2) parts.pop();
  return parts.join("");
}

export class Grid {
  /**
   * @param {{width: number, height: number, grid?: any}} scene
   * @param {number} [room] the width there is; 0 for the scene's own
   * @param {number} [from] the first column shown
   */
  constructor(scene, room = 0, from = 0) {
    const grid = { ...FULL, ...scene.grid };
    Object.assign(this, grid);
    /** @type {{left: number, right: number, rows: number[], first: number, pitch: number, count: number, least: number}} */
    this.grid = grid;
    this.scene = scene;
    this.narrow = room > 0 && room < NARROW && grid.left > 0;
    this.left = this.narrow ? 2 : Math.min(grid.left, room ? Math.max(118, room * 0.2) : grid.left);
    this.right = this.narrow ? 2 : grid.right;
    this.natural = scene.width - grid.left - grid.right;
    const inner = (room || scene.width) - this.left - this.right;
    this.inner = Math.max(Math.min(inner, this.natural * (grid.pitch ? STRETCH : 1)), grid.least - this.left - this.right, 60);
    this.shown = grid.count;
    this.from = 0;
    this.scale = this.inner / this.natural;
    if (grid.pitch) this.columns(from);
    this.width = this.left + this.inner + this.right;
    this.height = scene.height + (this.narrow ? STRIP * grid.rows.length : 0);
  }

  /** @param {number} from */
  columns(from) {
    const { pitch, first, left, count } = this.grid, gap = first - left;
    this.shown = Math.max(1, Math.min(count, Math.floor((this.inner - gap) / LEAST)));
    this.from = Math.max(0, Math.min(from, count - this.shown));
    this.pitch = Math.min(pitch * STRETCH, (this.inner - gap) / Math.max(1, this.shown));
    this.scale = this.pitch / pitch;
  }

  get paged() { return this.shown < this.grid.count; }

  /** @param {number} x */
  x(x) {
    const { pitch, first, left } = this.grid;
    if (!pitch) return this.left + (x - left) * this.scale;
    return this.left + Math.min(first - left, 10) + ((x - first) / pitch - this.from) * this.pitch;
  }

  /** The rows' names take room above what is in them. @param {number} y @param {boolean} [edge] whether it is a row's own upper edge */
  y(y, edge = false) {
    if (!this.narrow) return y;
    return y + STRIP * this.grid.rows.filter((row) => (edge ? row < y : row <= y)).length;
  }

  /** The column of a point, or -1 between the margins' ends. @param {number} x */
  column(x) { return this.grid.pitch ? Math.floor((x - this.grid.first + 7) / this.grid.pitch) : -1; }

  /** Whether a point of a paged scene is on this page. @param {number} x */
  sees(x) {
    const column = this.column(x);
    return column < 0 || !this.paged || (column >= this.from && column < this.from + this.shown);
  }

  /**
   * A box where it stands at this width; undefined where this page does not have it.
   * @param {Box} box
   * @returns {(Box & {plate?: boolean, top?: number}) | undefined}
   */
  box(box) {
    const { left, right } = this.grid, whole = this.scene.width;
    if (box.role === "ground" && box.x === 0 && box.width === whole) {
      return { ...box, y: this.y(box.y, true), width: this.width, text: clauses(box.text, this.width - 22) };
    }
    if (box.role === "bracket") {
      if (this.narrow) return undefined;
      return { ...box, x: this.width - this.right + box.x - (whole - right) };
    }
    if (left && box.role === "label" && box.x === 0) return this.name(box);
    const slab = ["slab", "band", "ghost", "ground"].includes(box.role);
    const y = this.y(box.y, slab), height = this.narrow ? this.y(box.y + box.height, true) - y : box.height;
    if (slab && box.x === left && box.width >= this.natural) return { ...box, x: this.left, y, width: this.inner, height };
    if (!this.sees(box.x + Math.min(box.width, 8) / 2) && !this.sees(box.x + box.width - 8)) return undefined;
    let x = this.x(box.x), end = this.x(box.x + box.width);
    if (this.paged) [x, end] = [Math.max(x, this.left + 2), Math.min(end, this.left + this.inner - 2)];
    const top = this.narrow && slab && this.grid.rows.includes(box.y) ? STRIP - 4 : 0; // where its row's name stands
    return { ...box, x, y, top, width: Math.max(0, end - x), height: slab || ["shade", "thread", "bar"].includes(box.role) ? height : box.height };
  }

  /** A row's name: in the margin, or in its row. @param {Box} box */
  name(box) {
    if (!this.narrow) return { ...box, width: this.left - 14 };
    const middle = box.y + box.height / 2, row = this.grid.rows.filter((each) => each <= middle).at(-1) ?? box.y;
    return { ...box, x: this.left + 10, y: this.y(row, true), width: this.inner - 20, height: STRIP, plate: true };
  }

  /** @param {Arrow} arrow @returns {Arrow | undefined} */
  arrow(arrow) {
    if (!this.sees(arrow.x1) && !this.sees(arrow.x2)) return undefined;
    const inside = (/** @type {number} */ x) => (this.paged ? Math.max(this.left + 4, Math.min(x, this.left + this.inner - 4)) : x);
    const x1 = inside(this.x(arrow.x1)), x2 = inside(this.x(arrow.x2)), half = width(arrow.label ?? "", 12.5) / 2 + 11;
    const x = Math.max(half, Math.min(arrow.label_x ? this.x(arrow.label_x) : (x1 + x2) / 2, this.width - half));
    return { ...arrow, x1, x2, y1: this.y(arrow.y1), y2: this.y(arrow.y2), label_x: x, label_y: arrow.label_y ? this.y(arrow.label_y) : 0 };
  }

  /** @param {Mark} mark @returns {Mark | undefined} */
  mark(mark) {
    if (!this.sees(mark.x)) return undefined;
    const half = (mark.text ? width(mark.text, 12) + 32 : 20) / 2 + 1;
    return { ...mark, x: Math.max(half, Math.min(this.x(mark.x), this.width - half)), y: this.y(mark.y) };
  }
}
