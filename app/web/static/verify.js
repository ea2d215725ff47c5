//# allFunctionsCalledOnLoad
// The browser's twin of ledger/verify.py: the same steps with the same numbers and names, on the same vectors
// (tests/vectors). It takes a one-file proof and what its reader trusts, and returns what it proved or throws
// Refused. No network and no page is known here.

import { checkBeside } from "./beside.js";
import { CONTROL, ED25519, bestEngine, digest, isGood, isKeyName, matched, readVkey, tellApart } from "./keys.js";
import { inTime, readPolicy, satisfied, witnessed } from "./policy.js";
import { Refused, areTexts, canonical, decimal, hasKeys, hex, isObject, join, need, same, step, strictBase64, strictCanonical, strictJson, strictText, utf8 } from "./strict.js";
import { checkConsistency, checkInclusion, pathLength } from "./tree.js";

const MAX_NOTE = 256 * 1024;
const MAX_PROOF = 512 * 1024;
const MAX_ENTRY = 65535;
const FIRM = ["mined", "safe", "final"];

/**
 * Verify one proof: a parsed value, or the bytes of its file. The reader's own: vkeys, pin, policy; now and oldest
 * (seconds) judge cosignatures; seen, a Map of the roots (base64) by size that this log showed before. With judged, a
 * Map, proofs that share a checkpoint share the judgement of it.
 *
 * Returns {state, doubts, pinned, origin, index, size, root, leaf, entry, seen, quorum, said, erased, withheld,
 * anchor}: index and size are BigInt, root and leaf hex, anchor a claim that only the chain can confirm, or null.
 * Throws Refused for the first step that failed; nothing that was not proven is ever returned.
 */
export async function verifyBundle(bundle, trust = {}) {
  const engine = trust.engine ?? (await bestEngine());
  const { keys, policy } = await once(trust, [], () => readTrust(engine, trust));
  const file = await readFile(engine, bundle, trust);
  const pinned = Boolean(keys || trust.pin || policy);
  const doubts = pinned ? [] : [new Refused(1, "TRUST_ANCHOR_UNPINNED", "", true)];
  const signed = await once(trust, [file.note.whole, file.log, file.policy], async () => {
    const unsure = [];
    return { ...(await checkSigned(engine, file, keys, policy, trust, unsure)), unsure };
  });
  doubts.push(...signed.unsure);
  const { entry, leaf } = await checkStanding(engine, file.checkpoint, file, file.openings);
  const others = [];
  for (const each of file.beside) others.push({ index: each.index, ...(await checkStanding(engine, file.checkpoint, each)) });
  const { said, erased } = await checkBeside(engine, file, entry, leaf, others, signed.keys);
  const claim = await checkAnchor(engine, file);
  checkSeen(file.checkpoint, claim, trust.seen, doubts);
  const shown = new Set(file.openings.map(({ path }) => path));
  const hidden = Object.keys(entry.commitments).filter((path) => !shown.has(path)).sort();
  const anchor = claim && file.index < claim.size && FIRM.includes(claim.state) ? file.anchor : null;
  const { origin, size, root } = file.checkpoint;
  return {
    ...{ state: doubts.length ? "unknown" : "valid", doubts, pinned, origin, index: file.index, size, root: hex(root), leaf },
    ...{ entry, seen: signed.seen, quorum: signed.quorum, said, anchor },
    ...{ erased: hidden.filter((path) => erased.has(path)), withheld: hidden.filter((path) => !erased.has(path)) },
  };
}

/** Many proofs of one page have the same checkpoint: what was judged of the very same texts is not judged again. */
function once(trust, texts, judge) {
  if (!trust.judged) return judge();
  const name = JSON.stringify(texts);
  if (!trust.judged.has(name)) trust.judged.set(name, judge());
  return trust.judged.get(name);
}

/** Step 1: with a broken key, pin or policy of the reader's own nothing can be said. */
async function readTrust(engine, { vkeys, pin, policy }) {
  try {
    need(pin == null || /^[a-z2-7]{20}$/.test(pin));
    const keys = vkeys && (await readKeys(engine, vkeys));
    return { keys, policy: policy == null ? null : await readPolicy(engine, policy) };
  } catch (error) {
    throw new Refused(1, "POLICY_INVALID", error.message, true);
  }
}

