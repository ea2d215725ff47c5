"""The OpenAPI document: what APIFlask can't know, said once for every route, and the chapters of /docs."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

from apiflask import APIFlask

from app.web.problems import KINDS
from app.web.rules import Rule, View

Operation = dict[str, Any]

_PROBLEM = {
    "type": "object",
    "description": "A problem document (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Stable name of the kind of problem; an address of ours."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What was wrong this time, else what to do about it."},
        "mend": {"type": "string", "description": "What to do about it, where `detail` does not say it."},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body."},
                    "field": {"type": "string", "description": "Name of a query parameter."},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}

_KEY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
    "description": "The same key with the same request acts once and gets the first answer again for 24 hours.",
}


def install(app: APIFlask) -> None:
    """Complete the document that APIFlask makes of the routes."""
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        AUTO_OPERATION_ID=True,
        AUTO_SERVERS=False,
        SECURITY_SCHEMES={"key": {"type": "http", "scheme": "bearer", "description": "An API key, `wp_…`."}},
    )

    @app.spec_processor
    def complete(document: Any) -> Any:
        document["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
        for _, method, operation in operations(document):
            view = _view_of(app, operation["operationId"])
            operation.update(getattr(view, "tells", {}))
            _complete(operation, method, cast(Rule, getattr(view, "rule", None)))
        return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    """Each (path, method, operation) of an OpenAPI document."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in ("get", "post", "put", "patch", "delete"):
                yield path, method, operation


def _view_of(app: APIFlask, operation_id: str) -> object:
    """APIFlask names an operation {method}_{blueprint}_{view}."""
    names = {re.sub(r"\.", "_", endpoint): endpoint for endpoint in app.view_functions}
    return app.view_functions[names[operation_id.partition("_")[2]]]


def tells(**facts: Any) -> Callable[[View], View]:
    """What APIFlask can't find out about a view, as parts of its OpenAPI operation."""

    def mark(view: View) -> View:
        view.tells = facts  # type: ignore[attr-defined]  # a function may carry attributes
        return view

    return mark


def json_body(description: str, schema: Any = None) -> dict[str, Any]:
    """A request body that is a JSON object of somebody else's standard; `schema` tells more where we know more."""
    schema = {"type": "object", "description": description, **(schema or {})}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def epcis_body(description: str, schema: Any = None) -> dict[str, Any]:
    """A request body of EPCIS 2.0, in either of its bindings; `schema` tells more of the one in JSON."""
    body = json_body(description, schema)
    body["content"]["application/xml"] = {"schema": {"type": "string", "description": description}}
    return body


def answers(
    status: int, description: str, schema: Any = None, kind: str = "application/json", *, xml: bool = False
) -> dict[str, Any]:
    """The answer of a view that shapes it by itself; with `xml` it has the same in the other binding of EPCIS."""
    content: dict[str, Any] = {"content": {kind: {"schema": schema}}} if schema is not None else {}
    if xml:
        content["content"]["application/xml"] = {"schema": {"type": "string"}}
    return {str(status): {"description": description, **content}}


def refusals(*statuses: int) -> dict[str, Any]:
    """Refusals of one view that are not those of every view."""
    return {str(status): _refusal(status) for status in statuses}


def query_texts(names: Iterable[str]) -> list[dict[str, Any]]:
    """Query parameters that are text."""
    text = {"type": "string"}
    return [{"in": "query", "name": name, "required": False, "schema": text} for name in names]


def _complete(operation: Operation, method: str, rule: Rule) -> None:
    _describe(operation, rule)
    if not rule.public:
        operation["security"] = [{"key": []}]
        operation["x-scope"] = rule.scope or "any"
    if method == "post":
        operation["parameters"].append(_KEY_HEADER)
    for status in _statuses(operation, method, rule):
        operation["responses"].setdefault(str(status), _refusal(status))


def _describe(operation: Operation, rule: Rule) -> None:
    """The first sentence is the summary; what follows it, and who may call, is the description."""
    summary, _, more = operation["summary"].partition(". ")
    operation["summary"] = summary.rstrip(".") + "."
    operation["description"] = "\n\n".join(filter(None, [more, operation.get("description"), _callers(rule)]))


def _callers(rule: Rule) -> str:
    if rule.public:
        return "Open to everybody: no key is needed."
    key = f"A key with the scope `{rule.scope}`" if rule.scope else "Any key"
    if rule.partner_only:
        return f"{key} that was issued to a partner, or a partner's login."
    *others, last = rule.roles or ("",)
    logins = f"{', '.join(others)} or {last}" if others else last
    return f"{key}, or from a page of ours the login of {logins}." if logins else f"{key}."


def _statuses(operation: Operation, method: str, rule: Rule) -> Iterator[int]:
    yield from (400, 404, 406, 422, 500, 503)
    if not rule.public:
        yield from (401, 403)
    if method == "post":
        yield from (409, 507)
    if "requestBody" in operation:
        yield from (413, 415)


def _refusal(status: int) -> dict[str, Any]:
    title = next(kind.title for kind in KINDS.values() if kind.status == status)
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": title, "content": {"application/problem+json": {"schema": schema}}}


def chapters(app: APIFlask) -> list[dict[str, Any]]:
    """The operations under their tags, ready to be drawn: no reference is left to follow."""
    document = cast(dict[str, Any], app.spec)
    schemas = document["components"]["schemas"]
    found: dict[str, list[dict[str, Any]]] = {}
    for path, method, operation in operations(document):
        line = {"path": path, "method": method.upper(), **operation, "body": _body(operation, schemas)}
        found.setdefault(operation["tags"][0], []).append(line)
    return [{"title": tag, "operations": sorted(lines, key=_by_path)} for tag, lines in sorted(found.items())]


def _by_path(line: dict[str, Any]) -> tuple[str, str]:
    return line["path"], line["method"]


def _body(operation: Operation, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of the JSON body: name, kind, whether it must be there, what it means."""
    content = operation.get("requestBody", {}).get("content", {})
    schema: dict[str, Any] = next(iter(content.values()), {"schema": {}})["schema"]
    schema = schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
    schema = schema.get("anyOf", [schema])[0]
    required = schema.get("required", ())
    return [
        {
            "name": name,
            "kind": _kind(field),
            "required": name in required,
            "example": field.get("examples", [None])[0],
        }
        for name, field in schema.get("properties", {}).items()
    ]


def _kind(field: dict[str, Any]) -> str:
    options = field.get("anyOf", [field])
    return " or ".join(option.get("format") or option.get("type") or "object" for option in options)
