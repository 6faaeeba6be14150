// Written by coursekit/widgets/told.py from the dataclasses of Python. Do not edit: run `python -m coursekit.widgets.told`.

/** @typedef {{id: string, role: "slab"|"tile"|"whiteout"|"lid"|"shade"|"thread"|"bar"|"label"|"note"|"bracket", x: number, y: number, width: number, height: number, text: string, sub: string, align: ""|"start"|"middle"|"end", title: string, tone: string, hidden: boolean, fresh: boolean, origin: string, about: string}} Box */
/** @typedef {{x1: number, y1: number, x2: number, y2: number, label: string, label_y: number, shape: "curve"|"line"|"link", tone: string}} Arrow */
/** @typedef {{x: number, y: number, verdict: "hit"|"miss"|"stop", text: string}} Mark */
/** @typedef {{title: string, facts: ([string, string])[], contents: string, history: (string)[]}} Detail */
/** @typedef {{kind: "number"|"text"|"choose", unit?: string, many?: boolean, options?: ((string)[])[]}} Cell */
/** @typedef {{kind: string, unit?: string, many?: boolean, options?: (any)[], items?: ((string)[])[], rows?: ((string)[])[], columns?: (any)[], scene?: any}} Spec */
/** @typedef {{ok: boolean, says?: string}} Part */
/** @typedef {{html: string, at: (string)[]}} Belief */
/** @typedef {{answer: any, parts: Record<string, Part>, right: any, beliefs: (Belief)[]}} Told */
/** @typedef {{caption: string, set?: (Partial<Box> & {id: string})[], gone?: string[], arrows?: Partial<Arrow>[], marks?: Partial<Mark>[]}} Frame */
/** @typedef {{title: string, width: number, height: number, frames: Frame[], details?: Record<string, Detail>, goal?: Scene}} Scene */

export const PLAIN = {"text": "", "sub": "", "align": "", "title": "", "tone": "", "hidden": false, "fresh": false, "origin": "", "about": "", "x": 0, "y": 0};
