"""What /openapi.json says is what the service does: tried with generated requests, good and bad."""

import pytest
import schemathesis
from apiflask import APIFlask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from tests.web.conftest import Company

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 30

bounded = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_operation_keeps_its_contract(app: APIFlask, ada: Company, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    checks = CHECKS + ([negative_data_rejection] if mode is GenerationMode.NEGATIVE else [])
    broken = {}
    for result in schema.get_all_operations():
        operation = result.ok()

        @bounded
        @given(case=operation.as_strategy(generation_mode=mode))
        def judge(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=ada.bearer, checks=checks)

        try:
            judge()
        except Unsatisfiable:
            continue  # it takes nothing that could be wrong
        except BaseExceptionGroup as failures:
            broken[operation.label] = str(failures)
    assert not broken, "\n".join(broken.values())
