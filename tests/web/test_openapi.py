"""What a reader of /openapi.json finds: words at every operation, and examples that fit their schemas."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
from apiflask import APIFlask

from app.web.api.spec import operations


def document(app: APIFlask) -> Any:
    answer = app.test_client().get("/openapi.json")
    assert answer.status_code == 200
    return answer.json


def examples(part: Any, at: str = "") -> Iterator[tuple[str, Any, Any]]:
    """(place, schema, example) of every schema in the document that gives examples."""
    if isinstance(part, dict):
        listed = part.get("examples")
        for each in listed if isinstance(listed, list) else ():
            yield at, {name: value for name, value in part.items() if name != "examples"}, each
        for name, value in part.items():
            yield from examples(value, f"{at}/{name}")
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from examples(value, f"{at}/{index}")


def test_every_operation_says_in_a_sentence_what_it_does_and_then_who_may_call_it(app: APIFlask) -> None:
    found = list(operations(document(app)))
    assert len(found) > 100
    for path, method, operation in found:
        summary, description = operation["summary"], operation["description"]
        assert summary.find(". ") == -1, (method, path, summary)
        assert summary.endswith("."), (method, path, summary)
        last = description.split("\n\n")[-1]
        assert last.startswith(("A key with the scope", "Any key", "Open to everybody")), (method, path, last)
        assert ("security" in operation) != last.startswith("Open"), (method, path, last)
        assert all(each["description"] for each in operation["responses"].values()), (method, path)


def test_every_example_fits_its_schema(app: APIFlask) -> None:
    spec = document(app)
    shared = {"components": spec["components"]}
    given = list(examples(spec))
    assert len(given) > 50
    for at, schema, example in given:
        judge = jsonschema_rs.Draft202012Validator({**schema, **shared}, validate_formats=True)
        assert judge.is_valid(example), (at, example)
