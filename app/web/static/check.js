//# allFunctionsCalledOnLoad
// The page's own check: fetches the proofs of what the page shows, verifies them here, and writes the results.
//
// What a page gives:
//   <section data-proofs="URL" data-keys="VKEY VKEY...">   data-keys: the log's keys as this site names them; when
//     <p data-check="verdict" data-ok="..." data-bad="..." data-unknown="...">   absent, each proof's own key is used
//     the same for each of: signed, included, unchanged, seen, said, age, anchored, pin
//     <form data-pin><input name="pin"></form>       where a reader types the pin from the printed code
//     <span data-check="detail"></span>              optional: the first failed step, for those who ask
//   </section>
//   <li data-entry="17" data-leaf="<64 hex>">...</li>     each shown step that has an index in the log
//
// URL answers {"proofs": [wayproof-proof/1, ...], "anchor": ... or null}. Every shown step must be covered by a proof
// with its index and leaf hash: a step whose entry is gone from the database keeps its attributes, and turns bad. A
// step above the largest signed size that this page has seen is too new to be proven, and stays unknown.
//
// What it writes: text and class (ok, bad or unknown) of each [data-check], with {names} in a text filled in; the same
// class on each shown step; data-state on the section (unknown: no answer from the server, or nothing to check),
// data-pinned (yes: the reader's own pin was compared), data-size and data-engine. It looks again every 10 seconds while
// the page is visible. All texts come from the page's attributes; where one is missing or empty, the line is empty.
//
// The first line, here and in what is imported, lets a browser compile while it loads, beside the page's own work: a
// check calls nearly every function, once.

import { bestEngine } from "./keys.js";
import { strictJson, strictText } from "./strict.js";
import { verifyBundle } from "./verify.js";

const AGAIN_AFTER = 10_000; // milliseconds; a row changed in the database must show within 15 s
const ANSWER_WITHIN = 8_000;
const CLAIMS = ["signed", "included", "unchanged"];
// A failed claim takes those with it that rest on it: without a signed root, nothing is proven to be included.
const FALLEN = { signed: CLAIMS, included: ["included", "unchanged"], unchanged: ["unchanged"], seen: ["seen"], anchored: ["anchored"] };

const roots = new Map(); // by origin and size: the same size must never come with another root
let largest = 0n; // the largest signed size so far; what was once provable stays so

/** Verify every proof and compare the shown steps. Returns {results, detail, facts, steps: state by index}. */
export async function check(proofs, shown, trust) {
  const found = { results: { signed: "ok", included: "ok", unchanged: "ok" }, detail: "", proven: [], steps: new Map() };
  const [leaves, judged] = [new Map(), new Map()];
  const fail = (claim, detail) => {
    for (const fallen of FALLEN[claim]) found.results[fallen] = "bad";
    found.detail ||= detail;
  };
  const engine = { ...(trust.engine ?? (await bestEngine())), nodes: new Map() };
  const tried = proofs.map((proof) => verifyBundle(proof, { ...trust, engine, judged }));
  for (const trial of await Promise.allSettled(tried)) {
    try {
      if (trial.reason) throw trial.reason;
      const proven = trial.value;
      leaves.set(proven.index, proven.leaf);
      found.proven.push(proven);
      if (proven.size > largest) largest = proven.size;
      const known = `${proven.origin} ${proven.size}`;
      if ((roots.get(known) ?? proven.root) !== proven.root) fail("signed", `two roots were signed at size ${proven.size}`);
      roots.set(known, proven.root);
    } catch (error) {
      fail(error.claim ?? "signed", error.message);
      if (error.error === "PIN_MISMATCH") found.results.pin = "bad";
    }
  }
  for (const { index, leaf } of shown) {
    const state = index >= largest ? "unknown" : leaves.get(index) === leaf ? "ok" : "bad";
    found.steps.set(index, state);
    if (state === "bad") fail("unchanged", `entry ${index} is not the one shown here`);
  }
  return found;
}

