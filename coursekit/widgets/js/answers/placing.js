// Tiles that are taken and put into places: dragged, or pressed one after the other, or sent there by a figure key.
//
//   press a tile, then a place        it goes there; Escape, or the tile again, lets go of it
//   drag a tile onto a place          with a finger by its grip, so that the page can still be scrolled
//   1 to 9 on a tile                  into the place with that number; 0 or Delete: back where it came from
//   arrows                            from tile to tile
//
// A tile has data-tile, a place data-place, each with its key. What a move means, `put(tile, place)` decides; a tile that
// lies in a place has data-in, that place's key.

import { html } from "../dom.js";
import { act } from "../keys.js";
import { say } from "../words.js";

const FAR = 6; // pixels that a pointer moves before a press becomes a drag

export class Placing {
  /**
   * @param {HTMLElement} root
   * @param {[string, string][]} places keys and names, in order: the first has the number 1
   * @param {(tile: string, place: string, from: string) => void} put `from` is the place it lay in, or ""
   * @param {(words: string) => void} tell what a screen reader is to hear
   * @param {boolean} [copies] whether a tile stays where it was taken from
   */
  constructor(root, places, put, tell, copies = false) {
    this.root = root;
    this.places = places;
    this.put = put;
    this.tell = tell;
    this.copies = copies;
    /** @type {string | null} */
    this.held = null; // the key of the tile in hand, and the place it lay in
    this.from = "";
    this.dragged = false;
    root.addEventListener("click", (event) => this.pressed(event));
    root.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("pointerdown", (event) => this.grabbed(event));
  }

  /** @returns {any[]} */
  tiles() { return [...this.root.querySelectorAll("[data-tile]")]; }

  // One tile is in the order of Tab; arrows lead to the others. After a change the tile in hand keeps the focus.
  settle(again = null) {
    const mine = again && (this.find(again.tile, again.in) ?? this.find(again.tile)), tiles = this.tiles();
    for (const tile of tiles) {
      tile.tabIndex = tile === (mine ?? tiles[0]) ? 0 : -1;
      tile.setAttribute("aria-pressed", String(this.held === tile.dataset.tile && (tile.dataset.in ?? "") === this.from));
    }
    this.root.classList.toggle("ck-holding", this.held !== null);
    mine?.focus({ preventScroll: true });
  }

  find(key, place) { return this.tiles().find((tile) => tile.dataset.tile === key && (place === undefined || (tile.dataset.in ?? "") === place)); }

  hold(tile) {
    const same = !tile || (this.held === tile.dataset.tile && this.from === (tile.dataset.in ?? ""));
    this.held = same ? null : tile.dataset.tile;
    this.from = same ? "" : tile.dataset.in ?? "";
    this.settle(tile && { tile: tile.dataset.tile, in: tile.dataset.in ?? "" });
    this.tell(this.held === null ? say("Nothing is in your hand.") : say("{tile} is in your hand. Press the place for it.", { tile: tile.dataset.name }));
  }

  move(tile, place) {
    const { tile: key, in: from = "", name } = tile.dataset;
    this.held = null;
    this.put(key, place, from);
    this.settle({ tile: key, in: this.copies && !from ? "" : place });
    const where = this.places.find(([each]) => each === place)?.[1];
    this.tell(where ? say("{tile}: now in {place}.", { tile: name, place: where }) : say("{tile}: taken out.", { tile: name }));
  }

  inHand() { return this.held === null ? undefined : this.find(this.held, this.from); }

  pressed(event) {
    if (this.dragged) return void (this.dragged = false); // the click that ends a drag is none
    const tile = event.target.closest("[data-tile]"), place = event.target.closest("[data-place]"), held = this.inHand();
    if (held && place && place.dataset.place !== this.from && !event.target.closest("input, .ck-out")) this.move(held, place.dataset.place);
    else if (tile) this.hold(tile);
  }

