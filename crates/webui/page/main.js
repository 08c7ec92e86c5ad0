// Where the page begins: load the profiles, show them, or say what is wrong.

import { App } from "./app.js";
import { initialSources } from "./data/load.js";
import { byId } from "./parts/dom.js";
import { applyTheme } from "./parts/theme.js";

applyTheme();
try {
  const sources = await initialSources();
  if (sources.length === 0) throw new Error("there is no profile to show");
  new App(sources);
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  byId("stage").textContent = `The profiles cannot be shown: ${text}`;
  console.error(error);
}
