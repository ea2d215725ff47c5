"""Reading a request strictly: JSON without repairs, models without guesses. What a field means lives elsewhere."""

from collections.abc import Callable
from typing import Any

from apiflask.schema_adapters.pydantic import PydanticAdapter
from apiflask.schema_adapters.registry import registry
from flask import Request
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from app.epcis import strict_json
from app.epcis.errors import Invalid, pointer
from app.epcis.xml_tree import is_xml
from app.web.problems import Problem

_JSON_TYPES = ("application/json", "application/ld+json")
_XML_TYPES = ("application/xml", "text/xml")


class Body(BaseModel):
    """Base of every JSON body: no unknown field, no text where a number is wanted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Query(BaseModel):
    """Base of every query string: no unknown parameter; texts become what the field says."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """Base of every JSON answer; what is not declared can't leak."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def json_bytes(request: Request) -> bytes:
    """The body of a request that says it is JSON; raises the 415 problem otherwise."""
    if request.mimetype not in _JSON_TYPES:
        raise Problem("wrong-content-type", f"{request.mimetype or 'no content type'} is not JSON")
    return request.get_data(cache=True)


def document_bytes(request: Request) -> bytes:
    """The body of a request that says it is EPCIS in JSON or XML, and begins as it says; else the 415 problem."""
    if request.mimetype not in _XML_TYPES:
        return json_bytes(request)
    data = request.get_data(cache=True)
    if not is_xml(data):
        raise Problem("wrong-content-type", f"the body is not {request.mimetype}")
    return data


def require_json(data: bytes) -> None:
    """Refuse (400) what is no JSON, or has two meanings: a name twice, NaN, a lone surrogate, deep nesting."""
    try:
        strict_json.read(data)
    except Invalid as error:
        raise Problem("broken-json", error.problems[0].rule[:200]) from None


def _rule(error: ErrorDetails) -> str:
    """What is wrong, in our own words where the rule is ours."""
    return error["msg"].removeprefix("Value error, ")


def _refused(errors: list[ErrorDetails], where: Callable[[ErrorDetails], dict[str, str]]) -> Problem:
    """The values themselves stay out of the answer and the log: they may be personal."""
    return Problem("invalid", errors=[where(each) | {"detail": _rule(each)} for each in errors[:50]])


def _in_body(error: ErrorDetails) -> dict[str, str]:
    return {"pointer": pointer(*error["loc"])}


def _in_query(error: ErrorDetails) -> dict[str, str]:
    """A parameter by its plain name, as it stands in the address and in the OpenAPI document."""
    return {"field": str(error["loc"][0]) if error["loc"] else ""}


class _StrictAdapter(PydanticAdapter):
    """How APIFlask reads pydantic models here: strictly, with problems as refusals."""

    def validate_input(self, request: Request, location: str, **_: Any) -> BaseModel:
        try:
            if location == "json":
                data = json_bytes(request)
                require_json(data)  # pydantic's own reader would let some of it pass
                return self.model_class.model_validate_json(data)
            return self.model_class.model_validate(_each_once(request))
        except ValidationError as error:
            where = _in_body if location == "json" else _in_query
            raise _refused(error.errors(include_url=False, include_input=False), where) from None


def _each_once(request: Request) -> dict[str, str]:
    for name, values in request.args.lists():
        if len(values) > 1:
            raise Problem("invalid", errors=[{"field": name, "detail": "given twice; give it once"}])
    return request.args.to_dict()


registry.register("pydantic", _StrictAdapter)
