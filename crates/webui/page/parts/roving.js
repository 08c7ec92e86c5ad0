// A list of buttons that is one stop of the Tab key: arrows walk within it.

/** Lets arrows walk within `list`. @param {HTMLElement} list */
export function listenForArrows(list) {
  list.addEventListener("keydown", (event) => {
    const buttons = [...list.querySelectorAll("button")];
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const steps = { ArrowDown: 1, ArrowUp: -1, Home: -at, End: buttons.length - 1 - at };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    const next = step === undefined || at < 0 ? undefined : buttons[at + step];
    if (next === undefined) return;
    setStop(list, next);
    next.focus();
    event.preventDefault();
    event.stopPropagation();
  });
}

/** Makes one button the stop of the Tab key. @param {HTMLElement} list @param {HTMLButtonElement | undefined} stop */
export function setStop(list, stop) {
  for (const button of list.querySelectorAll("button")) button.tabIndex = button === stop ? 0 : -1;
}
