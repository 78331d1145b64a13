"""What a cell stores → the text a person typed: exact numbers, percentages, days, months.

A number is stored as the decimal text of a binary double, so 0.1 may stand there as 0.10000000000000001. Up to 15
significant digits always survive that; so the text is taken when it has at most 15, or else when the shortest text of
the same double has. Typing 94.9% into a percent cell makes some programs divide by 100 and store 0.9490000000000001: dust,
less than 10⁻¹⁵ of the number, below what any spreadsheet shows; then the number is the one it shows. A number that
nothing of this settles has lost digits or is the endless one of a computation, and is a fault.
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Final, Literal

from quanheng.documents.tables.grid import Entry, Unreadable

Shown = Literal["plain", "percent", "day", "month", "moment", "time"]  # how a number format shows a number

SIGNIFICANT: Final = 15  # digits of a number that a spreadsheet keeps and shows
DUST: Final = Decimal("1e-15")  # of the number itself
FREE_OF_DUST: Final = 13  # digits that are left without it, at most: a third rounded to 15 digits is not a figure either

_NUMBER = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,4}))?")
_SIMPLE = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?(?<!-0)")
_QUOTED = re.compile(r'"[^"]*"|\\.|!.|_.|\*.')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")
_ISO_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T00:00:00(?:\.0+)?Z?)?")

_BUILT_IN: Final[dict[int, Shown]] = {
    9: "percent",
    10: "percent",
    14: "day",
    15: "day",
    16: "day",
    17: "month",
    18: "time",
    19: "time",
    20: "time",
    21: "time",
    22: "moment",
    # what Chinese, Japanese and Korean editions show dates as
    27: "month",
    28: "day",
    29: "day",
    30: "day",
    31: "day",
    32: "time",
    33: "time",
    34: "time",
    35: "time",
    36: "month",
    45: "time",
    46: "time",
    47: "time",
    50: "month",
    51: "day",
    52: "month",
    53: "day",
    54: "day",
    55: "time",
    56: "time",
    57: "month",
    58: "day",
}


def shown_as(number: int, code: str | None) -> Shown:
    """What a number format makes of a number. `code` for the formats a workbook defines itself."""
    if code is None:
        return _BUILT_IN.get(number, "plain")
    first = _QUOTED.sub("", code.split(";")[0])
    if _ELAPSED.search(first):
        return "time"
    letters = _BRACKETS.sub("", first).lower().replace("am/pm", "h").replace("a/p", "h").replace("general", "")
    if "%" in letters:
        return "percent"
    clock = "h" in letters or "s" in letters
    if "d" in letters or "aaa" in letters:
        return "moment" if clock else "day"
    if "y" in letters:
        return "moment" if clock else "month" if "m" in letters else "day"
    if clock:
        return "time"
    return "day" if "m" in letters else "plain"


def number_text(stored: str, shown: Shown, *, since_1904: bool = False) -> Entry:
    """The text of a number as the format shows it, without a digit lost.

    >>> number_text("0.10000000000000001", "plain"), number_text("0.98499999999999999", "percent")
    ('0.1', '98.5%')
    >>> number_text("46082", "day"), number_text("0.9490000000000001", "percent"), number_text("0.30000000000000004", "plain")
    ('2026-03-01', '94.9%', '0.3')
    >>> number_text("0.33333333333333331", "plain")
    Unreadable(code='digits-lost', content='0.33333333333333331')
    """
    if shown == "plain" and len(stored) <= SIGNIFICANT and _SIMPLE.fullmatch(stored):
        return stored
    parts = _parts(stored)
    if parts is None:
        return Unreadable("cell-damaged", stored)
    if len(parts[1]) > SIGNIFICANT:
        settled = _settled(stored)
        if settled is None:
            return Unreadable("digits-lost", stored)
        parts = settled
    negative, digits, exponent = parts
    if len(digits) + exponent > SIGNIFICANT:  # typed longer: the digits after the fifteenth are zeros by now
        return Unreadable("digits-lost", _plain(negative, digits, exponent) if exponent < 400 else stored)
    if exponent < -400:
        return Unreadable("cell-damaged", stored)
    if shown == "time":
        return Unreadable("time-of-day", stored)
    if shown == "percent":
        return _plain(negative, digits, exponent + 2) + "%"
    text = _plain(negative, digits, exponent)
    return text if shown == "plain" else _day(text, shown, since_1904)


def _settled(stored: str) -> tuple[bool, str, int] | None:
    """The parts of a number that is written with more digits than a spreadsheet keeps: without its noise, if it is noise."""
    double = float(stored)
    shortest = _parts(repr(double))  # the cell *is* a double; this is the shortest text that means the same one
    if shortest is None or len(shortest[1]) <= SIGNIFICANT:
        return shortest
    shown = f"{double:.{SIGNIFICANT - 1}e}"
    swept = _parts(shown)
    dust = abs(Decimal(repr(double)) - Decimal(shown))
    return swept if swept is not None and len(swept[1]) <= FREE_OF_DUST and dust < abs(Decimal(shown)) * DUST else None


def iso_day(stored: str) -> Entry:
    """A day that the workbook stores as text (cells of type d)."""
    found = _ISO_DAY.fullmatch(stored)
    if found is None:
        return Unreadable("time-in-date" if "T" in stored else "cell-damaged", stored)
    try:
        return datetime.date.fromisoformat(found[1]).isoformat()
    except ValueError:
        return Unreadable("no-such-date", stored)


def _parts(text: str) -> tuple[bool, str, int] | None:
    """Sign, significant digits (no zero at either end, "" for 0) and the power of ten of the last one."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    sign, whole, fraction, power = found[1], found[2] or "", found[3] or "", int(found[4] or "0")
    if not whole and not fraction:
        return None
    digits = (whole + fraction).lstrip("0")
    exponent = power - len(fraction)
    kept = digits.rstrip("0")
    if not kept:
        return False, "", 0
    return sign == "-", kept, exponent + len(digits) - len(kept)


def _plain(negative: bool, digits: str, exponent: int) -> str:
    if not digits:
        return "0"
    if exponent >= 0:
        text = digits + "0" * exponent
    else:
        padded = digits.rjust(1 - exponent, "0")
        text = f"{padded[:exponent]}.{padded[exponent:]}"
    return f"-{text}" if negative else text


def _day(serial: str, shown: Shown, since_1904: bool) -> Entry:
    """Excel counts days from 1899-12-31, and believes that 1900 had a 29 February (serial 60)."""
    if not serial.isdigit():
        return Unreadable("time-in-date" if "." in serial and serial[0] != "-" else "no-such-date", serial)
    number = int(serial)
    if since_1904:
        start = datetime.date(1904, 1, 1)
    elif number == 60 or number < 1:
        return Unreadable("no-such-date", serial)
    else:
        start = datetime.date(1899, 12, 31) if number < 60 else datetime.date(1899, 12, 30)
    if number > 2_958_465:
        return Unreadable("no-such-date", serial)
    try:
        day = start + datetime.timedelta(days=number)
    except OverflowError:
        return Unreadable("no-such-date", serial)
    if shown == "month" and day.day == 1:  # 2026-03 was typed; Excel made the first of March of it
        return f"{day.year:04}-{day.month:02}"
    return day.isoformat()
