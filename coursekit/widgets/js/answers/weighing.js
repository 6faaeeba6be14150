// Which blocks a number may stand for. Draws nothing.

/** @typedef {{key: string, label: string, size: number, tone: string}} Block */

/**
 * The fewest blocks that weigh this much together; null where none do. At most 2^14 ways are looked at.
 * @param {Block[]} pieces
 * @param {number} bytes
 */
export function weighing(pieces, bytes) {
  /** @type {Map<number, Block[]>} */
  const ways = new Map([[0, []]]);
  for (const piece of pieces.slice(0, 14)) {
    for (const [weight, way] of [...ways]) {
      const heavier = weight + piece.size, known = ways.get(heavier);
      if (heavier <= bytes && (!known || known.length > way.length + 1)) ways.set(heavier, [...way, piece]);
    }
  }
  return ways.get(bytes) ?? null;
}
