"""How settled a block is, as a table."""

import pytest

from contracts.finality import ByDepth, ByTag, Heights

DEPTH = ByDepth(safe=2, final=4)


@pytest.mark.parametrize(
    ("heights", "block", "settled", "rule"),
    [
        (Heights(100, 68, 36), 36, "final", "tag"),
        (Heights(100, 68, 36), 37, "safe", "tag"),
        (Heights(100, 68, 36), 69, "mined", "tag"),
        (Heights(50, 18, 0), 5, "safe", "tag"),  # a young chain: nothing but its first block is final
        (Heights(100, None, 36), 50, "mined", "tag"),
        (Heights(100, 100, 100), 96, "final", "depth:4"),  # a development chain calls its newest block final
        (Heights(100, 100, 100), 98, "safe", "depth:4"),
        (Heights(100, None, None), 99, "mined", "depth:4"),
        (Heights(3, None, None), 0, "safe", "depth:4"),
    ],
)
def test_tags_settle_a_block_and_depth_where_there_are_none(
    heights: Heights, block: int, settled: str, rule: str
) -> None:
    by_tag = ByTag(DEPTH)
    assert (by_tag.settled(block, heights), by_tag.rule(heights)) == (settled, rule)


def test_the_newest_final_block_is_known_only_once_there_is_one() -> None:
    assert DEPTH.final_height(Heights(3)) is None
    assert DEPTH.final_height(Heights(4)) == 0
    assert ByTag(DEPTH).final_height(Heights(100, 68, 36)) == 36
    assert ByTag(DEPTH).final_height(Heights(100)) == 96
