// What a view is, and what it may ask of the page around it.

/** @typedef {import("../model/model.js").Model} Model */
/** @typedef {import("../state/state.js").State} State */
/** @typedef {import("../parts/datatable.js").DataTable} DataTable */
/** @typedef {import("../parts/describe.js").Subject} Subject */

/**
 * One way of looking at the profile. Views are listed in `list.js`, nowhere else.
 * @typedef {object} View
 * @property {string} name as it stands in the address
 * @property {string} title as it stands on its tab
 * @property {string} key that switches to it
 * @property {(root: HTMLElement, app: App) => void} mount makes its elements; called once, before the
 *   first `draw`
 * @property {(state: State, model: Model) => void} draw shows the state; called after every change
 *   while the view is on screen, so it must not do again what did not change
 * @property {boolean} [isColoured] whether its colours are those of crates and packages, which a legend names
 * @property {string} [hint] what can be done in it, said while nothing is selected
 * @property {() => DataTable} table what it shows, in words and numbers
 * @property {(model: Model) => boolean} [applies] whether the profiles have what it takes; without
 *   it, always
 * @property {() => string} [svg] the picture as an SVG document, where it is one
 * @property {() => HTMLElement} [focus] the element that the keyboard goes to; without it, the view
 */

/**
 * What the page offers to its views.
 * @typedef {object} App
 * @property {() => State} state
 * @property {() => Model} model
 * @property {(patch: Partial<State>, how?: { passing?: boolean }) => void} set changes the state,
 *   and thereby the address; every view is drawn from it
 * @property {(subject: Subject | null, at: { x: number, y: number } | null) => void} tell says
 *   something about what is pointed at; a position is where the pointer is
 * @property {(frame: number, at: { x: number, y: number }) => void} menu opens the menu of a frame
 */

export {};
