"""Photos of strangers: taken apart by the rules of their format, and written anew with the picture alone. Pure.

Nothing is decoded but PNG's compressed rows, which are counted as they are unpacked. What a camera or anybody else
put beside the picture (place, owner, thumbnail, comments, a second file behind the end) is not written again; only
which way up it is shown is, in a place where nothing else stands.
Sources: ITU-T T.81 (JPEG), W3C PNG third edition, RFC 9649 (WebP).
"""

import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from app.suspects import orientation

LARGEST = 8_000_000
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 20_000
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


class NotPhoto(ValueError):
    """The file is no photo that is taken; `code` says why: empty, large, kind, broken, huge."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as it is kept: its media type, its bytes with nothing but the picture, and its size in pixels.

    The size is of the picture as it lies; a camera held upright says by its orientation that it is to be turned.
    """

    media: str
    data: bytes
    width: int
    height: int


def clean(data: bytes) -> Photo:
    """The picture in a file and nothing else. Raises NotPhoto."""
    if not data:
        raise NotPhoto("empty")
    if len(data) > LARGEST:
        raise NotPhoto("large")
    for sign, read in _READERS.items():
        if data.startswith(sign):
            try:
                return read(data)
            except (IndexError, struct.error, zlib.error):
                raise NotPhoto("broken") from None
    raise NotPhoto("kind")


def _sized(width: int, height: int) -> tuple[int, int]:
    if not width or not height:
        raise NotPhoto("broken")
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise NotPhoto("huge")
    return width, height


def _require(holds: bool) -> None:
    if not holds:
        raise NotPhoto("broken")


# JPEG: markers with their segments, then entropy-coded data up to the next marker, until the end of the image.
_EOI, _SOS, _EXIF, _ADOBE = 0xD9, 0xDA, 0xE1, 0xEE
_FRAMES = (0xC0, 0xC1, 0xC2)  # baseline, extended, progressive: what cameras write and browsers show
_PROGRESSIVE = 0xC2
_TABLES = (0xC4, 0xDB, 0xDD)  # Huffman, quantization, restart interval
_MOST_SCANS = 64  # each is decoded over the whole picture; encoders write about ten


def _jpeg(data: bytes) -> Photo:
    kept, place, size, scans, packed, least, turned = [data[:2]], 2, (0, 0), 0, 0, 0, 1
    while True:
        _require(data[place] == 0xFF)
        while data[place + 1] == 0xFF:  # fill bytes
            place += 1
        marker, place = data[place + 1], place + 2
        if marker == _EOI:
            break
        (length,) = struct.unpack_from(">H", data, place)
        segment, place = data[place : place + length], place + length
        _require(length >= 2 and len(segment) == length)
        if marker in _FRAMES:
            _require(size == (0, 0))
            size, least = _frame(segment, marker)
        elif marker == _SOS:
            _require(size != (0, 0))
            scans += 1
            _require(scans <= _MOST_SCANS)
        elif marker == _ADOBE and segment[2:7] == b"Adobe" and length == 14:
            pass  # it says how colours are written; nothing personal fits into it
        elif marker == _EXIF and segment[2:8] == orientation.HEAD and scans == 0:
            turned = orientation.read(segment[2:])
            continue
        elif 0xE0 <= marker <= 0xEF or marker == 0xFE:
            continue
        else:
            _require(marker in _TABLES)
        kept.append(bytes((0xFF, marker)) + segment)
        if marker == _SOS:
            end = _end_of_scan(data, place)
            kept.append(data[place:end])
            packed += end - place
            place = end
    _require(scans > 0 and packed >= least)
    kept.insert(1, _turned(turned))
    return Photo("image/jpeg", b"".join(kept) + b"\xff\xd9", *size)


def _turned(way: int) -> bytes:
    """The segment that says which way up the picture is; none for one that is upright."""
    exif = orientation.HEAD + orientation.alone(way)
    return struct.pack(">BBH", 0xFF, _EXIF, 2 + len(exif)) + exif if way != 1 else b""


def _frame(segment: bytes, marker: int) -> tuple[tuple[int, int], int]:
    """The size, and the bytes that its blocks of 8 × 8 have at least: what has fewer was cut off, or is a bomb.

    A block has a code for its mean and one for the rest, of one bit or more each; of the rest of many blocks
    a progressive picture says at once that there is none (T.81, F.1.2 and G.1.2).
    """
    depth, height, width, components = struct.unpack_from(">BHHB", segment, 2)
    _require(depth == 8 and components in (1, 3, 4) and len(segment) == 8 + 3 * components)
    finest = [max(segment[9 + 3 * place] >> shift & 15 for place in range(components)) for shift in (4, 0)]
    across, down = (width * (segment[9] >> 4) / finest[0] / 8, height * (segment[9] & 15) / finest[1] / 8)
    blocks = math.ceil(across) * math.ceil(down)
    return _sized(width, height), blocks * (1 if marker == _PROGRESSIVE else 2) // 8


def _end_of_scan(data: bytes, place: int) -> int:
    """Where the next marker is that is neither a stuffed zero nor a restart."""
    while True:
        place = data.find(b"\xff", place)
        _require(place >= 0)
        if data[place + 1] == 0 or 0xD0 <= data[place + 1] <= 0xD7:
            place += 2
        elif data[place + 1] == 0xFF:
            place += 1
        else:
            return place


