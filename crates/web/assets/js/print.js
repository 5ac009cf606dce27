// @ts-check
// A button that prints the page. Without script it stays hidden, and the browser's own menu does the same.

for (const button of document.querySelectorAll("[data-print]")) {
  if (!(button instanceof HTMLButtonElement)) continue;
  button.hidden = false;
  button.addEventListener("click", () => print());
}
