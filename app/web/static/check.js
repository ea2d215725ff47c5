// The page's own check: fetches the proofs of what the page shows, verifies them here, and writes the results.
//
// What a page gives:
//   <section data-proofs="URL" data-pin="VKEY VKEY...">      data-pin: keys to trust, from elsewhere than the proofs;
//     <p data-check="verdict"   data-ok="..." data-bad="..." data-unknown="...">...</p>   when it is empty or absent,
//     <p data-check="signed"    data-ok="..." data-bad="..." data-unknown="...">...</p>   each proof's own key is
//     <p data-check="included"  data-ok="..." data-bad="..." data-unknown="...">...</p>   used and the section gets
//     <p data-check="unchanged" data-ok="..." data-bad="..." data-unknown="...">...</p>   data-pinned="no"
//     <span data-check="detail"></span>     optional: the first failed step, for those who ask
//   </section>
//   <li data-entry="17" data-leaf="<64 hex>">...</li>     each shown step that has an index in the log
//
// URL answers {"proofs": [wayproof-proof/1, ...], "anchor": ... or null}. Every shown step must be covered by a proof
// with its index and leaf hash: a step whose entry is gone from the database keeps its attributes, and turns bad. A
// step above the largest signed size that this page has seen is too new to be proven, and stays unknown.
//
// What it writes: text and class (ok, bad or unknown) of each [data-check]; the same class on each shown step;
// data-state on the section (unknown: no answer from the server, or nothing to check), data-pinned, data-size and
// data-engine. It looks again every 10 seconds while the page is visible. All texts come from the page's data
// attributes, none from here; where an attribute is missing, the text stays.

import { bestEngine } from "./keys.js";
import { strictJson, strictText } from "./strict.js";
import { verifyBundle } from "./verify.js";

const AGAIN_AFTER = 10_000; // milliseconds; a row changed in the database must show within 15 s
const ANSWER_WITHIN = 8_000;
const CLAIMS = ["signed", "included", "unchanged"];
// A failed claim takes those with it that rest on it: without a signed root, nothing is proven to be included.
const FALLEN = { seen: [], anchored: [], signed: CLAIMS, included: ["included", "unchanged"], unchanged: ["unchanged"] };

const roots = new Map(); // by origin and size: the same size must never come with another root
let largest = 0n; // the largest signed size so far; what was once provable stays so

/** Verify every proof and compare the shown steps. Returns {results, detail, pinned, steps: state by index}. */
export async function check(proofs, shown, vkeys, engine) {
  const results = Object.fromEntries(CLAIMS.map((claim) => [claim, "ok"]));
  const leaves = new Map();
  const found = { results, detail: "", pinned: true, steps: new Map() };
  const fail = (claim, detail) => {
    for (const fallen of FALLEN[claim]) results[fallen] = "bad";
    found.detail ||= detail;
  };
  for (const proof of proofs) {
    try {
      const proven = await verifyBundle(proof, { vkeys, engine });
      leaves.set(proven.index, proven.leaf);
      found.pinned &&= proven.pinned;
      if (proven.size > largest) largest = proven.size;
      const known = `${proven.origin} ${proven.size}`;
      if ((roots.get(known) ?? proven.root) !== proven.root) fail("signed", `two roots were signed at size ${proven.size}`);
      roots.set(known, proven.root);
    } catch (error) {
      fail(error.claim ?? "signed", error.message);
    }
  }
  for (const { index, leaf } of shown) {
    const state = index >= largest ? "unknown" : leaves.get(index) === leaf ? "ok" : "bad";
    found.steps.set(index, state);
    if (state === "bad") fail("unchanged", `entry ${index} is not the one shown here`);
  }
  return found;
}

function shownSteps() {
  const steps = [...document.querySelectorAll("[data-entry][data-leaf]")];
  return steps.map((element) => ({ element, index: BigInt(element.dataset.entry), leaf: element.dataset.leaf }));
}

function mark(element, state) {
  element.classList.remove("ok", "bad", "unknown");
  element.classList.add(state);
  if (element.dataset[state] !== undefined) element.textContent = element.dataset[state];
}

function write(section, state, results) {
  section.dataset.state = state;
  for (const element of section.querySelectorAll("[data-check]")) {
    const name = element.dataset.check;
    if (name !== "detail") mark(element, name === "verdict" ? state : (results[name] ?? "unknown"));
  }
}

async function fetchProofs(url) {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), ANSWER_WITHIN);
  try {
    const answer = await fetch(url, { cache: "no-store", signal: stop.signal });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    const { proofs } = strictJson(strictText(new Uint8Array(await answer.arrayBuffer())));
    if (!Array.isArray(proofs)) throw new Error("the server's answer holds no proofs");
    return proofs;
  } finally {
    clearTimeout(late);
  }
}

async function look(section, engine) {
  const vkeys = section.dataset.pin?.trim().split(/\s+/).filter(Boolean);
  const detail = section.querySelector('[data-check="detail"]');
  let proofs;
  try {
    proofs = await fetchProofs(section.dataset.proofs);
  } catch (error) {
    write(section, "unknown", {});
    if (detail) detail.textContent = error.message;
    return;
  }
  const shown = shownSteps();
  const found = await check(proofs, shown, vkeys?.length ? vkeys : null, engine);
  const good = CLAIMS.every((claim) => found.results[claim] === "ok");
  const nothing = good && !proofs.length;
  write(section, nothing ? "unknown" : good ? "ok" : "bad", nothing ? {} : found.results);
  for (const { element, index } of shown) mark(element, found.steps.get(index));
  Object.assign(section.dataset, { pinned: found.pinned ? "yes" : "no", size: largest, engine: engine.name });
  if (detail) detail.textContent = found.detail;
}

async function keepLooking(section) {
  const engine = await bestEngine();
  for (;;) {
    if (!document.hidden) await look(section, engine);
    await new Promise((done) => setTimeout(done, AGAIN_AFTER));
  }
}

const section = globalThis.document?.querySelector("[data-proofs]");
if (section) keepLooking(section);
