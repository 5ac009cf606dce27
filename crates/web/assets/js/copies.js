// @ts-check
// A copy that is being made: asks how far it is and shows it, until it is there. Without script the page says so when it is
// opened again.

/** Between two questions, in milliseconds. */
const PAUSE = 1500;

/** @param {HTMLElement} card @param {string} address */
async function look(card, address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  /** @type {{ done: number, total: number, under_way: boolean }} */
  const far = await answer.json();
  if (!far.under_way) {
    location.replace("/my/copies");
    return;
  }
  const bar = card.querySelector("progress");
  if (bar) bar.value = far.done;
  const said = card.querySelector("[data-copy-said]");
  const words = `Step ${far.done} of ${far.total}`;
  if (said && said.textContent !== words) said.textContent = words;
  setTimeout(() => void look(card, address).catch(() => {}), PAUSE);
}

for (const card of document.querySelectorAll("[data-copy]")) {
  if (!(card instanceof HTMLElement) || !card.dataset.copy) continue;
  void look(card, card.dataset.copy).catch(() => {});
}

export {};