async function readKeys(engine, vkeys) {
  need(vkeys.length);
  return tellApart(await Promise.all(vkeys.map((vkey) => readVkey(engine, vkey))));
}

async function readFile(engine, bundle, trust) {
  const parts = await step(2, "PROOF_ENCODING", () => readParts(bundle));
  const text = parts.tlog_proof;
  const end = text.indexOf("\n\n");
  const lines = (end < 0 ? text : text.slice(0, end)).split("\n");
  const known = lines.shift() === "c2sp.org/tlog-proof@v1";
  await step(3, "PROOF_VERSION", () => need(known));
  await step(4, "PROOF_EXTRA", () => lines[0]?.startsWith("extra ") && strictBase64(lines.shift().slice(6)));
  const index = await step(4, "PROOF_INDEX", () => readIndex(lines));
  const path = await step(5, "PROOF_HASH", () => readHashes(lines));
  await step(5, "PROOF_TRUNCATED", () => need(end >= 0));
  const whole = text.slice(end + 2);
  return { ...parts, index, path, ...(await once(trust, [whole], () => readNote(engine, whole))) };
}

function readParts(bundle) {
  const parts = bundle instanceof Uint8Array ? strictJson(strictText(bundle)) : bundle;
  need(isObject(parts) && parts.format === "wayproof-proof/1");
  const whole = hasKeys(parts, "format", "entry", "openings", "tlog_proof", "log", "policy", "beside", "anchor");
  need(whole && hasKeys(parts.log, "origin", "vkey"));
  const { openings, beside, tlog_proof: text, policy, log } = parts;
  const formed = Array.isArray(openings) && Array.isArray(beside) && areTexts(log.origin, log.vkey, text, policy ?? "");
  need(formed && beside.length <= 256);
  need(text.length <= MAX_PROOF && !CONTROL.test(text));
  return { ...parts, entry: strictBase64(parts.entry), openings: openings.map(readOpening), beside: readBeside(beside) };
}

function readOpening(value) {
  need(hasKeys(value, "path", "salt", "value") && areTexts(value.path));
  return { path: value.path, salt: strictBase64(value.salt), value: strictBase64(value.value) };
}

function readBeside(values) {
  const read = values.map((value) => {
    need(hasKeys(value, "entry", "index", "path") && Number.isInteger(value.index));
    return readPlace(value);
  });
  need(read.every((each, i) => !i || read[i - 1].index < each.index));
  return read;
}

const readPlace = ({ entry, index, path }) => ({ entry: strictBase64(entry), index: BigInt(index), path: readHashes(path) });

function readIndex(lines) {
  need(lines[0]?.startsWith("index "));
  return decimal(lines.shift().slice(6));
}

function readHashes(values) {
  need(Array.isArray(values) && values.length <= 63);
  return values.map(readHash);
}

function readHash(text) {
  const bytes = strictBase64(text);
  need(bytes.length === 32);
  return bytes;
}

async function readNote(engine, whole) {
  const note = await step(6, "NOTE_MALFORMED", () => splitNote(whole));
  return { note, checkpoint: await step(7, "CHECKPOINT_MALFORMED", () => readCheckpoint(engine, note.text)) };
}

function splitNote(note) {
  const at = note.lastIndexOf("\n\n"); // the last empty line divides
  need(utf8(note).length <= MAX_NOTE && at >= 0 && note.endsWith("\n"));
  const lines = note.slice(at + 2, -1).split("\n");
  need(lines.length <= 64);
  const signatures = lines.map((line) => {
    const [, name, encoded] = /^\u2014 ([^ ]+) ([^]*)$/.exec(line) ?? [];
    need(name && isKeyName(name));
    const blob = strictBase64(encoded);
    need(blob.length >= 5);
    return { name, id: hex(blob.slice(0, 4)), signature: blob.slice(4) };
  });
  return { text: note.slice(0, at + 1), whole: note, signatures };
}

