// The browser's twin of ledger/verify.py: the same steps with the same numbers, on the same vectors (tests/vectors).
// It takes a one-file proof (wayproof-proof/1) and keys, and returns what it proved or throws Tampered. No network
// and no page is known here. What lacks Web Crypto, such as a phone over plain HTTP, falls back to pure.js.

import { decimal, isObject, need, strictBase64, strictCanonical, strictJson, strictText } from "./strict.js";

/** A check failed. `step` numbers it; `claim` is what cannot be said any more: signed, included or unchanged. */
export class Tampered extends Error {
  constructor(step, claim, message) {
    super(`step ${step}: ${message}`);
    Object.assign(this, { name: "Tampered", step, claim });
  }
}

const MAX_NOTE = 256 * 1024;
const MAX_PROOF = 512 * 1024;
const MAX_ENTRY = 65535;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n; // of the Ed25519 base point (RFC 8032)
const P = 2n ** 255n - 19n;
const ORDER_8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const SMALL_ORDER = [0n, 1n, P - 1n, ORDER_8, P - ORDER_8]; // the second coordinates of the eight small points
const CONTROL = /[\0-\x09\x0b-\x1f]/;
// The spaces of Unicode are listed, since \s takes U+FEFF and leaves out U+0085.
const KEY_NAME = /^[^+\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/;
const HEX_HASH = /^[0-9a-f]{64}$/;

const utf8 = (text) => new TextEncoder().encode(text);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const littleEndian = (bytes) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
const hasKeys = (value, ...keys) =>
  isObject(value) && Object.keys(value).length === keys.length && keys.every((key) => Object.hasOwn(value, key));
const areTexts = (...values) => values.every((value) => typeof value === "string");

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

async function step(number, claim, check) {
  try {
    return await check();
  } catch (error) {
    throw new Tampered(number, claim, error.message);
  }
}

/**
 * Verify one proof: a parsed value, or the bytes of its file. vkeys: the keys to trust, or null for the one it brings.
 *
 * Returns {unchanged, included, signed, pinned, origin, index, size, root, leaf, entry, anchor}: index and size are
 * BigInt, root and leaf hex, entry the envelope, anchor a claim that only the chain can confirm, or null. Throws
 * Tampered with the step that failed; nothing that was not proven is ever returned.
 */
export async function verifyBundle(bundle, { vkeys = null, engine = null } = {}) {
  engine ??= await bestEngine();
  const pinned = vkeys && (await readKeys(engine, vkeys));
  const file = await readFile(engine, bundle);
  await checkSigned(engine, file, pinned ?? (await readKeys(engine, [file.log.vkey])));
  const leaf = await engine.sha256(join([0], file.entry));
  await step(13, "included", () => checkLength(file));
  const [read, stands] = await Promise.allSettled([
    step(14, "unchanged", () => readEntry(engine, file)),
    step(15, "included", () => checkIncluded(engine, leaf, file)),
  ]);
  if (read.reason && stands.reason) read.reason.claim = "included"; // the first to fail, but neither holds
  if (read.reason || stands.reason) throw read.reason ?? stands.reason;
  const entry = read.value;
  const anchor = await step(16, "signed", () => checkAnchor(engine, file));
  const { origin, size, root } = file.checkpoint;
  const proven = { unchanged: true, included: true, signed: true, pinned: vkeys !== null };
  return { ...proven, origin, index: file.index, size, root: hex(root), leaf: hex(leaf), entry, anchor };
}

/** Web Crypto where the page has it and it knows Ed25519, else plain JavaScript. */
export async function bestEngine() {
  const subtle = globalThis.crypto?.subtle; // there over HTTPS and on the same machine only
  if (!subtle) return pureEngine();
  const sha256 = async (bytes) => new Uint8Array(await subtle.digest("SHA-256", bytes));
  const importKey = (key) => subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  try {
    await importKey(Uint8Array.of(0x58, ...Array(31).fill(0x66))); // the base point, a key like any other
  } catch {
    return { ...(await pureEngine()), sha256 };
  }
  const verifyEd25519 = async (key, signature, text) =>
    subtle.verify("Ed25519", await importKey(key), signature, text);
  return { name: "webcrypto", sha256, verifyEd25519 };
}

/** Plain JavaScript for all of it. */
export async function pureEngine() {
  return { name: "pure", ...(await import("./pure.js")) };
}

function readKeys(engine, vkeys) {
  return step(1, "signed", () => {
    need(vkeys.length, "no verifier key is given");
    return Promise.all(vkeys.map((vkey) => readVkey(engine, vkey)));
  });
}

async function readVkey(engine, vkey) {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+([^]+)$/.exec(vkey) ?? [];
  need(name && KEY_NAME.test(name) && !CONTROL.test(name), "a verifier key is written name+id+key");
  const blob = strictBase64(encoded);
  need(blob.length === 33 && blob[0] === 1, "only Ed25519 verifier keys are known here");
  const y = littleEndian(blob.slice(1)) & (2n ** 255n - 1n);
  need(y < P && !SMALL_ORDER.includes(y), "under this weak key one signature fits any text");
  const digest = await engine.sha256(join(utf8(`${name}\n`), blob));
  need(hex(digest.slice(0, 4)) === id, "the id of the verifier key is not the one of its name and key");
  return { name, id, key: blob.slice(1) };
}

async function readFile(engine, bundle) {
  const parts = await step(2, "signed", () => readParts(bundle));
  const { openings, log, anchor, tlog_proof: text } = parts;
  const end = text.indexOf("\n\n");
  const lines = (end < 0 ? text : text.slice(0, end)).split("\n");
  const known = lines.shift() === "c2sp.org/tlog-proof@v1";
  await step(3, "signed", () => need(known, "this is not a tlog-proof of version 1"));
  const index = await step(4, "signed", () => readIndex(lines));
  const path = await step(5, "signed", () => {
    need(end >= 0 && lines.length <= 63, "the proof has no end, or more than 63 hashes");
    return lines.map(readHash);
  });
  const note = await step(6, "signed", () => splitNote(text.slice(end + 2)));
  const checkpoint = await step(7, "signed", () => readCheckpoint(engine, note.text));
  return { entry: parts.entry, openings, log, anchor, index, path, note, checkpoint };
}

function readParts(bundle) {
  const parts = bundle instanceof Uint8Array ? strictJson(strictText(bundle)) : bundle;
  need(isObject(parts) && parts.format === "wayproof-proof/1", "this is not a wayproof-proof/1");
  const whole = hasKeys(parts, "format", "entry", "openings", "tlog_proof", "log", "policy", "beside", "anchor");
  need(whole && hasKeys(parts.log, "origin", "vkey") && Array.isArray(parts.openings) && Array.isArray(parts.beside), "a part is missing or unknown");
  need(areTexts(parts.log.origin, parts.log.vkey), "the log has a wrong form");
  const text = parts.tlog_proof;
  need(areTexts(text) && text.length <= MAX_PROOF && !CONTROL.test(text), "the tlog-proof is no plain text");
  const openings = parts.openings.map((opening) => {
    const formed = hasKeys(opening, "path", "salt", "value") && areTexts(opening.path);
    need(formed, "an opening has a wrong form");
    return { path: opening.path, salt: strictBase64(opening.salt), value: strictBase64(opening.value) };
  });
  return { ...parts, entry: strictBase64(parts.entry), openings };
}

function readIndex(lines) {
  if (lines[0]?.startsWith("extra ")) strictBase64(lines.shift().slice(6)); // unauthenticated: only its form counts
  need(lines[0]?.startsWith("index "), "the proof has no index");
  return decimal(lines.shift().slice(6));
}

function readHash(text) {
  const bytes = strictBase64(text);
  need(bytes.length === 32, "a hash has 32 bytes");
  return bytes;
}

function splitNote(note) {
  const at = note.lastIndexOf("\n\n"); // the last empty line divides
  need(utf8(note).length <= MAX_NOTE && at >= 0 && note.endsWith("\n"), "the note has no signatures, or no end");
  const lines = note.slice(at + 2, -1).split("\n");
  need(lines.length <= 64, "a note has at most 64 signatures");
  const signatures = lines.map((line) => {
    const [, name, encoded] = /^\u2014 ([^ ]+) ([^]*)$/.exec(line) ?? [];
    need(name && KEY_NAME.test(name), "a signature line is malformed");
    const blob = strictBase64(encoded);
    need(blob.length >= 5, "a signature line holds no signature");
    return { name, id: hex(blob.slice(0, 4)), signature: blob.slice(4) };
  });
  return { text: note.slice(0, at + 1), signatures };
}

async function readCheckpoint(engine, text) {
  const lines = text.split("\n");
  need(lines.pop() === "" && lines.length >= 3 && lines.every(Boolean), "a checkpoint has three lines or more");
  const checkpoint = { origin: lines[0], size: decimal(lines[1]), root: readHash(lines[2]) };
  const wrong = checkpoint.size === 0n && !same(checkpoint.root, await engine.sha256(new Uint8Array()));
  need(!wrong, "the checkpoint's root is not one of its size");
  return checkpoint;
}

async function checkSigned(engine, { log, note, checkpoint }, keys) {
  const own = keys.filter(({ name }) => name === checkpoint.origin); // a key of one log cannot speak for another
  await step(8, "signed", () => {
    need(log.origin === checkpoint.origin, "the checkpoint is of another log");
    need(own.length, `no given key is one of ${checkpoint.origin}`);
  });
  await step(9, "signed", async () => {
    let signed = false;
    for (const { name, id, signature } of note.signatures) {
      for (const trusted of own.filter((each) => each.name === name && each.id === id)) {
        need(await isGood(engine, trusted.key, signature, utf8(note.text)), `the signature of ${name} is wrong`);
        signed = true;
      }
    }
    need(signed, "no known key signed this note");
  });
}

async function isGood(engine, key, signature, text) {
  return signature.length === 64 && littleEndian(signature.slice(32)) < ORDER && engine.verifyEd25519(key, signature, text);
}

function checkLength({ index, path, checkpoint: { size } }) {
  need(index < size, `there is no entry ${index} in a log of ${size}`);
  const inner = bits(index ^ (size - 1n)).length;
  const above = bits(index >> BigInt(inner)).replaceAll("0", "").length;
  need(path.length === inner + above, "the path has not the length of its place");
}

async function checkIncluded(engine, leaf, { index, path, checkpoint: { size, root } }) {
  let [fn, sn, r] = [index, size - 1n, leaf];
  for (const p of path) {
    const fromLeft = fn & 1n || fn === sn;
    r = await node(engine, ...(fromLeft ? [p, r] : [r, p]));
    [fn, sn] = climb(fn, sn, fromLeft);
  }
  need(same(r, root), "the inclusion path leads to another root");
}

async function checkConsistency(engine, oldSize, size, path, oldRoot, root) {
  need(oldSize >= 1n && oldSize <= size, "no proof leads from one size to the other");
  if (oldSize === size) return need(!path.length && same(oldRoot, root), "one size has two roots");
  const [first, ...rest] = oldSize & (oldSize - 1n) ? path : [oldRoot, ...path];
  need(first && path.length, "the consistency path is empty");
  let [fn, sn, fr, sr] = [oldSize - 1n, size - 1n, first, first];
  while (fn & 1n) [fn, sn] = [fn >> 1n, sn >> 1n];
  for (const c of rest) {
    need(sn, "the consistency path is too long");
    const fromLeft = fn & 1n || fn === sn;
    if (fromLeft) fr = await node(engine, c, fr);
    sr = await node(engine, ...(fromLeft ? [c, sr] : [sr, c]));
    [fn, sn] = climb(fn, sn, fromLeft);
  }
  return need(!sn && same(fr, oldRoot) && same(sr, root), "the consistency path does not join the two roots");
}

const bits = (n) => (n ? n.toString(2) : "");
const node = (engine, left, right) => engine.sha256(join([1], left, right));

/** One level up, past those where the node is a left child without sibling (RFC 9162 section 2.1.3.2). */
function climb(fn, sn, fromLeft) {
  if (fromLeft) while (!(fn & 1n) && fn) [fn, sn] = [fn >> 1n, sn >> 1n];
  return [fn >> 1n, sn >> 1n];
}

async function readEntry(engine, { entry: bytes, openings, checkpoint: { origin } }) {
  const entry = strictCanonical(bytes);
  const known = hasKeys(entry, "v", "log", "type", "recorded_at", "body", "commitments") && entry.v === 1;
  need(known && bytes.length <= MAX_ENTRY, "the entry is not an envelope of version 1");
  const kept = entry.commitments;
  const hashes = isObject(kept) && Object.values(kept).every((each) => areTexts(each) && HEX_HASH.test(each));
  const formed = areTexts(entry.log, entry.type, entry.recorded_at) && isObject(entry.body) && hashes;
  need(formed, "a part of the entry has a wrong form");
  need(entry.log === origin, "the entry is of another log");
  for (const opening of openings) {
    need(Object.hasOwn(kept, opening.path), `the entry commits to nothing named ${opening.path}`);
    const commitment = hex(await commit(engine, origin, opening));
    need(commitment === kept[opening.path], `the value of ${opening.path} is not the one the entry commits to`);
  }
  return entry;
}

/** The commitment of ledger/fields.py: a hash over five parts, each preceded by its length. */
function commit(engine, origin, { path, salt, value }) {
  const parts = [utf8("wayproof/commitment/v1"), utf8(origin), utf8(path), salt, value];
  return engine.sha256(join(...parts.flatMap((part) => [length(part), part])));
}

function length(part) {
  const eight = new DataView(new ArrayBuffer(8));
  eight.setBigUint64(0, BigInt(part.length));
  return new Uint8Array(eight.buffer);
}

/** The anchor's claim, its root shown to be a beginning of the signed tree; null when it says nothing of the entry. */
async function checkAnchor(engine, { anchor, index, checkpoint }) {
  if (anchor === null) return null;
  const texts = ["target", "state", "root"];
  const optional = { chain_id: "string", genesis: "string", tx: "string", block_hash: "string" };
  Object.assign(optional, { block_number: "number", block_time: "string", finality: "string" });
  const whole = hasKeys(anchor, ...texts, ...Object.keys(optional), "size", "consistency", "directory");
  need(whole && areTexts(...texts.map((name) => anchor[name])), "the anchor has a wrong form");
  const given = Object.entries(optional).every(([name, kind]) => anchor[name] === null || typeof anchor[name] === kind);
  const formed = given && Number.isInteger(anchor.size) && Array.isArray(anchor.consistency);
  need(formed, "the anchor has a wrong form");
  const [size, root, path] = [BigInt(anchor.size), readHash(anchor.root), anchor.consistency.map(readHash)];
  await checkConsistency(engine, size, checkpoint.size, path, root, checkpoint.root);
  return index < size && ["mined", "safe", "final"].includes(anchor.state) ? anchor : null;
}
