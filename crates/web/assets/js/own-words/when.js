// @ts-check
// When something was written, by its author's clock, as the pages of this practice say it: "Friday 27 November, 10:40".

/**
 * How a page says times: the practice's zone, and whether hours go to twelve.
 * @typedef {{lang: string, zone: string | undefined, isTwelve: boolean}} Clock
 */

/** So long the clocks of a browser and of the server may differ before it is said, in milliseconds. */
const APART = 10 * 60_000;

/** The clock of a page, from what stands on it. @param {HTMLElement} box @returns {Clock} */
export const clockOf = (box) => ({
  lang: document.documentElement.lang || "en",
  zone: box.dataset.zone || undefined,
  isTwelve: box.dataset.hours === "12",
});

/** @param {string} at an instant @param {Clock} clock @param {Date} [now] */
export function moment(at, { lang, zone, isTwelve }, now = new Date()) {
  const parts = (/** @type {Date} */ instant) => {
    const told = { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "numeric", minute: "2-digit" };
    const how = /** @type {Intl.DateTimeFormatOptions} */ ({ ...told, hourCycle: isTwelve ? "h12" : "h23", timeZone: zone });
    const found = new Intl.DateTimeFormat(lang, how).formatToParts(instant);
    return /** @type {Record<string, string>} */ (Object.fromEntries(found.map(({ type, value }) => [type, value])));
  };
  const { weekday, day, month, year, hour, minute, dayPeriod = "" } = parts(new Date(at));
  const ofYear = year === parts(now).year ? "" : ` ${year}`;
  const half = isTwelve ? ` ${dayPeriod.toLowerCase()}` : "";
  return `${weekday} ${day} ${month}${ofYear}, ${Number(hour)}:${minute}${half}`;
}

/** Whether what an author signed and what the server says lie further apart than clocks do. @param {string} signed @param {string} server */
export const areApart = (signed, server) => !(Math.abs(Date.parse(signed) - Date.parse(server)) <= APART);