async function readCheckpoint(engine, text) {
  const lines = text.split("\n");
  need(lines.pop() === "" && lines.length >= 3 && lines.every(Boolean));
  const checkpoint = { origin: lines[0], size: decimal(lines[1]), root: readHash(lines[2]) };
  const wrong = checkpoint.size === 0n && !same(checkpoint.root, await engine.sha256(new Uint8Array()));
  need(!wrong);
  return checkpoint;
}

/** Steps 8 to 12: {keys: the log's, seen: [name, time], quorum}. quorum is `valid` only by the reader's own policy. */
async function checkSigned(engine, file, brought, policy, trust, doubts) {
  const { log, note, checkpoint } = file;
  await step(8, "ORIGIN_UNKNOWN", () => need(log.origin === checkpoint.origin));
  await step(8, "PIN_MISMATCH", async () => need(trust.pin == null || (await pinOf(engine, log.vkey)) === trust.pin));
  let keys = brought ?? [];
  if (!brought && (!policy || trust.pin != null)) keys = await step(8, "KEY_MALFORMED", () => readKeys(engine, [log.vkey]));
  if (keys.length) await checkSignature(engine, file, keys, doubts);
  if (policy) await checkSignature(engine, file, policy.logs, doubts);
  const own = [...keys, ...(policy?.logs ?? [])].filter(({ kind }) => kind === ED25519);
  const asked = policy ?? (await readPolicy(engine, file.policy ?? "").catch(() => null));
  if (!asked || doubts.some((doubt) => doubt.step === 9)) return { keys: own, seen: [], quorum: file.policy === null && !policy ? "none" : "unknown" };
  const { seen: all, unable } = await step(10, "COSIGNATURE_INVALID", () => witnessed(engine, asked, note));
  const seen = await step(11, "COSIGNATURE_FUTURE", () => inTime(all, trust.now, trust.oldest));
  const told = { keys: own, seen: [...seen] };
  if (!policy) return { ...told, quorum: "unknown" }; // any file can name witnesses of its own
  if (satisfied(policy, seen.keys())) return { ...told, quorum: policy.quorum === null ? "none" : "valid" };
  const unsure = satisfied(policy, [...seen.keys(), ...unable]);
  const doubt = new Refused(12, "QUORUM_NOT_MET", "", unsure);
  if (!unsure) throw doubt;
  doubts.push(doubt);
  return { keys: own, seen: [], quorum: "unknown" };
}

async function checkSignature(engine, { note, checkpoint }, keys, doubts) {
  const own = keys.filter(({ name }) => name === checkpoint.origin); // a key of one log cannot speak for another
  await step(8, "ORIGIN_UNKNOWN", () => need(own.length));
  const able = own.filter(({ kind }) => kind === ED25519);
  const found = matched(able, note.signatures);
  await step(9, "LOG_SIGNATURE_INVALID", async () => {
    for (const { key, blob } of found) need(await isGood(engine, key, blob, utf8(note.text)));
  });
  if (found.length) return;
  const missing = new Refused(9, "LOG_SIGNATURE_MISSING", "", able.length < own.length);
  if (!missing.unsure) throw missing;
  doubts.push(missing);
}

/** The first 20 letters of a key's hash in base32, to print beside a code and to compare. */
export async function pinOf(engine, vkey) {
  const bits = Array.from(await engine.sha256(utf8(vkey)), (byte) => byte.toString(2).padStart(8, "0")).join("");
  return Array.from({ length: 20 }, (_, i) => "abcdefghijklmnopqrstuvwxyz234567"[parseInt(bits.slice(5 * i, 5 * i + 5), 2)]).join("");
}

/** Steps 13 to 15: the entry of these bytes stands at its place under the checkpoint. */
async function checkStanding(engine, { origin, size, root }, { entry: bytes, index, path }, openings = []) {
  await step(13, "INDEX_OUT_OF_RANGE", () => need(index >= 0n && index < size));
  await step(13, "PROOF_LENGTH", () => need(path.length === pathLength(index, size)));
  const leaf = await engine.sha256(join([0], bytes));
  const stands = () => step(15, "ROOT_MISMATCH", () => checkInclusion(engine, leaf, index, size, path, root));
  let entry;
  try {
    entry = await step(14, "ENTRY_MISMATCH", () => readEntry(engine, bytes, origin, openings));
  } catch (refused) {
    await stands().catch(() => (refused.claim = "included")); // the first to fail, but neither holds
    throw refused;
  }
  await stands();
  return { entry, leaf: hex(leaf) };
}

