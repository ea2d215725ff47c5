"""A receipt says anchored only of an anchor that counts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.provenance.receipts import anchored_up_to
from ledger.anchor_state import AnchorState

AT = datetime(2026, 3, 2, tzinfo=UTC)


def state(**changes: Any) -> AnchorState:
    facts: dict[str, Any] = {"state": "final", "finality": "tag", **changes}
    return AnchorState(
        1, 5, bytes(32), 1, "0xabc", "0x01", block_hash="0x02", block_number=7, block_time=AT, **facts
    )


@pytest.mark.parametrize(
    ("newest", "size"),
    [
        (None, 0),
        (state(), 5),
        (state(state="safe"), 5),
        (state(state="mined"), 0),
        (state(state="sent"), 0),
        (state(state="lost"), 0),
        (state(state="mined", target="file", finality="file"), 5),
        (state(finality="demo"), 0),
        (state(finding="the root differs"), 0),
    ],
)
def test_an_anchor_counts_when_it_is_final_fits_and_is_not_the_demos(
    newest: AnchorState | None, size: int
) -> None:
    assert anchored_up_to(newest) == size
