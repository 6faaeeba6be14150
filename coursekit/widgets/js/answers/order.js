// An order, and what moving one item makes of it. Draws nothing.

/**
 * The order with the item at `from` brought to `to`; the same where that is no place.
 * @param {string[]} order
 * @param {number} from
 * @param {number} to
 */
export function moved(order, from, to) {
  if (to < 0 || to >= order.length || from === to) return order;
  const next = [...order];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}

/** The keys of items that were answered in this order, or as they stand: never one too many or too few.
 * @param {string[]} keys
 * @param {any} answer
 */
export function begun(keys, answer) {
  const known = Array.isArray(answer) && answer.length === keys.length && keys.every((key) => answer.includes(key));
  return known ? [...answer] : [...keys];
}
