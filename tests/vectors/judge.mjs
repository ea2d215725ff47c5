// What verify.js says of each case, as JSON values; the same code in Node and in a browser. For tests only.

/** One verdict for each case: what was proven, or the number of the step that failed. */
export async function judge({ Tampered, bestEngine, pureEngine, verifyBundle }, cases, pure) {
  const engine = await (pure ? pureEngine() : bestEngine());
  const verdicts = [];
  for (const { file, vkeys } of cases) {
    const bytes = Uint8Array.from(atob(file), (character) => character.charCodeAt(0));
    try {
      const { origin, index, size, root, leaf, pinned } = await verifyBundle(bytes, { vkeys, engine });
      verdicts.push({ accepted: true, origin, index: `${index}`, size: `${size}`, root, leaf, pinned });
    } catch (error) {
      if (!(error instanceof Tampered)) throw error;
      verdicts.push({ accepted: false, step: error.step, message: error.message });
    }
  }
  return { engine: engine.name, verdicts };
}
