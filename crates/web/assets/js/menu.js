// @ts-check
// Closes the folded menu with Escape, and when something else is pressed; without script its own heading does.

/** @returns {HTMLDetailsElement | null} */
const open = () => document.querySelector("details.menu[open]");

addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" ? open() : null;
  if (!menu) return;
  const held = menu.contains(document.activeElement) || document.activeElement === document.body;
  menu.open = false;
  if (held) menu.querySelector("summary")?.focus();
});

addEventListener("click", (event) => {
  const menu = open();
  if (menu && event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
});

export {};
