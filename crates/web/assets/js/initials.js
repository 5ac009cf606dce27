// @ts-check
// "Initials only on this screen": hides the names on the page at once, then tells the server, which
// leaves them out of every page after this one. Showing them again needs a new page from the server.

const form = document.querySelector("[data-initials-form]");
let typed = false;

addEventListener("input", () => (typed = true));

/** @param {HTMLFormElement} form */
async function hide(form) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) body.append(name, String(value));
  for (const name of document.querySelectorAll("[data-short]")) {
    if (name instanceof HTMLElement) name.textContent = name.dataset.short || "";
  }
  form.querySelector("[role=switch]")?.setAttribute("aria-checked", "true");
  const show = form.elements.namedItem("show");
  if (show instanceof HTMLInputElement) show.value = "names";
  const headers = { Accept: "application/json" };
  const answer = await fetch(form.action, { method: "POST", body, headers });
  // Names that carry no mark are gone from the page as the server makes it, unless words were typed here.
  if (answer.ok && !typed) location.reload();
}

if (form instanceof HTMLFormElement) {
  form.addEventListener("submit", (event) => {
    if (new FormData(form).get("show") !== "initials") return;
    event.preventDefault();
    hide(form).catch(() => {});
  });
}

export {};
