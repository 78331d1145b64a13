"""How figures are written: true minus, commas, fixed digits. Digits are added, never taken away: rounding is the scheme's business."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

MINUS: Final = "\N{MINUS SIGN}"
NOTHING: Final = "\N{EM DASH}"  # nothing to compare with

Value = Decimal | int | str | None


def figure(value: Value, digits: int | str | None = None, *, sign: bool = False) -> str:
    """Write a value for reading.

    >>> figure(Decimal("1436400"), 2), figure("-1322.5", 2), figure(3, sign=True), figure(None)
    ('1,436,400.00', '−1,322.50', '+3', '—')
    >>> figure("87.405", 2), figure("五项"), figure("")
    ('87.405', '五项', '—')
    """
    if value is None or value == "":
        return NOTHING
    try:
        number = Decimal(value)
    except InvalidOperation:
        return str(value)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        return str(value)
    places = max(-exponent, int(digits or 0), 0)
    text = f"{abs(number):,.{places}f}"
    return (MINUS if number < 0 else "+" if sign and number > 0 else "") + text


def share(value: Value, low: Value, high: Value) -> str:
    """Where a value stands between two others, as a percentage for drawing; outside is drawn at the end.

    >>> share(6, 0, 10), share("12", 0, 10), share("1", "1", "1")
    ('60.00', '100.00', '0.00')
    """
    at, start, end = (Decimal(each or 0) for each in (value, low, high))
    if end <= start:
        return "0.00"
    return f"{min(max((at - start) * 100 / (end - start), Decimal(0)), Decimal(100)):.2f}"
