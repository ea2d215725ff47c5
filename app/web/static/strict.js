// Reading that refuses what has a second spelling: base64, UTF-8, JSON, decimal numbers. The twin of
// ledger/canonical.py and of the readers in ledger/note.py; nothing here knows what is read.

export const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** Throw unless the condition holds. */
export function need(condition, message) {
  if (!condition) throw new Error(message);
}

/** Bytes of base64 in its one right spelling; atob alone skips blanks and takes loose trailing bits. */
export function strictBase64(text) {
  need(typeof text === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(text), "this is not base64");
  const binary = atob(text);
  need(btoa(binary) === text, "this base64 has a second spelling");
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Text of UTF-8 bytes; a wrong byte is an error, and a byte order mark stays in the text, where it is refused. */
export function strictText(bytes) {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** A number from 0 to 2^63-1 as BigInt: digits, no leading zero. A plain number would round above 2^53. */
export function decimal(text) {
  need(/^(0|[1-9]\d{0,18})$/.test(text) && BigInt(text) < 2n ** 63n, "this is not a decimal number below 2^63");
  return BigInt(text);
}

/** The value of JSON in any layout: whole numbers within ±(2^53-1), ASCII keys, none twice, at most 64 levels. */
export function strictJson(text) {
  const value = JSON.parse(text);
  const open = []; // for each container around us: the keys seen in it, or null in a list
  let last = "";
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g)) {
    const keys = open.at(-1);
    if (token === "{" || token === "[") {
      need(open.push(token === "{" ? new Set() : null) <= 64, "nested deeper than 64 levels");
    } else if (token === "}" || token === "]") {
      open.pop();
    } else if (token[0] === '"') {
      const string = JSON.parse(token);
      need(!/[\ud800-\udfff]/u.test(string), "the text holds half of a surrogate pair");
      if (keys && (last === "{" || last === ",")) {
        need(/^[\0-\x7f]*$/.test(string) && !keys.has(string), "a key is not ASCII or occurs twice");
        keys.add(string);
      }
    } else if (/[-\d]/.test(token[0])) {
      need(/^-?\d+$/.test(token) && Number.isSafeInteger(+token), "a number is not a whole one within ±(2^53-1)");
    }
    last = token;
  }
  return value;
}

/** The value whose canonical bytes are exactly these. */
export function strictCanonical(bytes) {
  const text = strictText(bytes);
  const value = strictJson(text);
  need(canonical(value) === text, "these are not the canonical bytes of the value");
  return value;
}

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${members.join()}}`;
}