  key(event) {
    const tile = event.target.closest("[data-tile]");
    if (event.key === "Escape" && this.held !== null) return this.hold(this.inHand());
    if (!tile) return;
    const tiles = this.tiles(), at = tiles.indexOf(tile);
    const to = act(event, { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: tiles.length - 1 });
    if (to !== undefined) {
      event.preventDefault();
      const next = tiles[(to + tiles.length) % tiles.length];
      for (const each of tiles) each.tabIndex = each === next ? 0 : -1;
      return next.focus();
    }
    const place = /^[1-9]$/.test(event.key) && act(event, { [event.key]: this.places[Number(event.key) - 1] });
    const back = act(event, { 0: "", Delete: "", Backspace: "" });
    if (!place && back === undefined) return;
    event.preventDefault();
    this.move(tile, place ? place[0] : "");
  }

  grabbed(event) {
    const tile = event.target.closest("[data-tile]");
    if (!tile || event.button !== 0 || (event.pointerType === "touch" && !event.target.closest(".ck-handle"))) return;
    const { clientX: x, clientY: y } = event;
    let ghost = null;
    const over = (at) => /** @type {any} */ (document.elementsFromPoint(at.clientX, at.clientY).map((each) => each.closest("[data-place]")).find((each) => each && this.root.contains(each)));
    const mark = (place) => { for (const each of this.root.querySelectorAll("[data-place]")) each.classList.toggle("ck-over", each === place); };
    const move = (at) => {
      if (!ghost && Math.hypot(at.clientX - x, at.clientY - y) < FAR) return;
      ghost ??= this.ghost(tile);
      ghost.style.translate = `${at.clientX - x}px ${at.clientY - y}px`;
      mark(over(at));
    };
    const end = (at) => {
      for (const name of ["pointermove", "pointerup", "pointercancel"]) window.removeEventListener(name, name === "pointermove" ? move : end);
      if (!ghost) return;
      ghost.remove();
      mark(null);
      this.dragged = at.type === "pointerup" && this.root.contains(document.elementFromPoint(at.clientX, at.clientY)) && at.target === tile;
      const place = at.type === "pointerup" && over(at);
      this.held = null;
      if (place) this.move(tile, place.dataset.place);
      else if (at.type === "pointerup" && tile.dataset.in) this.move(tile, "");
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end);
    window.addEventListener("pointercancel", end);
    if (event.pointerType === "mouse") event.preventDefault(); // no text is selected on the way; a press still focuses
    tile.focus({ preventScroll: true });
  }

  // What follows the pointer: the tile's likeness, over the page, that nothing can be dropped on.
  /** @param {HTMLElement} tile */
  ghost(tile) {
    const { left, top, width, height } = tile.getBoundingClientRect(), ghost = /** @type {HTMLElement} */ (tile.cloneNode(true));
    for (const name of ["data-tile", "data-in", "id"]) ghost.removeAttribute(name);
    ghost.classList.add("ck-ghost");
    Object.assign(ghost.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    ghost.setAttribute("aria-hidden", "true");
    this.root.append(ghost);
    return ghost;
  }
}

/**
 * A place's name, which is pressed to put there what is in the hand; with its number.
 * @param {string} name
 * @param {number} number
 */
export function title(name, number) {
  return html("button", { type: "button", class: "ck-title", "aria-label": say("{place}: put it here", { place: name }) },
    html("span", {}, name), number < 10 ? html("kbd", { "aria-hidden": "true" }, String(number)) : "");
}

/**
 * A tile: a button that is named in full, with a grip to drag it by.
 * @param {{key: string, name: string, tone?: string, place?: string}} what `name` is what it shows and is called
 * @param {...(Node | string)} words what it shows, where that is more than its name
 */
export function tile({ key, name, tone = "page", place = "" }, ...words) {
  const grip = html("span", { class: "ck-handle", "aria-hidden": "true" }, "⠿");
  return html("button", { type: "button", class: `ck-piece ck-${tone}`, "data-tile": key, "data-name": name, "data-in": place || false, tabindex: -1 }, grip, html("span", { class: "ck-what" }, ...(words.length ? words : [name])));
}
