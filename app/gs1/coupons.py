"""The inner form of North American coupon codes (AI 8110 and 8112). Pure.

Source: the linters `couponcode` and `couponposoffer` of the GS1 Barcode Syntax Dictionary. A digit that gives the
length of what follows is called a length indicator there.
"""

from calendar import monthrange


class _Broken(ValueError):
    """The code ends too early, or a digit is none of those allowed in its place."""


class _Digits:
    """A reader over the digits of a code."""

    def __init__(self, text: str) -> None:
        if not (text.isascii() and text.isdigit()):
            raise _Broken("only digits")
        self.rest = text

    def take(self, count: int) -> str:
        if len(self.rest) < count:
            raise _Broken("too short")
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def one_of(self, allowed: str) -> str:
        digit = self.take(1)
        if digit not in allowed:
            raise _Broken(f"{digit} is none of {allowed}")
        return digit

    def counted(self, allowed: str, more: int = 0) -> str:
        """What a length indicator among `allowed` announces; `more` is added to it."""
        return self.take(int(self.one_of(allowed)) + more)


def is_coupon(text: str) -> bool:
    """Whether the text is a coupon code as AI 8110 carries it."""
    try:
        _read_coupon(_Digits(text))
    except _Broken:
        return False
    return True


def is_positive_offer(text: str) -> bool:
    """Whether the text is a coupon code of a positive offer file, as AI 8112 carries it."""
    try:
        code = _Digits(text)
        code.one_of("01")
        code.counted("0123456", 6)  # funder
        code.take(6)  # offer
        code.counted("0123456789", 6)  # serial number
    except _Broken:
        return False
    return not code.rest


def _read_coupon(code: _Digits) -> None:
    code.counted("0123456", 6)  # company
    code.take(6)  # offer
    code.counted("12345")  # what is saved
    _requirement(code)
    if _next(code, "1"):
        code.one_of("0123")
        _requirement(code)
        _company(code)
    if _next(code, "2"):
        _requirement(code)
        _company(code)
    expires = _date(code) if _next(code, "3") else ""
    starts = _date(code) if _next(code, "4") else ""
    if expires and starts and expires < starts:
        raise _Broken("expires before it starts")
    if _next(code, "5"):
        code.counted("0123456789", 6)
    if _next(code, "6"):
        code.counted("1234567", 6)
    if _next(code, "9"):
        code.one_of("01256")
        code.one_of("012")
        code.take(1)
        code.one_of("01")
    if code.rest:
        raise _Broken("something follows")


def _next(code: _Digits, field: str) -> bool:
    """Take the number of an optional field, if that is what comes next."""
    if not code.rest.startswith(field):
        return False
    code.take(1)
    return True


def _requirement(code: _Digits) -> None:
    code.counted("12345")
    code.one_of("012349")
    code.take(3)  # family


def _company(code: _Digits) -> None:
    """The company of another purchase; 9 says that it is the first one again."""
    if code.rest.startswith("9"):
        code.take(1)
        return
    code.counted("0123456", 6)


def _date(code: _Digits) -> str:
    date = code.take(6)
    year, month, day = 2000 + int(date[:2]), int(date[2:4]), int(date[4:])
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        raise _Broken("no date")
    return date
