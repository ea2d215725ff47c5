"""What a judge gives back for one suite."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Score:
    """Cases of a suite, judged. A wrong case is a false accept, a false reject, or neither (a wrong answer)."""

    total: int = 0
    wrong: int = 0
    false_accepts: int = 0
    false_rejects: int = 0
    detail: dict[str, Any] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def right(self) -> None:
        self.total += 1

    def fail(self, case: str, why: str) -> None:
        """A case whose answer is wrong, neither too lenient nor too strict."""
        self.total += 1
        self.wrong += 1
        self.failures.append(f"{case}: {why}"[:300])

    def judge(self, case: str, *, expected: bool, accepted: bool, why: str = "") -> None:
        """A case that had to be accepted (expected) or refused."""
        if expected == accepted:
            self.right()
            return
        self.fail(case, why or ("was accepted" if accepted else "was refused"))
        if accepted:
            self.false_accepts += 1
        else:
            self.false_rejects += 1

    def as_json(self) -> dict[str, Any]:
        detail = dict(self.detail)
        if self.failures:
            detail["failures"] = self.failures[:20]
        return {
            "passed": self.total - self.wrong,
            "total": self.total,
            "false_accepts": self.false_accepts,
            "false_rejects": self.false_rejects,
            "detail": detail,
        }
