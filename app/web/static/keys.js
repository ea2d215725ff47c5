//# allFunctionsCalledOnLoad
// Keys and signatures of signed notes (c2sp.org/signed-note), and the engine that computes: Web Crypto or pure.js.

import { hex, join, need, same, strictBase64, utf8 } from "./strict.js";

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n; // of the Ed25519 base point (RFC 8032)
const P = 2n ** 255n - 19n;
const ORDER_8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const SMALL_ORDER = [0n, 1n, P - 1n, ORDER_8, P - ORDER_8]; // the second coordinates of the eight small points
export const CONTROL = /[\0-\x09\x0b-\x1f]/;
// The spaces of Unicode are listed, since \s takes U+FEFF and leaves out U+0085.
const KEY_NAME = /^[^+\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/;
/** Kinds of keys and their lengths. ML-DSA can be named here, not checked. */
export const [ED25519, COSIGNATURE, ML_DSA] = [1, 4, 6];
const LENGTHS = { [ED25519]: 32, [COSIGNATURE]: 32, [ML_DSA]: 1312 };

const littleEndian = (bytes) => BigInt(`0x${hex(bytes.slice().reverse())}`);
export const isKeyName = (name) => KEY_NAME.test(name) && !CONTROL.test(name);

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

/** The key of a vkey text, `name+8 hex+base64`, of one of these kinds. */
export async function readVkey(engine, vkey, kinds = [ED25519]) {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+([^]+)$/.exec(vkey) ?? [];
  need(name && isKeyName(name));
  const blob = strictBase64(encoded);
  const kind = blob[0];
  need(kinds.includes(kind) && blob.length === 1 + LENGTHS[kind]);
  const y = littleEndian(blob.slice(1, 33)) & (2n ** 255n - 1n);
  need(kind === ML_DSA || (y < P && !SMALL_ORDER.includes(y)));
  const digest = await engine.sha256(join(utf8(`${name}\n`), blob));
  need(hex(digest.slice(0, 4)) === id);
  return { name, id, kind, key: blob.slice(1) };
}

/** These keys, none of which can be taken for another: an id has four bytes, so a twin is cheap to make. */
export function tellApart(keys) {
  const twins = keys.some((a) => keys.some((b) => a.name === b.name && a.id === b.id && !(a.kind === b.kind && same(a.key, b.key))));
  need(!twins);
  return keys;
}

/** Whether an Ed25519 signature is good; one spelling of it only. */
export async function isGood(engine, { key }, signature, text) {
  return signature.length === 64 && littleEndian(signature.slice(32)) < ORDER && engine.verifyEd25519(key, signature, text);
}

/** Each signature of a note that is of one of these keys, with its key. */
export function matched(keys, signatures) {
  const of = ({ name, id }) => keys.find((key) => key.name === name && key.id === id);
  return signatures.map((each) => ({ key: of(each), blob: each.signature })).filter(({ key }) => key);
}

/** A labelled hash over several parts, each preceded by its length (ledger/labelled.py). */
export function digest(engine, label, ...parts) {
  return engine.sha256(join(...[utf8(label), ...parts].flatMap((part) => [length(part), part])));
}

function length(part) {
  const eight = new DataView(new ArrayBuffer(8));
  eight.setBigUint64(0, BigInt(part.length));
  return new Uint8Array(eight.buffer);
}
