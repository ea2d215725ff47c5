"""Reading a request strictly: JSON without repairs, models without guesses. What a field means lives elsewhere."""

import json
from typing import Any, NoReturn

from apiflask.schema_adapters.pydantic import PydanticAdapter
from apiflask.schema_adapters.registry import registry
from flask import Request
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from app.web.problems import Problem

_JSON_TYPES = ("application/json", "application/ld+json")


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


def read_json(data: bytes) -> Any:
    """Decode one JSON value; duplicate names, NaN and deep nesting are refused (400)."""
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_each_name_once, parse_constant=_no_constant)
    except RecursionError:
        raise Problem("broken-json", "nested too deep") from None
    except UnicodeDecodeError as error:
        raise Problem("broken-json", f"byte {error.start} is not UTF-8") from None
    except ValueError as error:
        raise Problem("broken-json", str(error)[:200]) from None


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return names


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def pointer(path: tuple[int | str, ...]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def _refused(errors: list[ErrorDetails], name: str) -> Problem:
    """The values themselves stay out of the answer and the log: they may be personal."""
    return Problem("invalid", errors=[{name: pointer(e["loc"]), "detail": e["msg"]} for e in errors[:50]])


class _StrictAdapter(PydanticAdapter):
    """How APIFlask reads pydantic models here: strictly, with problems as refusals."""

    def validate_input(self, request: Request, location: str, **_: Any) -> BaseModel:
        try:
            if location == "json":
                data = json_bytes(request)
                read_json(data)  # what pydantic's own reader would let pass
                return self.model_class.model_validate_json(data)
            return self.model_class.model_validate(_each_once(request))
        except ValidationError as error:
            where = "pointer" if location == "json" else "field"
            raise _refused(error.errors(include_url=False, include_input=False), where) from None


def _each_once(request: Request) -> dict[str, str]:
    for name, values in request.args.lists():
        if len(values) > 1:
            raise Problem("invalid", errors=[{"field": pointer((name,)), "detail": "given twice"}])
    return request.args.to_dict()


registry.register("pydantic", _StrictAdapter)
