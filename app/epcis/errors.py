"""How an EPCIS document or query is refused: what is wrong, where, and by which rule. Nothing else."""

from dataclasses import dataclass

MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: `field` is a JSON pointer (RFC 6901) into what was sent, `rule` a sentence."""

    field: str
    rule: str

    def __str__(self) -> str:
        return f"{self.field or '/'}: {self.rule}"


class Invalid(ValueError):
    """What was sent is no valid EPCIS 2.0; `problems` names up to twenty broken rules, never none."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


class TooLarge(Invalid):
    """What was sent has more bytes or events than one capture call may have."""


class InvalidQuery(Invalid):
    """What was sent is no query that can be kept and answered. `kind` is the EPCIS exception."""

    def __init__(self, *problems: Problem, kind: str = "QueryValidationException") -> None:
        super().__init__(*problems)
        self.kind = kind


def invalid(field: str, rule: str) -> Invalid:
    """An Invalid of one problem."""
    return Invalid(Problem(field, rule))


def pointer(*steps: str | int) -> str:
    """A JSON pointer from its steps, escaped as RFC 6901, section 3 asks."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)
