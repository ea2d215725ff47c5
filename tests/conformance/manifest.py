"""Finds the suites of a corpus and their cases. The only place that knows how the corpora name their files."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Suite:
    """A folder of cases; `key` is its path below the corpus."""

    key: str
    folder: Path
    manifest: dict[str, Any]

    def load(self, name: str) -> Any:
        """A JSON file of the suite."""
        return json.loads(self.folder.joinpath(name).read_text("utf-8"))


def find(corpus: Path) -> list[Suite]:
    """Every suite below `corpus`, by key. Scenarios of a suite that stand in a folder of their own are one too."""
    suites = {}
    for path in sorted(corpus.rglob("MANIFEST.json")):
        manifest = json.loads(path.read_text("utf-8"))
        key = path.parent.relative_to(corpus).as_posix()
        suites[key] = Suite(key, path.parent, manifest)
        scenarios = path.parent / "exceptions"
        if scenarios.is_dir():
            suites.setdefault(f"{key}/exceptions", Suite(f"{key}/exceptions", scenarios, manifest))
    if (log := corpus / "tlog").is_dir():
        suites.setdefault("tlog", Suite("tlog", log, {}))
    return [suites[key] for key in sorted(suites)]


def proofs(suite: Suite, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The proof files of a kind, `inclusion` or `consistency`."""
    for path in sorted(suite.folder.joinpath(kind).glob("*.json")):
        yield f"{kind}/{path.name}", json.loads(path.read_text("utf-8"))


def roots(suite: Suite) -> list[dict[str, Any]]:
    path = suite.folder / "roots.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else []


def pairs(suite: Suite) -> Iterator[tuple[str, bytes, bytes]]:
    """Input and canonical output of each canonicalisation case."""
    for path in sorted(suite.folder.joinpath("input").glob("*.json")):
        yield path.name, path.read_bytes(), suite.folder.joinpath("output", path.name).read_bytes()


def documents(suite: Suite) -> Iterator[tuple[dict[str, Any], bytes]]:
    """The listed EPCIS documents with their expectation."""
    for case in suite.load("cases.json"):
        yield case, suite.folder.joinpath(case["path"]).read_bytes()


def sheets(suite: Suite) -> Iterator[tuple[str, bytes, str]]:
    """Each traceability document with the sheet that it must give."""
    for path in sorted(suite.folder.glob("*.jsonld")):
        yield path.stem, path.read_bytes(), path.with_suffix("").with_suffix(".expected.csv").read_text("utf-8")


def hashes(suite: Suite) -> Iterator[tuple[str, bytes, list[str] | None]]:
    """Documents with the hashes of their events; None where all events of the document must hash alike."""
    for path in sorted([*suite.folder.glob("*.jsonld"), *suite.folder.glob("*.xml")]):
        yield path.name, path.read_bytes(), path.with_suffix(".hashes").read_text("utf-8").split()
    for path in sorted(suite.folder.joinpath("equal").glob("*.*")):
        if path.suffix in (".jsonld", ".xml"):
            yield f"equal/{path.name}", path.read_bytes(), None


def answers(suite: Suite) -> Iterator[tuple[str, str, bytes, dict[str, Any]]]:
    """Recorded answers of carriers: case, carrier, the bytes, and what they mean."""
    for expected in sorted(suite.folder.glob("*/*.expected.json")):
        stem = expected.name.removesuffix(".expected.json")
        for ending in ("json", "xml", "txt", "html"):
            answer = expected.with_name(f"{stem}.{ending}")
            if answer.exists():
                carrier = expected.parent.name
                yield f"{carrier}/{stem}", carrier, answer.read_bytes(), json.loads(expected.read_text("utf-8"))


def scenarios(suite: Suite) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(suite.folder.glob("*.json")):
        if path.name != "MANIFEST.json":
            yield path.stem, json.loads(path.read_text("utf-8"))


def series(suite: Suite) -> Iterator[tuple[Path, dict[str, Any], list[list[str]]]]:
    """Each sensor series with its description and the windows in which the system failed."""
    path = suite.folder / "labels.json"
    labels = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for name, about in suite.manifest["series"].items():
        yield suite.folder / name, about, labels.get(name, {}).get("anomaly_windows", [])


def checkpoints(suite: Suite) -> Iterator[tuple[str, bytes]]:
    for path in sorted(suite.folder.joinpath("log").glob("checkpoint.*")):
        yield path.name, path.read_bytes()


def verifier_key(suite: Suite) -> str:
    return suite.folder.joinpath("verifier.txt").read_text("utf-8").strip()


def log_file(suite: Suite, path: str) -> bytes | None:
    """A file of the log by its tlog-tiles path; None where there is none."""
    file = suite.folder / "log" / path
    return file.read_bytes() if file.is_file() else None


def size(suite: Suite) -> int:
    """How many cases a suite holds that no judge reads yet."""
    manifest = suite.manifest
    if suite.key == "eta":
        return 0
    if suite.key == "fsma204":
        return int(manifest.get("expected_cells", 0))
    if suite.key == "senml":
        return sum(2 if "cbor" in case else 1 for case in suite.load("cases.json"))
    if suite.key.endswith("/exceptions"):
        return sum(1 for _ in scenarios(suite))
    return int(manifest.get("cases", 0))
