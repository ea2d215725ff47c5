"""Every refusal of the web: a problem document (RFC 9457) for programs, a page for people. Decides nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, make_response, render_template, request
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException

from app.epcis import xml_write

log = structlog.get_logger("wayproof.web")


@dataclass(frozen=True)
class Kind:
    """A kind of refusal: `/problems/{name}` tells what it means and how to mend it."""

    status: int
    title: str
    mend: str


KINDS: Mapping[str, Kind] = {
    "bad-request": Kind(400, "The request can't be read", "Compare the request with /docs."),
    "broken-json": Kind(400, "The body is not JSON", "Send one JSON value in UTF-8, each name once."),
    "bad-query": Kind(400, "The query can't be answered", "Mend the parameter named under `errors`."),
    "invalid-event": Kind(400, "No valid EPCIS 2.0", "Mend the fields named under `errors`."),
    "not-authenticated": Kind(401, "No valid key", "Send `Authorization: Bearer wp_…` with a good key."),
    "not-allowed": Kind(403, "Not allowed", "Ask the owner of the brand for this scope or role."),
    "signature-refused": Kind(403, "The signature is refused", "Sign it with the partner's good key."),
    "stale-form": Kind(403, "The form is too old", "Open the page again and send the form once more."),
    "cross-site": Kind(403, "Sent from another site", "Send the form from our own page."),
    "not-found": Kind(404, "Not found", "Check the address; what belongs to another brand is not found either."),
    "method-not-allowed": Kind(405, "Method not allowed", "Use a method that the Allow header names."),
    "not-acceptable": Kind(406, "Not available in this form", "Accept application/json."),
    "conflict": Kind(409, "In conflict with what is there", "Read the present state, then decide again."),
    "check-not-passed": Kind(409, "A required check has not passed", "Record the check, or end the requirement."),
    "not-published": Kind(409, "Too new to be proven", "Ask again when the next checkpoint is signed."),
    "record-damaged": Kind(409, "The stored record was changed", "`wayproof ledger audit` names the entry."),
    "too-large": Kind(413, "Too large", "Send less at once; the detail names the limit."),
    "uri-too-long": Kind(414, "The address is too long", "Ask for less at once."),
    "wrong-content-type": Kind(415, "Content type not understood", "Send `Content-Type: application/json`."),
    "invalid": Kind(422, "A value is refused", "Mend the fields named under `errors`."),
    "key-reused": Kind(422, "Idempotency key used before", "A new request needs a new key."),
    "too-many-attempts": Kind(429, "Too many attempts", "Wait as long as the Retry-After header says."),
    "internal": Kind(500, "Our fault", "Try again; if it stays, report the request id."),
    "unavailable": Kind(503, "Not available now", "Try again in a moment; nothing was half-written."),
    "storage-full": Kind(507, "No space left", "The operator must free space; nothing was half-written."),
}  # fmt: skip

_BY_STATUS = {kind.status: name for name, kind in reversed(list(KINDS.items()))}

# EPCIS 2.0 REST bindings, "Problem body": the exception names by status.
_EPCIS_TYPES = {
    400: "ValidationException",
    401: "SecurityException",
    403: "SecurityException",
    404: "NoSuchResourceException",
    406: "NotAcceptableException",
    409: "ResourceAlreadyExistsException",
    413: "CaptureLimitExceededException",
    414: "URITooLongException",
    415: "UnsupportedMediaTypeException",
    422: "ValidationException",
}

XML_TYPES = ("application/xml", "text/xml")

_PROGRAMS = ("/api/", "/epcis/", "/log/", "/proofs", "/openapi.json")


@dataclass
class Problem(Exception):
    """A refusal with its kind, what exactly was wrong, and the fields (JSON pointers) it was found at."""

    name: str
    detail: str = ""
    errors: Sequence[Mapping[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 0
    type: str = ""

    def __post_init__(self) -> None:
        super().__init__(self.name, self.detail)
        self.status = self.status or KINDS[self.name].status

    def document(self) -> dict[str, Any]:
        """The problem document, RFC 9457 section 3; where nothing more is known, `detail` says the remedy."""
        kind = KINDS[self.name]
        document: dict[str, Any] = {"type": self.type or _type(self), "title": kind.title, "status": self.status}
        detail = self.detail or _first(self.errors)
        document |= {"detail": detail, "mend": kind.mend} if detail else {"detail": kind.mend}
        if "request_id" in g:
            document["instance"] = f"urn:wayproof:request:{g.request_id}"
        if self.errors:
            document["errors"] = list(self.errors)
        return document


def _first(errors: Sequence[Mapping[str, str]]) -> str:
    """What was wrong in one line: the first of the errors, and how many more there are."""
    if not errors:
        return ""
    where = errors[0].get("pointer", errors[0].get("field", ""))
    more = f" (and {len(errors) - 1} more under `errors`)" if len(errors) > 1 else ""
    return f"{where}: {errors[0]['detail']}{more}".removeprefix(": ")


def _type(problem: Problem) -> str:
    if request.path.startswith("/epcis/"):
        return f"epcisException:{_EPCIS_TYPES.get(problem.status, 'ImplementationException')}"
    return f"/problems/{problem.name}"


def found(thing: Any) -> Any:
    """The thing itself; raises the 404 problem when there is none."""
    if thing is None:
        raise Problem("not-found")
    return thing


def answer(problem: Problem) -> Response:
    """The problem as a page for a browser on a page's address, as a document for everything else."""
    response: Response
    if _for_a_person():
        response = make_response(render_template("error.html", problem=problem), problem.status)
    elif _in_xml():
        response = Response(xml_write.problem(problem.document()), problem.status)
        response.mimetype = "application/problem+xml"
    else:
        response = Response(current_app.json.dumps(problem.document()), problem.status)
        response.mimetype = "application/problem+json"
    response.headers.update(problem.headers)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _in_xml() -> bool:
    """EPCIS has problems in XML too, for those who asked for nothing else."""
    if not request.path.startswith("/epcis"):
        return False
    forms = ["application/problem+json", "application/json", "application/problem+xml", *XML_TYPES]
    return str(request.accept_mimetypes.best_match(forms, "")).endswith("xml")


def _for_a_person() -> bool:
    if request.path.startswith(_PROGRAMS):
        return False
    best = request.accept_mimetypes.best_match(["application/problem+json", "application/json", "text/html"])
    return best == "text/html"


def _http_error(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400 or error.response is not None:
        return error
    name = _BY_STATUS.get(error.code, "bad-request")
    headers = {k: v for k, v in error.get_headers() if k in ("Allow", "Retry-After")}
    detail = "" if name == _BY_STATUS.get(error.code) else HTTPStatus(error.code).phrase
    return answer(Problem(name, detail, headers=headers, status=error.code))


def _database_error(error: OperationalError) -> Response:
    """A full disk shows at commit on SQLite, as an I/O error on PostgreSQL; both rolled back."""
    log.error("database", error=type(error.orig).__name__)
    text = str(error.orig).lower()
    full = "disk is full" in text or "no space left" in text
    return answer(Problem("storage-full" if full else "unavailable", headers={"Retry-After": "5"}))


def _data_error(_: DataError) -> Response:
    """PostgreSQL stores no NUL in a text; no name of ours has one."""
    return answer(Problem("bad-request", "a text holds a character that no text of ours holds"))


def _fault(error: Exception) -> Response:
    log.error("fault", route=str(request.url_rule), exc_info=error)
    return answer(Problem("internal"))


def install(app: Flask) -> None:
    """Make every error of the app a problem."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_error)
    app.register_error_handler(DataError, _data_error)
    app.register_error_handler(Exception, _fault)
