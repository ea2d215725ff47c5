"""`wayproof look` says what a text is and ends with 1 when it is wrong."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from app.commands.looking import look
from app.support.toolbox import LARGEST

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("words", "given", "status", "said"),
    [
        (["3036452148000040000001C8"], "", 0, "item\t/01/09521234000013/21/456"),
        (["/01/09521234000013/21/456", "--prefix", "7"], "", 0, "hex\t3016452148000040000001C8"),
        (["hello"], "", 1, "wrong\thello\t"),
        (
            [],
            (ROOT / "docs" / "examples" / "first-event.json").read_text("utf-8"),
            0,
            "ObjectEvent\tni:///sha-256;",
        ),
        ([], "{}", 1, "wrong\t/"),
        ([], "", 1, ""),
        ([], "x" * (LARGEST + 1), 1, "at most"),
    ],
)
def test_a_text_is_told(words: list[str], given: str, status: int, said: str) -> None:
    done = CliRunner().invoke(look, words, input=given)
    assert (done.exit_code, said in done.output) == (status, True), done.output
