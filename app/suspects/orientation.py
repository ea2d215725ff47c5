"""Which way up a photo is shown (Exif 2.32, tag 274): read from what a camera wrote, and written alone.

What is no Exif says nothing and is no fault: the picture is then shown as it lies.
"""

import struct

HEAD = b"Exif\0\0"
_TAG, _SHORT = 0x0112, 3
_MOST_FIELDS = 500


def read(exif: bytes) -> int:
    """The orientation in Exif data, 1 to 8; 1, which is upright, where there is none that can be read."""
    try:
        return _read(exif.removeprefix(HEAD))
    except struct.error:
        return 1


def alone(orientation: int) -> bytes:
    """Exif data that says the orientation and nothing else (TIFF 6.0): one directory with one field."""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _TAG, _SHORT, 1, orientation, 0, 0)


def _read(tiff: bytes) -> int:
    order = {b"MM\0*": ">", b"II*\0": "<"}.get(tiff[:4])
    if order is None:
        return 1
    (start,) = struct.unpack_from(f"{order}I", tiff, 4)
    (count,) = struct.unpack_from(f"{order}H", tiff, start)
    for place in range(start + 2, start + 2 + 12 * min(count, _MOST_FIELDS), 12):
        tag, kind, values, value = struct.unpack_from(f"{order}HHIH", tiff, place)
        if (tag, kind, values) == (_TAG, _SHORT, 1):
            return int(value) if 1 <= value <= 8 else 1
    return 1
