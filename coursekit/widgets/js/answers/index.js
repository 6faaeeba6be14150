// The forms by their kind, as `spec.kind` names them.

import { arrange } from "./arrange.js";
import { choose } from "./choose.js";
import { entries } from "./entries.js";
import { byHand } from "./hands.js";
import { number, text } from "./one.js";
import { pick } from "./pick.js";
import { rows } from "./rows.js";

/** @type {Record<string, (spec: any, answer: any, set: (answer: any) => void) => {element: any, mark: (told: any, fresh?: boolean) => any, value?: () => any, stop?: () => void}>} */
export const FORMS = { arrange, choose, entries, fill: byHand, number, pick, rows, text };
