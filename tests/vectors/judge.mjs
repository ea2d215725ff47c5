// What verify.js says of each case, as JSON values; the same code in Node and in a browser. For tests only.

/** One verdict for each case: what was proven, or the number and name of the step that failed. */
export async function judge({ verifyBundle }, { bestEngine, pureEngine }, cases, pure) {
  const engine = await (pure ? pureEngine() : bestEngine());
  const verdicts = [];
  for (const { file, trust } of cases) verdicts.push(await verdict(verifyBundle, file, { ...trust, engine }));
  return { engine: engine.name, verdicts };
}

async function verdict(verifyBundle, file, trust) {
  const bytes = Uint8Array.from(atob(file), (character) => character.charCodeAt(0));
  const seen = new Map(Object.entries(trust.seen ?? {}).map(([size, root]) => [BigInt(size), root]));
  try {
    const proven = await verifyBundle(bytes, { ...trust, seen });
    const { state, doubts, origin, index, size, root, leaf, pinned, quorum, said, erased, withheld } = proven;
    const at = { step: doubts[0]?.step ?? null, error: doubts[0]?.error ?? null };
    const signer = said && [said.by, said.key, said.name, said.state, said.why];
    const witnesses = proven.seen.map(([name, time]) => [name, `${time}`]);
    const facts = { origin, index: `${index}`, size: `${size}`, root, leaf, pinned, seen: witnesses, quorum, said: signer };
    return { state, ...at, ...facts, erased, withheld, anchored: proven.anchor !== null };
  } catch (refused) {
    if (!refused.step) throw refused;
    return { state: refused.unsure ? "unknown" : "invalid", step: refused.step, error: refused.error, message: refused.message };
  }
}