/** What the lines about others, age and anchor have to tell: {line: [state, facts]}; a line without facts is left out. */
function tell(proven) {
  const { lang } = document.documentElement;
  const written = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, // as the page itself writes its dates
    { year: "numeric", month: "short", day: "numeric", hour: "numeric", minute: "2-digit", numberingSystem: "latn", timeZone: "UTC" });
  const time = (at) => `${written.format(new Date(at))} UTC`;
  const seen = new Map(proven.flatMap((each) => each.seen));
  const said = proven.flatMap((each) => each.said ?? []).filter((each) => each.name);
  const ages = proven.map((each) => each.entry.recorded_at).sort();
  const { block_number: block, chain_id: chain } = proven.find((each) => each.anchor)?.anchor ?? {};
  const names = (all) => [...new Set(all)].join(", ");
  return {
    seen: seen.size ? ["unknown", { names: names(seen.keys()), at: time(1000 * Number([...seen.values()].reduce((a, b) => (a > b ? a : b)))) }] : ["none"],
    said: said.length ? [said.every((each) => each.state === "valid") ? "ok" : "unknown", { names: names(said.map((each) => each.name)) }] : ["none"],
    age: ages.length ? ["unknown", { first: time(ages[0]), last: time(ages.at(-1)) }] : ["none"],
    anchored: chain ? ["unknown", { block, chain }] : ["none"],
  };
}

function shownSteps() {
  const steps = [...document.querySelectorAll("[data-entry][data-leaf]")];
  return steps.map((element) => ({ element, index: BigInt(element.dataset.entry), leaf: element.dataset.leaf }));
}

/** The pin that the reader brings: typed into the page, or behind # in an address that was scanned. */
function readPin(section) {
  const typed = section.querySelector("[data-pin] input")?.value || new URLSearchParams(location.hash.slice(1)).get("pin");
  const pin = typed?.toLowerCase().replace(/[^a-z2-7]/g, "");
  return pin?.length === 20 ? pin : undefined;
}

function mark(element, state, facts = {}) {
  const name = state === "none" ? "unknown" : state;
  element.classList.remove("ok", "bad", "unknown");
  element.classList.add(name);
  const text = element.dataset[state];
  if (text !== undefined) element.textContent = text.replace(/\{(\w+)\}/g, (_, fact) => facts[fact] ?? "");
}

function write(section, state, results, told = {}) {
  section.dataset.state = state;
  for (const element of section.querySelectorAll("[data-check]")) {
    const name = element.dataset.check;
    const [known, facts] = results[name] ? [results[name]] : (told[name] ?? ["unknown"]);
    if (name !== "detail") mark(element, name === "verdict" ? state : known, facts);
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
  const vkeys = section.dataset.keys?.trim().split(/\s+/).filter(Boolean);
  const detail = section.querySelector('[data-check="detail"]');
  let proofs;
  try {
    proofs = await fetchProofs(section.dataset.proofs);
  } catch (error) {
    write(section, "unknown", {});
    if (detail) detail.textContent = error.message;
    return;
  }
  const pin = readPin(section);
  const shown = shownSteps();
  const found = await check(proofs, shown, { vkeys: vkeys?.length ? vkeys : null, pin, engine });
  if (pin && proofs.length) found.results.pin ??= "ok";
  const good = !Object.values(found.results).includes("bad");
  const nothing = good && !proofs.length;
  write(section, nothing ? "unknown" : good ? "ok" : "bad", nothing ? {} : found.results, tell(found.proven));
  for (const { element, index } of shown) mark(element, found.steps.get(index));
  Object.assign(section.dataset, { pinned: found.results.pin === "ok" ? "yes" : "no", size: largest, engine: engine.name });
  if (detail) detail.textContent = found.detail;
}

async function keepLooking(section) {
  const engine = await bestEngine();
  let again;
  const now = () => again?.();
  section.querySelector("[data-pin]")?.addEventListener("submit", (event) => (event.preventDefault(), now()));
  addEventListener("hashchange", now);
  for (;;) {
    if (!document.hidden) await look(section, engine);
    await new Promise((done) => setTimeout((again = done), AGAIN_AFTER));
  }
}

const section = globalThis.document?.querySelector("[data-proofs]");
if (section) keepLooking(section);
