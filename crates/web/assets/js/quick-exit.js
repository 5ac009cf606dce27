// @ts-check
// Leaving at once: the button, or Shift three times. The page goes blank, the server is told to end
// the sign-in, and a dull page takes this one's place. It does not clear the browser's history.

/** How long three presses may take, in milliseconds. */
const WITHIN = 2000;

/** @type {number[]} */
let presses = [];

/** @param {HTMLElement} button */
function leave(button) {
  document.documentElement.hidden = true;
  document.title = button.dataset.exitTitle || "";
  dispatchEvent(new Event("alcove:leaving"));
  navigator.sendBeacon("/exit");
  location.replace(button.dataset.exit || "about:blank");
}

/** @returns {HTMLElement | null} */
const button = () => document.querySelector("[data-exit]");

addEventListener("click", (event) => {
  const pressed = event.target instanceof Element ? event.target.closest("[data-exit]") : null;
  if (pressed instanceof HTMLElement) {
    event.preventDefault();
    leave(pressed);
  }
});

addEventListener("keyup", (event) => {
  if (event.key !== "Shift") {
    presses = [];
    return;
  }
  const now = performance.now();
  presses = [...presses.filter((at) => now - at < WITHIN), now];
  const way = button();
  if (presses.length >= 3 && way) leave(way);
});

// Back from the dull page must not show this one again out of the browser's memory.
addEventListener("pageshow", (event) => {
  if (event.persisted && document.documentElement.hidden) location.reload();
});

export {};
