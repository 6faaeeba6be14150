// Whose a key is: ours, or the notebook's.

/**
 * JupyterLab takes keys in the capture phase, before a widget sees them. Plain keys typed inside `root` are ours; those
 * with Ctrl, Alt or Command (save, undo …) stay its own. Returns what gives them back.
 * @param {Element} root
 */
export function keysAreOurs(root) {
  const watch = (/** @type {KeyboardEvent} */ event) => {
    if (!root.contains(/** @type {Node} */ (event.target))) return;
    root.toggleAttribute("data-lm-suppress-shortcuts", !withModifier(event));
  };
  window.addEventListener("keydown", watch, true);
  return () => window.removeEventListener("keydown", watch, true);
}

/**
 * What a key does in a widget, of `acts`; undefined where it is not the widget's: with Ctrl, Alt or Command it is the
 * notebook's, and in a field it is the field's.
 * @template T
 * @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean}} event
 * @param {Record<string, T>} acts
 * @param {boolean} [field] whether it was typed into one
 * @returns {T | undefined}
 */
export function act(event, acts, field = false) {
  if (field || withModifier(event)) return undefined;
  return Object.hasOwn(acts, event.key) ? acts[event.key] : undefined;
}

/** @param {{ctrlKey: boolean, metaKey: boolean, altKey: boolean}} event */
export function withModifier(event) { return event.ctrlKey || event.metaKey || event.altKey; }
