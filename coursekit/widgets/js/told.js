// Written by coursekit/widgets/told.py from the dataclasses of Python. Do not edit: run `python -m coursekit.widgets.told`.

/** @typedef {{id: string, role: "slab"|"band"|"tile"|"whiteout"|"lid"|"shade"|"thread"|"bar"|"label"|"note"|"bracket"|"ground"|"ghost", x: number, y: number, width: number, height: number, text: string, sub: string, over: string, pill: string, align: ""|"start"|"middle"|"end", title: string, tone: string, hidden: boolean, fresh: boolean, origin: string, about: string}} Box */
/** @typedef {{x1: number, y1: number, x2: number, y2: number, label: string, label_x: number, label_y: number, shape: "curve"|"line"|"link", tone: string}} Arrow */
/** @typedef {{x: number, y: number, verdict: "hit"|"miss"|"stop", text: string}} Mark */
/** @typedef {{layer: number, name: string, text: string, facts: ([string, string])[], contents: string}} Held */
/** @typedef {{title: string, facts: ([string, string])[], contents: string, layers: (Held)[]}} Detail */
/** @typedef {{left: number, right: number, rows: (number)[], first: number, pitch: number, count: number, least: number}} Grid */
/** @typedef {{kind: "number"|"text"|"choose", unit?: string, many?: boolean, options?: ((string)[])[]}} Cell */
/** @typedef {{kind: string, unit?: string, many?: boolean, options?: (any)[], items?: ((string)[])[], rows?: ((string)[])[], columns?: (any)[], wholes?: Record<string, number>, scene?: any}} Spec */
/** @typedef {{ok: boolean, says?: string}} Part */
/** @typedef {{html: string, at: (string)[]}} Belief */
/** @typedef {{answer: any, parts: Record<string, Part>, right: any, beliefs: (Belief)[]}} Told */
/** @typedef {{caption: string, set?: (Partial<Box> & {id: string})[], gone?: string[], arrows?: Partial<Arrow>[], marks?: Partial<Mark>[]}} Frame */
/** @typedef {{title: string, width: number, height: number, frames: Frame[], details?: Record<string, Detail>, goal?: Scene, narrow?: Scene, grid?: Partial<Grid>, knobs?: any[]}} Scene */

export const PLAIN = {"text": "", "sub": "", "over": "", "pill": "", "align": "", "title": "", "tone": "", "hidden": false, "fresh": false, "origin": "", "about": "", "x": 0, "y": 0};
