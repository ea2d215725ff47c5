"""A QR code as it is met: photographed askew, out of focus, with noise, and a tenth of it gone."""

import random
from io import BytesIO

import pypdfium2
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

from app.labels import pdf
from app.labels.sheet import Paper, label_of
from app.qr_code import code

SIDE = 500
BORDER = SIDE * 4 // 45
INNER = SIDE - 2 * BORDER
WIPED = round((0.1 * INNER * INNER) ** 0.5)
FINDER = SIDE * 12 // 45  # seven modules, what parts them from the rest, and the quiet border
CORNERS = ((0, 0), (SIDE - FINDER, 0), (0, SIDE - FINDER))


def of_page(address: str) -> Image.Image:
    """The code of this address as the passport page shows it."""
    page = BytesIO()
    code(address).make_image().save(page)
    return Image.open(page)


def of_paper(key: str, base_url: str) -> Image.Image:
    """The code of this key as a sheet of labels in PDF has it, cut out with its quiet border."""
    out = BytesIO()
    one = Paper(columns=1, rows=1, width=80, height=90)
    pdf.write(out, [label_of(key, base_url, "abcde fghij")], one, title="One")
    (paper,) = sheets(out.getvalue(), scale=5)
    (place,) = zxingcpp.read_barcodes(paper)
    first, last = place.position.top_left, place.position.bottom_right
    room = (last.x - first.x) // 9  # the quiet border
    return paper.crop((first.x - room, first.y - room, last.x + room, last.y + room))


def sheets(written: bytes, scale: float = 4) -> list[Image.Image]:
    """The pages of a PDF as grey pictures."""
    return [page.render(scale=scale).to_pil().convert("L") for page in pypdfium2.PdfDocument(written)]


def read(picture: Image.Image) -> list[str]:
    """What zxing-cpp reads in a picture."""
    return sorted(each.text for each in zxingcpp.read_barcodes(picture))


def damaged(symbol: Image.Image, dice: random.Random) -> Image.Image:
    """Noisy, turned, blurred, and a tenth of it wiped away."""
    picture = symbol.convert("L").resize((SIDE, SIDE))
    pen = ImageDraw.Draw(picture)
    x, y = _spot(dice)
    pen.rectangle((x, y, x + WIPED, y + WIPED), fill=255)
    for _ in range(5000):
        pen.point((dice.randrange(SIDE), dice.randrange(SIDE)), fill=dice.randrange(256))
    turned = picture.rotate(dice.uniform(-12, 12), Image.Resampling.BICUBIC, fillcolor=255, expand=True)
    return turned.filter(ImageFilter.GaussianBlur(dice.uniform(0.4, 1.2)))


def _spot(dice: random.Random) -> tuple[int, int]:
    """Where a tenth of the symbol is wiped away: not over one of the squares that it is found by."""
    while True:
        x, y = (BORDER + dice.randrange(INNER - WIPED) for _ in range(2))
        if not any(x < a + FINDER and a < x + WIPED and y < b + FINDER and b < y + WIPED for a, b in CORNERS):
            return x, y
