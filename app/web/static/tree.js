//# allFunctionsCalledOnLoad
// The Merkle tree of RFC 6962: does a path lead from a leaf to a root, and one root to another. Sizes are BigInt.

import { hex, need, same } from "./strict.js";

// An engine with nodes, a Map, remembers them: the proofs of one page share most of the tree above their entries.
function node(engine, left, right) {
  const bytes = new Uint8Array(65);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 33);
  if (!engine.nodes) return engine.sha256(bytes);
  const name = hex(bytes);
  if (!engine.nodes.has(name)) engine.nodes.set(name, engine.sha256(bytes));
  return engine.nodes.get(name);
}

const bits = (n) => (n ? n.toString(2) : "");

/** The number of hashes on the path of a leaf. */
export function pathLength(index, size) {
  const inner = bits(index ^ (size - 1n)).length;
  return inner + bits(index >> BigInt(inner)).replaceAll("0", "").length;
}

/**
 * RFC 9162 section 2.1.3.2, for a path of the right length. Up to where the way of the last leaf is met (fn = sn), the
 * bits of the index say on which side a hash stands; above, all stand on the left. So no number is shifted on the way.
 */
export async function checkInclusion(engine, leaf, index, size, path, root) {
  const inner = bits(index ^ (size - 1n)).length;
  const turns = bits(index);
  let r = leaf;
  for (let at = 0; at < path.length; at++) {
    const fromLeft = at >= inner || turns[turns.length - 1 - at] === "1";
    r = await (fromLeft ? node(engine, path[at], r) : node(engine, r, path[at]));
  }
  need(same(r, root));
}

/** RFC 9162 section 2.1.4.2. */
export async function checkConsistency(engine, oldSize, size, path, oldRoot, root) {
  need(oldSize >= 1n && oldSize <= size);
  if (oldSize === size) return need(!path.length && same(oldRoot, root));
  const [first, ...rest] = oldSize & (oldSize - 1n) ? path : [oldRoot, ...path];
  need(first && path.length);
  let [fn, sn, fr, sr] = [oldSize - 1n, size - 1n, first, first];
  while (fn & 1n) [fn, sn] = [fn >> 1n, sn >> 1n];
  for (const c of rest) {
    need(sn);
    const fromLeft = fn & 1n || fn === sn;
    if (fromLeft) fr = await node(engine, c, fr);
    sr = await node(engine, ...(fromLeft ? [c, sr] : [sr, c]));
    [fn, sn] = climb(fn, sn, fromLeft);
  }
  return need(!sn && same(fr, oldRoot) && same(sr, root));
}

// One level up, past those where the node is a left child without sibling.
function climb(fn, sn, fromLeft) {
  if (fromLeft) while (!(fn & 1n) && fn) [fn, sn] = [fn >> 1n, sn >> 1n];
  return [fn >> 1n, sn >> 1n];
}
