"""The plain JSON map of a device: bytes in, samples and refusals out. Pure; knows no device and no clock.

`{"ts": 1772443800000, "seq": 17, "boot": "a1", "values": {"temperature": 4.2}}`, the same with the values beside
`ts`, or a list of such maps. `ts` is whole milliseconds since 1970, or ISO 8601 text with a zone.
"""

import json
import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from iot.reading import MAX_PAYLOAD, Reason, Refusal, Sample, micros

MAX_SAMPLES = 1000
MAX_VALUES = 32
_MOST_BRACKETS = 3 * MAX_SAMPLES  # what a batch needs; more can only be depth, which not every parser survives
_MAX_INT = 2**53 - 1
_RESERVED = {"ts", "seq", "boot", "device", "values"}
_METRIC = re.compile(r"[a-z][a-z0-9_]{0,39}")
_BOOT = re.compile(r"[A-Za-z0-9._:-]{1,40}")


class _Bad(Exception):
    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail[:200]


def parse(payload: bytes) -> list[Sample | Refusal]:
    """Every map of the message, in its order; a bad one does not take the others with it. Never raises."""
    try:
        maps = _maps(payload)
    except _Bad as bad:
        return [Refusal(bad.reason, bad.detail)]
    return [_one(entry, position) for position, entry in enumerate(maps)]


def _maps(payload: bytes) -> list[Any]:
    if len(payload) > MAX_PAYLOAD:
        raise _Bad(Reason.TOO_LARGE, f"{len(payload)} bytes; at most {MAX_PAYLOAD} are read")
    if payload.count(b"[") + payload.count(b"{") > _MOST_BRACKETS:
        raise _Bad(Reason.NOT_JSON, "nested too deeply")
    document = _json(payload)
    maps = document if isinstance(document, list) else [document]
    if not 0 < len(maps) <= MAX_SAMPLES:
        raise _Bad(Reason.WRONG_SHAPE, f"a list holds 1 to {MAX_SAMPLES} maps")
    return maps


def _json(payload: bytes) -> Any:
    try:
        return json.loads(
            payload.decode("utf-8"),
            parse_float=Decimal,
            parse_constant=_no_constant,
            object_pairs_hook=_unique,
        )
    except RecursionError:
        raise _Bad(Reason.NOT_JSON, "nested too deeply") from None
    except ValueError as error:  # of json, of UTF-8, and of an integer with thousands of digits
        raise _Bad(Reason.NOT_JSON, str(error)) from None


def _no_constant(name: str) -> None:
    raise _Bad(Reason.BAD_VALUE, f"{name} is no number of JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Bad(Reason.NOT_JSON, "a name stands twice in one map")
    return members


def _one(entry: Any, position: int) -> Sample | Refusal:
    seq: int | None = None
    boot = ""
    try:
        if not isinstance(entry, dict):
            raise _Bad(Reason.WRONG_SHAPE, "a reading is a map")
        seq, boot = _seq(entry), _boot(entry)
        return Sample(_ts(entry), seq, boot, _values(entry), _device(entry))
    except _Bad as bad:
        return Refusal(bad.reason, bad.detail, position, seq, boot)


def _ts(entry: dict[str, Any]) -> int:
    match entry.get("ts"):
        case bool() | None:
            raise _Bad(Reason.BAD_TIME, "ts is missing or no time")
        case int(milliseconds) if abs(milliseconds) <= _MAX_INT // 1000:
            return milliseconds * 1000
        case str(text):
            return _iso(text)
    raise _Bad(Reason.BAD_TIME, "ts is whole milliseconds since 1970 or ISO 8601 text with a zone")


def _iso(text: str) -> int:
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise _Bad(Reason.BAD_TIME, "ts has no zone")
        return micros(at)
    except (ValueError, OverflowError):
        raise _Bad(Reason.BAD_TIME, "ts is no ISO 8601 time") from None


def _seq(entry: dict[str, Any]) -> int | None:
    seq = entry.get("seq")
    if seq is None:
        return None
    if type(seq) is not int or not 0 <= seq <= _MAX_INT:
        raise _Bad(Reason.WRONG_SHAPE, "seq is a whole number from 0 to 2^53-1")
    return seq


def _boot(entry: dict[str, Any]) -> str:
    boot = entry.get("boot", "")
    if type(boot) is int and 0 <= boot <= _MAX_INT:
        return str(boot)
    if boot != "" and not (isinstance(boot, str) and _BOOT.fullmatch(boot)):
        raise _Bad(Reason.WRONG_SHAPE, "boot is a short text or a whole number")
    return str(boot)


def _device(entry: dict[str, Any]) -> str | None:
    device = entry.get("device")
    if device is not None and not isinstance(device, str):
        raise _Bad(Reason.WRONG_SHAPE, "device is a text")
    return device


def _values(entry: dict[str, Any]) -> dict[str, Decimal]:
    values = entry["values"] if "values" in entry else {k: v for k, v in entry.items() if k not in _RESERVED}
    if not isinstance(values, dict) or not 0 < len(values) <= MAX_VALUES:
        raise _Bad(Reason.WRONG_SHAPE, f"a reading has 1 to {MAX_VALUES} values")
    if "values" in entry and (strange := entry.keys() - _RESERVED):
        raise _Bad(Reason.WRONG_SHAPE, f"beside values stands {min(strange)!r}")
    return {_metric(name): _number(name, value) for name, value in values.items()}


def _metric(name: str) -> str:
    if not _METRIC.fullmatch(name):
        raise _Bad(Reason.BAD_VALUE, f"{name[:60]!r} is no name of a metric (a-z, 0-9, _)")
    return name


def _number(name: str, value: Any) -> Decimal:
    if type(value) is int and abs(value) <= _MAX_INT:
        return Decimal(value)
    # Beyond these exponents a decimal text would fill pages, and a float may be infinite.
    if type(value) is Decimal and -20 <= value.adjusted() <= 15 and -int(value.as_tuple().exponent) <= 30:
        return value
    if type(value) is Decimal and not value and -int(value.as_tuple().exponent) <= 30:
        return Decimal(0)
    raise _Bad(Reason.BAD_VALUE, f"{name} is no number within reach: {str(value)[:60]}")