async function readEntry(engine, bytes, origin, openings) {
  const entry = readEnvelope(bytes);
  need(entry.log === origin);
  for (const { path, salt, value } of openings) {
    const commitment = hex(await digest(engine, "wayproof/commitment/v1", utf8(origin), utf8(path), salt, value));
    need(Object.hasOwn(entry.commitments, path) && commitment === entry.commitments[path], path);
  }
  return entry;
}

function readEnvelope(bytes) {
  const entry = strictCanonical(bytes);
  const known = hasKeys(entry, "v", "log", "type", "recorded_at", "body", "commitments") && entry.v === 1;
  need(known && bytes.length <= MAX_ENTRY);
  const kept = entry.commitments;
  const hashes = isObject(kept) && Object.values(kept).every((each) => areTexts(each) && /^[0-9a-f]{64}$/.test(each));
  need(areTexts(entry.log, entry.type, entry.recorded_at) && isObject(entry.body) && hashes);
  return entry;
}

/** Step 16: the anchor's claim, its root shown to begin the signed tree and to stand in the directory; or null. */
async function checkAnchor(engine, { anchor, checkpoint }) {
  if (anchor === null) return null;
  const claim = await step(16, "ANCHOR_MALFORMED", () => readAnchor(anchor));
  const { size, root, path, directory } = claim;
  await step(16, "INCONSISTENT", () => checkConsistency(engine, size, checkpoint.size, path, root, checkpoint.root));
  await step(16, "ANCHOR_MISMATCH", () => directory && checkDirectory(engine, directory, anchor, checkpoint.origin));
  return claim;
}

function readAnchor(anchor) {
  const texts = ["target", "state", "root"];
  const maybe = { chain_id: "string", genesis: "string", tx: "string", block_hash: "string", block_time: "string", finality: "string", block_number: "number" };
  need(hasKeys(anchor, ...texts, ...Object.keys(maybe), "size", "consistency", "directory"));
  const given = Object.entries(maybe).every(([name, kind]) => anchor[name] === null || typeof anchor[name] === kind);
  const formed = given && areTexts(...texts.map((name) => anchor[name])) && ["evm", "file"].includes(anchor.target);
  need(formed && Number.isInteger(anchor.size));
  const claim = { size: BigInt(anchor.size), root: readHash(anchor.root), path: readHashes(anchor.consistency), state: anchor.state };
  return { ...claim, directory: anchor.directory === null ? null : readDirectory(anchor.directory) };
}

function readDirectory(value) {
  const formed = hasKeys(value, "entry", "index", "path", "size", "root") && Number.isInteger(value.index) && Number.isInteger(value.size);
  need(formed);
  return { ...readPlace(value), size: BigInt(value.size), root: readHash(value.root) };
}

async function checkDirectory(engine, { entry, index, path, size, root }, anchor, origin) {
  const head = readEnvelope(entry);
  const told = canonical({ origin, size: anchor.size, root: anchor.root });
  need(head.type === "directory:head:recorded" && canonical(head.body) === told);
  need(index >= 0n && index < size && path.length === pathLength(index, size));
  await checkInclusion(engine, await engine.sha256(join([0], entry)), index, size, path, root);
}

/** Step 16 against what was seen before: a second root at one size is a second story. */
function checkSeen({ size, root }, claim, seen, doubts) {
  if (!seen?.size) return;
  const differs = (at, hash) => seen.has(at) && !same(strictBase64(seen.get(at)), hash);
  if (differs(size, root)) throw new Refused(16, "EQUIVOCATION", `size ${size}`);
  if (claim && differs(claim.size, claim.root)) throw new Refused(16, "INCONSISTENT", `size ${claim.size}`);
  const newest = [...seen.keys()].reduce((a, b) => (a > b ? a : b));
  if (seen.has(size) || claim?.size === newest) return;
  if (size < newest) doubts.push(new Refused(16, "ROLLBACK_SUSPECTED", `size ${newest}`, true));
  else doubts.push(new Refused(16, "CONSISTENCY_MISSING", `size ${newest}`, true));
}
