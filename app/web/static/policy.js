// Policies (c2sp.org/tlog-policy) and cosignatures (c2sp.org/tlog-cosignature): the twin of ledger/policy.py.
// Ed25519 only: a witness with a key of another kind counts as one that could not be checked, never as one that failed.

import { COSIGNATURE, ED25519, ML_DSA, isGood, matched, readVkey, tellApart } from "./keys.js";
import { decimal, need, same, utf8 } from "./strict.js";

const WORDS = ["log", "witness", "group", "quorum", "none", "any", "all"];
const AHEAD = 300n; // seconds that a witness's clock may be ahead of ours

/** The policy of a text: {logs, names (of witnesses and groups, in order), quorum: a name or null}. */
export async function readPolicy(engine, text) {
  const fits = utf8(text).length <= 256 * 1024 && !/[\0-\x08\x0b-\x1f\x7f]/.test(text) && text.endsWith("\n");
  need(fits);
  const [policy, quorums, taken] = [{ logs: [], names: new Map() }, [], new Set()];
  const key = async (vkey, peers, ...kinds) => {
    const read = await readVkey(engine, vkey, kinds);
    need(!peers.some((peer) => same(peer.key, read.key)));
    return read;
  };
  const define = (name, value) => {
    need(!WORDS.includes(name) && !policy.names.has(name));
    policy.names.set(name, value);
  };
  const known = (name) => need(policy.names.has(name));
  const lines = {
    log: [1, 2, async (vkey) => policy.logs.push(await key(vkey, policy.logs, ED25519, ML_DSA))],
    witness: [2, 3, async (name, vkey) => define(name, { key: await key(vkey, witnessKeys(policy), COSIGNATURE, ML_DSA) })],
    group: [3, Infinity, (name, count, ...members) => {
      need(!policy.names.has(name));
      for (const member of members) {
        known(member);
        need(!taken.has(member));
        taken.add(member);
      }
      const needed = { all: BigInt(members.length), any: 1n }[count] ?? decimal(count);
      need(needed >= 1n && needed <= members.length);
      define(name, { needed, members });
    }],
    quorum: [1, 1, (name) => {
      if (name !== "none") known(name);
      need(quorums.push(name === "none" ? null : name) === 1);
    }],
  };
  for (const line of text.slice(0, -1).split("\n")) {
    const [word, ...rest] = line.split(/[ \t]+/).filter(Boolean);
    if (!word || word.startsWith("#")) continue;
    need(Object.hasOwn(lines, word));
    const [fewest, most, read] = lines[word];
    need(rest.length >= fewest && rest.length <= most);
    await read(...rest);
  }
  need(quorums.length);
  tellApart([...policy.logs, ...witnessKeys(policy)]);
  return { ...policy, quorum: quorums[0] };
}

const witnessKeys = ({ names }) => [...names.values()].flatMap((each) => each.key ?? []);

/** Steps 10 and 11: what the known witnesses signed, a Map of times by name; and who signed in a way unknown here. */
export async function witnessed(engine, policy, note) {
  const [seen, unable] = [new Map(), new Set()];
  const nameOf = (key) => [...policy.names].find(([, each]) => each.key === key)[0];
  for (const { key, blob } of matched(witnessKeys(policy), note.signatures)) {
    if (key.kind === ML_DSA) {
      unable.add(nameOf(key));
      continue;
    }
    need(blob.length === 72, key.name);
    const at = new DataView(blob.buffer, blob.byteOffset).getBigUint64(0);
    const good = at && at < 2n ** 63n && (await isGood(engine, key, blob.slice(8), utf8(`cosignature/v1\ntime ${at}\n${note.text}`)));
    need(good, key.name);
    const name = nameOf(key);
    if (at > (seen.get(name) ?? 0n)) seen.set(name, at);
  }
  return { seen, unable };
}

/** Step 11: none may come from the future, and those that are too old do not count. */
export function inTime(seen, now, oldest) {
  if (now == null) return seen;
  need([...seen.values()].every((at) => at <= BigInt(now) + AHEAD));
  return new Map([...seen].filter(([, at]) => oldest == null || at >= BigInt(now) - BigInt(oldest)));
}

/** Whether the quorum holds when these witnesses have cosigned. */
export function satisfied({ names, quorum }, witnesses) {
  const holding = new Set(witnesses);
  for (const [name, { needed, members }] of names) {
    if (members && members.filter((member) => holding.has(member)).length >= needed) holding.add(name);
  }
  return quorum === null || holding.has(quorum);
}
