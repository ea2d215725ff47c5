"""Labels: every code on paper is read by a scanner, damaged ones too, and no serial commands a printer."""

import random
from io import BytesIO
from xml.etree import ElementTree

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

from app.labels import drawn, pdf
from app.labels.sheet import BadLayout, Label, Paper, label_of, pages
from app.qr_code import code

BASE = "https://id.example.com"
KEY = "/01/09521234000013/21/A100"


def labels(count: int) -> list[Label]:
    return [label_of(f"{KEY}{number}", BASE, "abcde fghij") for number in range(count)]


def sheets(written: bytes, scale: float = 4) -> list[Image.Image]:
    return [page.render(scale=scale).to_pil().convert("L") for page in pypdfium2.PdfDocument(written)]


def read(picture: Image.Image) -> list[str]:
    return sorted(each.text for each in zxingcpp.read_barcodes(picture))


SIDE = 500
BORDER = SIDE * 4 // 45
INNER = SIDE - 2 * BORDER
WIPED = round((0.1 * INNER * INNER) ** 0.5)
FINDER = SIDE * 12 // 45  # seven modules, what parts them from the rest, and the quiet border
CORNERS = ((0, 0), (SIDE - FINDER, 0), (0, SIDE - FINDER))


def spot(dice: random.Random) -> tuple[int, int]:
    """Where a tenth of the symbol is wiped away: not over one of the squares that it is found by."""
    while True:
        x, y = (BORDER + dice.randrange(INNER - WIPED) for _ in range(2))
        if not any(x < a + FINDER and a < x + WIPED and y < b + FINDER and b < y + WIPED for a, b in CORNERS):
            return x, y


def damaged(symbol: Image.Image, dice: random.Random) -> Image.Image:
    """Noisy, turned, blurred, and a tenth of it wiped away."""
    picture = symbol.convert("L").resize((SIDE, SIDE))
    pen = ImageDraw.Draw(picture)
    x, y = spot(dice)
    pen.rectangle((x, y, x + WIPED, y + WIPED), fill=255)
    for _ in range(5000):
        pen.point((dice.randrange(SIDE), dice.randrange(SIDE)), fill=dice.randrange(256))
    turned = picture.rotate(dice.uniform(-12, 12), Image.Resampling.BICUBIC, fillcolor=255, expand=True)
    return turned.filter(ImageFilter.GaussianBlur(dice.uniform(0.4, 1.2)))


def test_every_code_of_a_pdf_is_read() -> None:
    out = BytesIO()
    assert pdf.write(out, labels(40), Paper(), title="Labels") == 2
    found = [text for sheet in sheets(out.getvalue()) for text in read(sheet)]
    assert sorted(found) == sorted(each.address for each in labels(40))


def test_damaged_codes_of_page_and_paper_are_read() -> None:
    out, page = BytesIO(), BytesIO()
    pdf.write(out, labels(1), Paper(columns=1, rows=1, width=80, height=90), title="One")
    (paper,) = sheets(out.getvalue(), scale=5)
    (place,) = zxingcpp.read_barcodes(paper)
    first, last = place.position.top_left, place.position.bottom_right
    room = (last.x - first.x) // 9  # the quiet border
    code(f"{BASE}{KEY}0").make_image().save(page)
    for symbol in (paper.crop((first.x - room, first.y - room, last.x + room, last.y + room)), Image.open(page)):
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
