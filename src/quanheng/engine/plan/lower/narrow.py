"""What a condition that holds (or does not) says about columns: not missing, above zero, below a bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Final

from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.lower.core import Here
from quanheng.engine.plan.types import Num

FLIP: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
NEGATE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "<>", "<>": "="}


def assume(here: Here, holds: m.Expr, *, yes: bool = True) -> Here:
    """The place where `holds` is known to hold (or, with `yes` False, not to hold)."""
    known = set(here.known)
    narrowed: dict[tuple[bool, str], Num] = dict(here.narrowed)
    _learn(holds, yes, known, narrowed)
    condition = holds if yes else b.not_(holds)
    return replace(here, known=frozenset(known), narrowed=narrowed, under=(*here.under, condition))


def _learn(expr: m.Expr, yes: bool, known: set[tuple[bool, str]], narrowed: dict[tuple[bool, str], Num]) -> None:
    match expr:
        case m.Not(_, part):
            _learn(part, not yes, known, narrowed)
        case m.Logic(_, op, parts) if (op == "and") is yes:
            for part in parts:
                _learn(part, yes, known, narrowed)
        case m.Known(_, m.Col(_, name, theirs)) if yes:
            known.add((theirs, name))
        case m.Compare(_, op, left, m.Const(_, Fraction() as value)):
            _bound(left, op if yes else NEGATE[op], value, narrowed)
        case m.Compare(_, op, m.Const(_, Fraction() as value), right):
            _bound(right, FLIP[op] if yes else NEGATE[FLIP[op]], value, narrowed)


def _bound(expr: m.Expr, op: str, value: Fraction, narrowed: dict[tuple[bool, str], Num]) -> None:
    if isinstance(expr, m.Arith) and expr.op == "*" and isinstance(expr.right, m.Const) and isinstance(expr.right.value, Fraction):
        if expr.right.value > 0:  # a column in 万元, read in 元
            _bound(expr.left, op, value / expr.right.value, narrowed)
        return
    if not isinstance(expr, m.Col) or expr.type.num is None:
        return
    key = (expr.theirs, expr.name)
    num = _tighter(expr.type.num, narrowed, key)
    zero = value == 0 and num.is_ratio  # a ratio other than 0 is at least one part of its widest denominator
    step = Fraction(1, 10**num.scale * num.den * num.div_hi) if zero or not num.is_ratio else None
    if op == ">=":
        num = replace(num, lo=max(num.lo, value))
    elif op == "<=":
        num = replace(num, hi=min(num.hi, value))
    elif op == ">" and step is not None:
        num = replace(num, lo=max(num.lo, _next(value, step)))
    elif op == "<" and step is not None:
        num = replace(num, hi=min(num.hi, -_next(-value, step)))
    elif op == "=":
        num = replace(num, lo=max(num.lo, value), hi=min(num.hi, value))
    elif op == "<>" and step is not None and num.lo == value:
        num = replace(num, lo=_next(value, step))
    elif op == "<>" and step is not None and num.hi == value:
        num = replace(num, hi=-_next(-value, step))
    if num.lo <= num.hi:
        narrowed[key] = num


def _next(value: Fraction, step: Fraction) -> Fraction:
    """The first figure above `value` that a column can hold: above 59.5 a whole number is 60, not 60.5."""
    return (value // step + 1) * step


def _tighter(num: Num, narrowed: Mapping[tuple[bool, str], Num], key: tuple[bool, str]) -> Num:
    other = narrowed.get(key)
    return num if other is None else replace(num, lo=max(num.lo, other.lo), hi=min(num.hi, other.hi))
