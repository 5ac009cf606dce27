// The practice with TLS of its own, in a browser: cookies bound to the host, and pages on which no text becomes a script.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { chapters } from "./acts.mjs";
import { copySeed } from "./ground.mjs";
import { openHouse } from "./house.mjs";
import { expected } from "./look.mjs";

const chapter = chapters();

/** Gives the demo's folder a certificate. @param {{data: string}} ground */
async function certify({ data }) {
  copySeed(data);
  const words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  execFileSync("openssl", [...words, ...names, "-keyout", join(data, "tls.key"), "-out", join(data, "tls.pem")], { stdio: "ignore" });
  const lines = ['address = "https://127.0.0.1"', 'tls_certificate_file = "tls.pem"', 'tls_key_file = "tls.key"', ""];
  writeFileSync(join(data, "alcove.toml"), lines.join("\n"));
}

const house = await openHouse("tls", { people: "own", prepare: certify });
after(() => house.close());
const page = await house.visit();

chapter("somebody comes in by https, and every cookie is bound to this host", async () => {
  assert.match(house.address, /^https:/);
  await page.goto("/demo");
  await page.getByRole("button", { name: /Okafor/ }).first().click();
  await page.waitForURL(/\/desk/);
  const cookies = await page.context().cookies();
  assert.ok(cookies.some((cookie) => cookie.name === "__Host-alcove"), JSON.stringify(cookies.map((one) => one.name)));
  for (const cookie of cookies) {
    assert.ok(cookie.name.startsWith("__Host-") && cookie.secure && cookie.httpOnly && cookie.path === "/", cookie.name);
  }
  assert.ok(await page.evaluate(() => isSecureContext));
  house.calm(page, "by https");
});

chapter("the modules work, and no text becomes a script or a style", async () => {
  for (const path of ["/desk", "/desk/calendar", "/desk/cases", "/desk/practice", "/"]) {
    await page.goto(path);
    house.calm(page, path);
  }
  /** @param {string} what @param {() => void} act */
  const tried = (what, act) => page.evaluate(act).then(() => assert.fail(`${what} was let through`), (error) => String(error));
  assert.match(await tried("innerHTML", () => { document.body.innerHTML = "<b>words</b>"; }), /TrustedHTML/);
  assert.match(await tried("a script's text", () => { document.createElement("script").text = "1"; }), /TrustedScript/);
  assert.match(await tried("a script's address", () => { document.createElement("script").src = "/a.js"; }), /TrustedScriptURL/);
  assert.match(await tried("a policy", () => { Reflect.get(globalThis, "trustedTypes").createPolicy("any", {}); }), /disallowed/);
  assert.match(await tried("a timer of text", () => { Reflect.get(globalThis, "setTimeout")("1"); }), /TrustedScript/);
  const colour = await page.evaluate(() => {
    const styled = document.createElement("p");
    styled.setAttribute("style", "color: rgb(1, 2, 3)");
    document.body.append(styled);
    return getComputedStyle(styled).color;
  });
  assert.notEqual(colour, "rgb(1, 2, 3)");
  expected(page, /Trusted|Content Security Policy/);
});
