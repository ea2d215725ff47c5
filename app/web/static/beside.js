//# allFunctionsCalledOnLoad
// What entries beside a proven one say of it: who signed the event itself, what was erased of it (step 14). The twin of
// ledger/beside.py, ledger/said.py and ledger/erasure.py; that they stand under the checkpoint was shown before.

import { digest, isGood, readVkey } from "./keys.js";
import { areTexts, canonical, hasKeys, hex, isObject, need, step, strictBase64, strictJson, strictText, utf8 } from "./strict.js";

const FORMS = {
  "partner:key:registered": ["partner", "name", "vkey", "proof"],
  "partner:key:rotated": ["partner", "old", "vkey", "proof", "signature"],
  "partner:key:revoked": ["partner", "key", "reason"],
};
const ERASURE = ["leaf", "reason", "basis", "by", "key", "signature"];

/** {said: {by, key, name, state, why} or null, erased: a Set of paths}. `others` are [{index, entry}], in order. */
export async function checkBeside(engine, file, entry, leaf, others, logKeys) {
  const said = await step(14, "SAID_INVALID", async () => {
    const keys = [];
    for (const { index, entry: other } of others) {
      if (Object.hasOwn(FORMS, other.type)) await learn(engine, keys, index, other);
    }
    return whoSaid(engine, file, entry, keys);
  });
  const erased = await step(14, "ERASURE_INVALID", async () => {
    const paths = [];
    for (const { entry: other } of others) paths.push(...(await erasedPaths(engine, file, other, leaf, logKeys)));
    return new Set(paths);
  });
  return { said, erased };
}

/** Take in an entry about a partner's key: good behind `first` and before `until`. */
async function learn(engine, keys, index, { log, type, body }) {
  need(hasKeys(body, ...FORMS[type]) && areTexts(...Object.values(body)));
  const old = body.name === undefined && find(keys, body.partner, body.old ?? body.key, index);
  if (old === undefined) return; // of a key that is not shown: its successor stays unknown
  if (body.vkey) {
    const text = utf8(`wayproof/partner-key/v1\n${log}\n${body.partner}\n${body.vkey}\n`);
    if (old) await needGood(engine, old, body.signature, text, "the rotation of a partner's key");
    const key = await readVkey(engine, body.vkey);
    await needGood(engine, key, body.proof, text, "the key of a partner");
    keys.push({ ...key, partner: body.partner, called: old ? old.called : body.name, first: index });
  }
  if (old) old.until = index;
}

function find(keys, partner, id, index) {
  const good = ({ first, until }) => first < index && (until === undefined || index < until);
  return keys.find((key) => key.partner === partner && key.id === id && good(key));
}

async function needGood(engine, key, signature, text, whose) {
  need(await isGood(engine, key, strictBase64(signature), text), `${whose}: the signature is wrong`);
}

async function whoSaid(engine, { index, openings, checkpoint: { origin } }, { body, commitments }, keys) {
  if (!Object.hasOwn(body, "signed")) return null;
  const { signed } = body;
  const formed = hasKeys(signed, "by", "key", "said", "signature") && areTexts(...Object.values(signed));
  need(formed && /^[0-9a-f]{64}$/.test(signed.said));
  const { by, key: id, said, signature } = signed;
  need(by === body.partner, `partner ${by} signed, but the entry is of another`);
  const key = find(keys, by, id, index);
  need(key || !keys.some((each) => each.partner === by && each.id === id), `partner ${by} signed with a key not good at this entry`);
  if (!key) return { by, key: id, name: "", state: "unknown", why: "key" };
  await needGood(engine, key, signature, utf8(`wayproof/signed-event/v1\n${origin}\n${said}\n`), `the event of ${by}`);
  const found = { by, key: id, name: key.called };
  const values = new Map(openings.map(({ path, value }) => [path, value]));
  const wanted = Object.keys(commitments).filter((path) => path.split(":").at(-1) === "document");
  const nonce = values.get("commercial:nonce");
  if (!nonce || !wanted.length || !wanted.every((path) => values.has(path))) return { ...found, state: "unknown", why: "withheld" };
  const event = utf8(canonical(eventOf(wanted.map((path) => values.get(path)))));
  need(nonce.length === 32);
  const again = hex(await digest(engine, "wayproof/said/v1", utf8(origin), nonce, event));
  need(again === said, `the content of the event that ${key.called} (partner ${by}) signed was changed`);
  return { ...found, state: "valid", why: "" };
}

/** The event of its parts, each a JSON object; no field stands twice. */
function eventOf(documents) {
  const parts = documents.map((data) => strictJson(strictText(data), true));
  need(parts.every(isObject));
  const fields = parts.flatMap(Object.entries);
  need(new Set(fields.map(([name]) => name)).size === fields.length);
  return Object.fromEntries(fields);
}

async function erasedPaths(engine, { index }, { log, type, body }, leaf, logKeys) {
  if (type !== "ledger:opening:erased") return [];
  const { key: id, signature, ...said } = body;
  const formed = hasKeys(body, "index", "paths", ...ERASURE) && Number.isInteger(body.index) && Array.isArray(body.paths);
  need(formed && areTexts(...ERASURE.map((name) => body[name])) && /^[0-9a-f]{8}$/.test(id));
  need(body.paths.length && areTexts(...body.paths));
  const digest = hex(await engine.sha256(utf8(canonical(said))));
  const raw = strictBase64(signature);
  const known = logKeys.filter((each) => each.name === log && each.id === id);
  for (const key of known) need(await isGood(engine, key, raw, utf8(`wayproof/erasure/v1\n${digest}\n`)));
  if (!known.length || BigInt(body.index) !== index) return [];
  need(body.leaf === leaf);
  return body.paths;
}
