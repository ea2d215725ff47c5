"""What a stranger sends as a photo: the picture stays as it was, and nothing else of the file does."""

import io
import random
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps

from app.suspects.photos import LARGEST, NotPhoto, clean

SECRET = b"52.5163N 13.3777E Ben Carrow <script>alert(1)</script>"


def picture(mode: str = "RGB", size: tuple[int, int] = (61, 43)) -> Image.Image:
    noise = random.Random(7)
    image = Image.new("RGB", size)
    image.putdata([(noise.randrange(256), x % 256, noise.randrange(256)) for x in range(size[0] * size[1])])
    return image.convert(mode)


def written(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def exif() -> bytes:
    data = Image.Exif()
    data[0x010E] = SECRET.decode()
    return data.tobytes()


PHOTOS = {
    "baseline": (lambda: written(picture(), "JPEG", exif=exif(), comment=SECRET), "image/jpeg"),
    "progressive": (lambda: written(picture(), "JPEG", progressive=True, exif=exif()), "image/jpeg"),
    "grey": (lambda: written(picture("L"), "JPEG"), "image/jpeg"),
    "cmyk": (lambda: written(picture("CMYK"), "JPEG"), "image/jpeg"),
    "png": (lambda: written(picture(), "PNG", exif=exif()), "image/png"),
    "palette": (lambda: written(picture("P"), "PNG"), "image/png"),
    "alpha": (lambda: written(picture("RGBA"), "PNG"), "image/png"),
    "bits": (lambda: written(picture("1"), "PNG"), "image/png"),
    "webp": (lambda: written(picture(), "WEBP", exif=exif()), "image/webp"),
    "lossless": (lambda: written(picture(), "WEBP", lossless=True, exif=exif(), xmp=SECRET), "image/webp"),
    "webp with alpha": (lambda: written(half_seen(), "WEBP", exif=exif()), "image/webp"),
}


def half_seen() -> Image.Image:
    image = picture("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    return image


@pytest.mark.parametrize("name", PHOTOS)
def test_the_picture_stays_and_what_stands_beside_it_goes(name: str) -> None:
    make, media = PHOTOS[name]
    data = make()
    photo = clean(data)
    before, after = Image.open(io.BytesIO(data)), Image.open(io.BytesIO(photo.data))
    assert photo.media == media
    assert (photo.width, photo.height) == after.size == before.size
    assert ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getbbox() is None
    assert SECRET not in photo.data
    assert not after.getexif()
    assert clean(photo.data) == photo  # nothing is left to take away


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("way", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_shown_the_right_way_up_and_says_nothing_else(form: str, way: int, order: str) -> None:
    told = Image.Exif()
    told.endian = order
    told[0x0112], told[0x010E] = way, SECRET.decode()
    told.get_ifd(0x8825)[2] = (52.0, 30.0, 59.0)  # where it was taken
    data = written(half_seen() if form == "WEBP" else picture(), form, exif=told)
    photo = clean(data)
    before, after = Image.open(io.BytesIO(data)), Image.open(io.BytesIO(photo.data))
    assert dict(after.getexif()) == ({0x0112: way} if way != 1 else {})
    assert not after.getexif().get_ifd(0x8825)
    seen = [ImageOps.exif_transpose(each).convert("RGB") for each in (before, after)]
    assert ImageChops.difference(*seen).getbbox() is None
    assert SECRET not in photo.data
    assert clean(photo.data) == photo


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("exif", [b"", b"MM", b"II*\0\xff\xff\xff\xff", b"II*\0\x08\0\0\0\xff\xff", b"<b>" * 9])
def test_exif_that_is_none_leaves_the_picture_as_it_lies(form: str, exif: bytes) -> None:
    told = exif if form == "PNG" else b"Exif\0\0" + exif
    photo = clean(written(picture(), form, exif=told))
    assert not Image.open(io.BytesIO(photo.data)).getexif()


@pytest.mark.parametrize("options", [{}, {"progressive": True}], ids=["baseline", "progressive"])
def test_a_jpeg_that_was_cut_off_or_claims_far_more_than_it_holds_is_refused(options: dict[str, bool]) -> None:
    whole = written(picture(size=(640, 480)), "JPEG", **options)
    clean(whole)
    start = whole.index(b"\xff\xda")
    with pytest.raises(NotPhoto, match="broken"):
        clean(whole[: start + 40] + b"\xff\xd9")  # its end was put back behind what is left
    small = written(Image.new("RGB", (8, 8)), "JPEG", **options)
    frame = small.index(b"\xff\xc2" if options else b"\xff\xc0")
    bomb = small[: frame + 5] + struct.pack(">HH", 7000, 7000) + small[frame + 9 :]
    with pytest.raises(NotPhoto, match="broken"):
        clean(bomb)


def test_a_jpeg_of_one_colour_is_a_photo_and_one_of_a_thousand_scans_is_none() -> None:
    clean(written(Image.new("RGB", (4000, 3000), "red"), "JPEG"))
    clean(written(Image.new("L", (4000, 3000), 0), "JPEG", progressive=True, optimize=True))
    one = written(picture(), "JPEG", progressive=True)
    last = one.rindex(b"\xff\xda")
    with pytest.raises(NotPhoto, match="broken"):
        clean(one[:-2] + one[last:-2] * 1000 + one[-2:])


@pytest.mark.parametrize("name", PHOTOS)
def test_a_second_file_behind_the_picture_goes(name: str) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("x.html", SECRET)
    photo = clean(PHOTOS[name][0]() + archive.getvalue())
    assert not zipfile.is_zipfile(io.BytesIO(photo.data))
    Image.open(io.BytesIO(photo.data)).load()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xff\xd8\xff" + bytes(LARGEST), "large"),
        (b"GIF89a" + bytes(100), "kind"),
        (b"%PDF-1.7\n", "kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
        (b"<html><script>alert(1)</script>", "kind"),
        (b"MZ\x90\x00", "kind"),
        (b"\xff\xd8\xff\xe0<script>alert(1)</script>", "broken"),
        (b"\xff\xd8\xff\xd9", "broken"),
        (b"\xff\xd8\xff" * 50, "broken"),
        (b"\x89PNG\r\n\x1a\n", "broken"),
        (b"\x89PNG\r\n\x1a\n<?php system($_GET[0]);", "broken"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", "broken"),
        (b"RIFF\x04\x00\x00\x00WEBP", "broken"),
    ],
)
def test_what_is_no_photo_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(NotPhoto) as refused:
        clean(data)
    assert refused.value.code == code


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, rows: bytes, interlace: int = 0) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, interlace)
    packed = zlib.compress(rows, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def test_a_bomb_is_refused_by_what_it_says_and_by_what_it_holds() -> None:
    with pytest.raises(NotPhoto, match="huge"):
        clean(png(20_000, 20_000, b"\0"))
    with pytest.raises(NotPhoto, match="huge"):
        clean(written(Image.new("1", (25_000, 8)), "PNG"))
    with pytest.raises(NotPhoto, match="broken"):
        clean(png(10, 10, bytes(50_000_000)))  # a few kilobytes that unpack to fifty megabytes
    with pytest.raises(NotPhoto, match="broken"):
        clean(png(10, 10, bytes(109)))  # too short


@pytest.mark.parametrize("size", [(1, 1), (3, 9), (8, 8), (61, 43)])
def test_interlaced_rows_are_as_long_as_the_passes_say(size: tuple[int, int]) -> None:
    width, height = size
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    rows = b""
    for left, top, across, down in passes:
        columns = len(range(left, width, across))
        rows += b"".join(bytes(1 + columns) for _ in range(top, height, down) if columns)
    clean(png(width, height, rows, interlace=1))
    with pytest.raises(NotPhoto):
        clean(png(width, height, rows + b"\0", interlace=1))


@given(st.data())
@settings(max_examples=150)
def test_a_damaged_file_is_a_photo_or_refused_and_never_a_fault(data: st.DataObject) -> None:
    good = bytearray(_GOOD[data.draw(st.sampled_from(sorted(_GOOD)))])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(good) - 1))
        good[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(good)))
    try:
        photo = clean(bytes(good[:cut]))
    except NotPhoto:
        return
    assert clean(photo.data) == photo


_GOOD = {name: make() for name, (make, _) in PHOTOS.items()}
