"""Labels: every code on paper is read by a scanner, damaged ones too, and no serial commands a printer."""

import random
from io import BytesIO
from xml.etree import ElementTree

import pytest
from PIL import Image

from app.labels import drawn, pdf
from app.labels.sheet import BadLayout, Label, Paper, label_of, pages
from tests.support.damage import damaged, of_page, of_paper, read, sheets

BASE = "https://id.example.com"
KEY = "/01/09521234000013/21/A100"


def labels(count: int) -> list[Label]:
    return [label_of(f"{KEY}{number}", BASE, "abcde fghij") for number in range(count)]


def test_every_code_of_a_pdf_is_read() -> None:
    out = BytesIO()
    assert pdf.write(out, labels(40), Paper(), title="Labels") == 2
    found = [text for sheet in sheets(out.getvalue()) for text in read(sheet)]
    assert sorted(found) == sorted(each.address for each in labels(40))


@pytest.mark.parametrize("symbol", [of_page(f"{BASE}{KEY}0"), of_paper(f"{KEY}0", BASE)], ids=["page", "paper"])
def test_damaged_codes_of_page_and_paper_are_read(symbol: Image.Image) -> None:
    dice = random.Random(7)
    good = sum(read(damaged(symbol, dice)) == [f"{BASE}{KEY}0"] for _ in range(40))
    assert good >= 34


def test_sheets_in_svg_hold_all_labels_and_text_stays_text() -> None:
    hostile = Label(f"{BASE}/01/09521234000013/21/%3Cb", ("(21) <b>&",))
    written = list(drawn.svg([*labels(32), hostile], Paper()))
    assert len(written) == 2
    tree = ElementTree.fromstring(written[1])  # our own bytes
    assert "(21) <b>&" in [each.text for each in tree.iter("{http://www.w3.org/2000/svg}text")]


def test_a_serial_is_no_command_for_the_printer() -> None:
    hostile = Label(f"{BASE}/x", ("(21) ^XZ~JR_5E",))
    (written,) = drawn.zpl([hostile], wide=50, high=30).splitlines()
    assert written.count("^XZ") == 1
    assert "~" not in written
    assert "_5EXZ_7EJR_5F5E" in written


def test_labels_too_small_to_scan_are_refused() -> None:
    with pytest.raises(BadLayout, match="at least 18"):
        list(pages(labels(1), Paper(columns=20, rows=20)))
