//# allFunctionsCalledOnLoad
// Reading that refuses what has a second spelling (base64, UTF-8, JSON, decimal numbers), and how a step refuses. The
// twin of ledger/canonical.py, ledger/steps.py and of the readers in ledger/note.py; nothing here knows what is read.

/** A check failed, or (unsure) could not be made: number and name of its step, and the result that falls with it. */
export class Refused extends Error {
  constructor(step, error, message, unsure = false) {
    super(`step ${step} ${error}${message && ": "}${message}`);
    const claim = step < 10 ? "signed" : step < 13 ? "seen" : step === 14 ? "unchanged" : step < 16 ? "included" : "anchored";
    Object.assign(this, { step, error, unsure, claim });
  }
}

/** Run a check; what it throws becomes a refusal by this step. A promise comes back only where the check gives one. */
export function step(number, error, check) {
  const refuse = (failure) => {
    throw failure instanceof Refused ? failure : new Refused(number, error, failure.message);
  };
  try {
    const found = check();
    return found instanceof Promise ? found.catch(refuse) : found;
  } catch (failure) {
    return refuse(failure);
  }
}

/** Throw unless the condition holds. The name of the step says what is wrong; a message adds whose. */
export function need(condition, message = "") {
  if (!condition) throw new Error(message);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
export const utf8 = (text) => encoder.encode(text);
// A page is checked once, with cold code: what the browser itself can do is many times as fast as a loop here.
export const hex = (bytes) => bytes.toHex?.() ?? Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
const isWhole = (text) => text.isWellFormed?.() ?? !/[\ud800-\udfff]/u.test(text); // no half of a surrogate pair
const isAscii = (text) => /^[\0-\x7f]*$/.test(text);
export const areTexts = (...values) => values.every((value) => typeof value === "string");
export const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
export const hasKeys = (value, ...keys) =>
  isObject(value) && Object.keys(value).length === keys.length && keys.every((key) => Object.hasOwn(value, key));

export function join(...parts) {
  let [length, at] = [0, 0];
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const STRICT = { lastChunkHandling: "strict" };

/** Bytes of base64 in its one right spelling; atob alone skips blanks and takes loose trailing bits. */
export function strictBase64(text) {
  if (Uint8Array.fromBase64) {
    const bytes = Uint8Array.fromBase64(text, STRICT);
    need(text.length === 4 * Math.ceil(bytes.length / 3)); // it skips blanks, too
    return bytes;
  }
  need(typeof text === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(text));
  const binary = atob(text);
  need(btoa(binary) === text);
  const bytes = new Uint8Array(binary.length); // a loop: Uint8Array.from takes ten times as long
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Text of UTF-8 bytes; a wrong byte is an error, and a byte order mark stays in the text, where it is refused. */
export function strictText(bytes) {
  return decoder.decode(bytes);
}

/** A number from 0 to 2^63-1 as BigInt: digits, no leading zero. A plain number would round above 2^53. */
export function decimal(text) {
  need(/^(0|[1-9]\d{0,18})$/.test(text) && BigInt(text) < 2n ** 63n);
  return BigInt(text);
}

/**
 * The value of JSON in any layout: no key twice, at most 64 levels. Ours has whole numbers within ±(2^53-1) and ASCII
 * keys; foreign JSON may have any number that a double holds (RFC 8785) and any keys.
 */
export function strictJson(text, foreign = false) {
  const value = JSON.parse(text);
  if (!foreign && JSON.stringify(value) === text.trim()) return ours(text, value); // spelled as we do: no key stands twice
  const open = []; // for each container around us: the keys seen in it, or null in a list
  let last = "";
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g)) {
    const keys = open.at(-1);
    if (token === "{" || token === "[") {
      need(open.push(token === "{" ? new Set() : null) <= 64);
    } else if (token === "}" || token === "]") {
      open.pop();
    } else if (token[0] === '"') {
      const string = JSON.parse(token);
      need(isWhole(string));
      if (keys && (last === "{" || last === ",")) {
        need((foreign || isAscii(string)) && !keys.has(string));
        keys.add(string);
      }
    } else if (/[-\d]/.test(token[0])) {
      need(foreign ? isDouble(token) : /^-?\d+$/.test(token) && Number.isSafeInteger(+token));
    }
    last = token;
  }
  return value;
}

// What strictJson asks of our own values, of one that is read already and is spelled as JSON.stringify does. Where the
// text is plain, no text in it need be looked at: of what is not ASCII, only half a surrogate pair is escaped.
function ours(text, value, sorted) {
  const plain = utf8(text).length === text.length && !text.includes("\\ud");
  const look = (each, depth) => {
    if (typeof each === "string") need(plain || isWhole(each));
    else if (typeof each === "number") need(Number.isSafeInteger(each));
    else if (each !== null && typeof each === "object") {
      need(depth < 64);
      let last;
      for (const key of Object.keys(each)) {
        if (!Array.isArray(each)) need((plain || isAscii(key)) && !(sorted && key <= last));
        last = key;
        look(each[key], depth + 1);
      }
    }
  };
  look(value, 0);
  return value;
}

// A whole number that the nearest double does not hold would be read as another one.
function isDouble(token) {
  if (!Number.isFinite(+token)) return false;
  return !/^-?\d+$/.test(token) || BigInt(+token) === BigInt(token) || `${+token}` === token;
}

/** The value whose canonical bytes are exactly these. */
export function strictCanonical(bytes) {
  const text = strictText(bytes);
  const value = JSON.parse(text);
  if (JSON.stringify(value) === text) return ours(text, value, true);
  need(canonical(strictJson(text)) === text); // keys that look like numbers have an order of their own
  return value;
}

/** The one text of a JSON value (RFC 8785): JSON.stringify with sorted keys. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${members.join()}}`;
}
