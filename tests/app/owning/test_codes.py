"""A code that people copy by hand: a slip of the pen is seen, and a code is read however it is written."""

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.owning.codes import ALPHABET, CODE, SECRET, Mistyped, grouped, new, read

lengths = st.sampled_from([CODE, SECRET])


@pytest.mark.parametrize("length", [CODE, SECRET])
def test_no_two_codes_are_the_same(length: int) -> None:
    made = {new(length) for _ in range(2000)}
    assert len(made) == 2000
    assert all(read(each, length) == each for each in made)


def test_a_code_is_printed_in_fours() -> None:
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", grouped(new()))


@given(lengths, st.data())
def test_a_code_is_read_however_it_is_written(length: int, data: st.DataObject) -> None:
    code = new(length)
    loose = (
        grouped(code)
        .replace("0", data.draw(st.sampled_from("0Oo")))
        .replace("1", data.draw(st.sampled_from("1IlL")))
    )
    stroke = data.draw(st.sampled_from(["-", " ", "", " - ", "\u2011", "\n"]))
    written = data.draw(st.sampled_from([loose, loose.lower()])).replace("-", stroke)
    assert read(written, length) == code


@given(lengths, st.data())
def test_one_wrong_letter_is_seen(length: int, data: st.DataObject) -> None:
    code, at = new(length), data.draw(st.integers(0, length - 1))
    wrong = data.draw(st.sampled_from([each for each in ALPHABET if each != code[at]]))
    with pytest.raises(Mistyped):
        read(code[:at] + wrong + code[at + 1 :], length)


@given(lengths, st.data())
def test_two_neighbours_that_changed_places_are_seen(length: int, data: st.DataObject) -> None:
    code, at = new(length), data.draw(st.integers(0, length - 2))
    if code[at] != code[at + 1]:
        with pytest.raises(Mistyped):
            read(code[:at] + code[at + 1] + code[at] + code[at + 2 :], length)


@given(st.text(max_size=200))
def test_any_other_text_is_refused_and_nothing_else_happens(text: str) -> None:
    with contextlib.suppress(Mistyped):
        assert read(text) == read(read(text))


@pytest.mark.parametrize(
    "text", ["", "-", "U" * 16, "٠" * 16, "0" * 15, "0" * 17, "A" * 100_000, "0000\x00000000000000"]
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(Mistyped):
        read(text)