# PNG: chunks with their checksums; the compressed rows are exactly as long as the header says.
_PNG = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def _png(data: bytes) -> Photo:
    chunks = list(_chunks(data))
    names = [name for name, _ in chunks]
    _require(names[0] == b"IHDR" and names[-1] == b"IEND" and names.count(b"IHDR") == 1 and b"IDAT" in names)
    width, height, depth, colour, *methods = struct.unpack(">IIBBBBB", chunks[0][1])
    _require(colour in _CHANNELS and depth in _DEPTHS[colour] and methods[:2] == [0, 0] and methods[2] in (0, 1))
    size = _sized(width, height)
    _require(colour != 3 or b"PLTE" in names)
    rows = b"".join(body for name, body in chunks if name == b"IDAT")
    _require_length(rows, _raw_length(width, height, depth * _CHANNELS[colour], interlaced=bool(methods[2])))
    kept = [_chunk(name, body) for name, body in chunks if name in (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")]
    turned = orientation.read(next((body for name, body in chunks if name == b"eXIf"), b""))
    if turned != 1:
        kept.insert(1, _chunk(b"eXIf", orientation.alone(turned)))
    return Photo("image/png", _PNG + b"".join(kept), *size)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk up to the end of the image; what stands behind that is not looked at."""
    place, name = len(_PNG), b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", data, place)
        body = data[place + 8 : place + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, place + 8 + length)
        _require(len(body) == length and checksum == zlib.crc32(name + body))
        _require(name[:1].islower() or name in (b"IHDR", b"PLTE", b"IDAT", b"IEND"))
        yield name, body
        place += 12 + length


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _raw_length(width: int, height: int, bits: int, *, interlaced: bool) -> int:
    """How long the rows are when unpacked: each has a byte for its filter."""
    passes = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    total = 0
    for left, top, across, down in passes:
        columns, rows = -((left - width) // across), -((top - height) // down)
        total += rows * (1 + (columns * bits + 7) // 8) if columns > 0 and rows > 0 else 0
    return total


def _require_length(packed: bytes, wanted: int) -> None:
    """Unpack piece by piece, keep nothing, and stop as soon as there is more than there should be."""
    unpacker, length = zlib.decompressobj(), 0
    while packed and not unpacker.eof:
        length += len(unpacker.decompress(packed, 1 << 16))
        packed = unpacker.unconsumed_tail
        _require(length <= wanted)
    _require(unpacker.eof and length == wanted and not unpacker.unused_data)


# WebP: a RIFF file whose one picture is lossy (VP8) or lossless (VP8L), perhaps with its transparency beside it.
_ALPHA, _HAS_EXIF = 0x10, 0x08  # flags of the extended header, beside which each of them must stand


def _webp(data: bytes) -> Photo:
    (length,) = struct.unpack_from("<I", data, 4)
    _require(data[8:12] == b"WEBP" and length + 8 <= len(data))
    chunks = dict(_pieces(data[12 : length + 8]))
    _require(b"ANIM" not in chunks and b"ANMF" not in chunks)
    pictures = [name for name in (b"VP8 ", b"VP8L") if name in chunks]
    _require(len(pictures) == 1)
    picture = chunks[pictures[0]]
    size = _lossy(picture) if pictures[0] == b"VP8 " else _lossless(picture)
    body, flags = _piece(pictures[0], picture), 0
    if pictures[0] == b"VP8 " and b"ALPH" in chunks:
        body, flags = _piece(b"ALPH", chunks[b"ALPH"]) + body, _ALPHA
    if (turned := orientation.read(chunks.get(b"EXIF", b""))) != 1:
        body, flags = body + _piece(b"EXIF", orientation.alone(turned)), flags | _HAS_EXIF
    if flags:
        canvas = b"".join((side - 1).to_bytes(3, "little") for side in size)
        body = _piece(b"VP8X", struct.pack("<I", flags) + canvas) + body
    return Photo("image/webp", b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body, *size)


def _pieces(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place, seen = 0, set()
    while place < len(data):
        name, length = struct.unpack_from("<4sI", data, place)
        body = data[place + 8 : place + 8 + length]
        _require(len(body) == length and name not in seen)
        seen.add(name)
        yield name, body
        place += 8 + length + length % 2


def _piece(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _lossy(picture: bytes) -> tuple[int, int]:
    _require(not picture[0] & 1 and picture[3:6] == b"\x9d\x01\x2a")  # a key frame (RFC 6386, 9.1)
    _require(10 + (int.from_bytes(picture[:3], "little") >> 5) < len(picture))  # its first part is whole
    width, height = struct.unpack_from("<HH", picture, 6)
    return _sized(width & 0x3FFF, height & 0x3FFF)


def _lossless(picture: bytes) -> tuple[int, int]:
    (bits,) = struct.unpack_from("<I", picture, 1)
    _require(picture[0] == 0x2F and bits >> 29 == 0)
    return _sized((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)


_READERS = {b"\xff\xd8\xff": _jpeg, _PNG: _png, b"RIFF": _webp}
