"""A log of a million entries: its proofs, its audit, the audit's memory, and what its tree takes to store."""

import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from sqlalchemy import text

from app.db import reading
from bench import peers
from bench.figure import Figure, at_most, compare, missing
from bench.logs import NOW, Bench
from ledger import merkle
from ledger.note import Signer
from ledger.publisher import publish_due
from ledger.stored_tree import StoredTree

LEAVES = 1_000_000
PROOFS = 400


def measure(folder: Path, leaves: int = LEAVES) -> Iterator[Figure]:
    bench = Bench.on_sqlite(folder)
    bench.accept(0, leaves)
    bench.integrate()
    signer = Signer.create(folder / "bench.key", "wayproof/bench")
    publish_due(bench.db, bench.log_id, signer, NOW)
    yield _storage(bench, leaves)
    yield _proofs(bench, folder, leaves)
    yield from _audit(bench, folder, leaves, signer.vkey)


def _storage(bench: Bench, leaves: int) -> Figure:
    def bytes_a_leaf() -> float:
        with reading(bench.db) as session:
            total = session.execute(text("SELECT sum(length(hashes)) FROM ledger_tile")).scalar_one()
        return float(total) / leaves

    return at_most("storage", "bytes of tiles a leaf", bytes_a_leaf, "33 bytes a leaf", 33.0)


def _proofs(bench: Bench, folder: Path, leaves: int) -> Figure:
    """Each side is asked for the same leaves twice; the second time counts."""
    name, unit = "inclusion proof, 1 M leaves", "proofs/s"
    against = "pymerkle SqliteTree with as many leaves"
    try:
        with peers.running("peer_pymerkle.py", folder) as peer:
            peer.ask("fill", leaves)
            return compare(
                name, unit, lambda: _prove(bench, leaves), against, lambda: peer.ask("prove", PROOFS), 10.0
            )
    except peers.NoPeer as error:
        return missing(name, unit, against, 10.0, str(error))


def _prove(bench: Bench, leaves: int) -> float:
    indexes = range(0, leaves, max(1, leaves // PROOFS))
    with reading(bench.db) as session:
        tree = StoredTree(session, bench.log_id)
        for index in indexes:
            tree.inclusion_path(index, leaves)
        tree = StoredTree(session, bench.log_id)
        started = perf_counter()
        for index in indexes:
            tree.inclusion_path(index, leaves)
        return len(indexes) / (perf_counter() - started)


def _audit(bench: Bench, folder: Path, leaves: int, vkey: str) -> Iterator[Figure]:
    found: list[tuple[float, float]] = []

    def rate() -> float:
        command = [sys.executable, "-m", "bench.audit_child", str(folder / "bench.db"), str(bench.log_id), vkey]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"the audit failed: {done.stderr.strip()[-300:]}")
        seconds, megabytes = map(float, done.stdout.split())
        found.append((leaves / seconds, megabytes))
        return found[-1][0]

    against = "a bare hashlib leaf + chain + tree loop"
    yield compare("audit of 1 M entries", "entries/s", rate, against, lambda: _loop(bench), 0.25)
    memory = iter([megabytes for _, megabytes in found])
    yield at_most("audit of 1 M entries, memory", "MB at its peak", lambda: next(memory), "200 MB", 200.0)


def _loop(bench: Bench, leaves: int = 200_000) -> float:
    """What must be hashed, and nothing else: no database, no comparison, entries of the same size in memory."""
    size = bench.envelope_size()
    entries = [number.to_bytes(4, "big") * (size // 4) for number in range(leaves)]
    last, frontier = bytes(32), list[tuple[int, bytes]]()
    started = perf_counter()
    for each in entries:
        leaf = sha256(b"\x00" + each).digest()
        last = sha256(last + leaf).digest()
        height, node = 0, leaf
        while frontier and frontier[-1][0] == height:
            node = sha256(b"\x01" + frontier.pop()[1] + node).digest()
            height += 1
        frontier.append((height, node))
    merkle.fold([node for _, node in frontier])
    return leaves / (perf_counter() - started)
