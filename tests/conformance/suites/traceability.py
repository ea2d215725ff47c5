"""Food traceability documents: captured alone into an empty store and proved; the sheet is not built yet."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.conformance import manifest
from tests.conformance.manifest import Suite
from tests.conformance.score import Score
from tests.conformance.suites import epcis_documents
from tests.support import schema
from tests.support.door import open_door


def judge(suite: Suite) -> Score:
    cells = manifest.size(suite)
    score = Score(total=cells, wrong=cells, detail={"sheet": "not built yet", "captured": {}})
    with TemporaryDirectory(prefix="wayproof-conformance-") as folder:
        template = Path(folder, "template.db")
        schema.create(f"sqlite:///{template}")
        for number, (name, document, _) in enumerate(manifest.sheets(suite)):
            with open_door(Path(folder, str(number)), template) as door:
                scratch = Score()
                case = {"id": name, "body": "document", "expected": "accept", "path": name, "format": "json"}
                epcis_documents.judge_one(scratch, door, case, document)
                score.detail["captured"][name] = "proved" if not scratch.wrong else scratch.failures[0]
    return score
