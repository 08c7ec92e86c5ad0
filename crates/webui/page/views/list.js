// All views, in the order of their tabs.

import { flame, inverted } from "./flame.js";
import { graph } from "./graph.js";
import { heat } from "./heat.js";
import { labels } from "./labels.js";
import { sandwich } from "./sandwich.js";
import { source } from "./source.js";
import { table } from "./table.js";

/** @typedef {import("./view.js").View} View */

/** @type {View[]} */
export const VIEWS = [flame, table, inverted, sandwich, graph, source, labels, heat];
