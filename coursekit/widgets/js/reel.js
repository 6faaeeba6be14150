// The reel: which boxes there are at a step, and which changed on the way there. Draws nothing.

import { PLAIN } from "./told.js";

/** @typedef {import("./told.js").Box} Box */

// The boxes of one step at a time. A frame was sent as what differs; going forward notes what it replaces, so that
// going back, or to any step, costs only the differences in between.
export class Reel {
  /** @param {{frames: import("./told.js").Frame[]}} scene */
  constructor(scene) {
    this.frames = scene.frames;
    /** @type {Map<string, Box>} */
    this.boxes = new Map();
    /** @type {[string, Box | undefined][][]} */
    this.replaced = [];
    this.at = -1;
  }

  /**
   * Goes to a step, and returns each box that was touched on the way, as it was before.
   * @param {number} step
   */
  go(step) {
    /** @type {Map<string, Box | undefined>} */
    const before = new Map();
    /** @type {(id: string, box: Box | undefined) => void} */
    const put = (id, box) => {
      if (!before.has(id)) before.set(id, this.boxes.get(id));
      if (box) this.boxes.set(id, box);
      else this.boxes.delete(id);
    };
    while (this.at < step) this.forward(put);
    while (this.at > step) for (const [id, box] of this.replaced[this.at--]) put(id, box);
    return before;
  }

  /** @param {(id: string, box: Box | undefined) => void} put */
  forward(put) {
    const { gone = [], set = [] } = this.frames[++this.at];
    const touched = [...gone, ...set.map((part) => part.id)];
    this.replaced[this.at] = touched.map((id) => /** @type {[string, Box | undefined]} */ ([id, this.boxes.get(id)])).reverse();
    for (const id of gone) put(id, undefined);
    for (const part of set) put(part.id, { ...PLAIN, ...this.boxes.get(part.id), ...part });
  }
}
