"""A version of a scheme as the engine knows it, compiled once for its text."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from quanheng.domain.models import Part, SchemeVersion
from quanheng.engine.checking import Checked, check
from quanheng.engine.document.model import DataTable, IndicatorTable
from quanheng.engine.faults import Fault, InputRefused, Severity
from quanheng.engine.plan import model as m

FILE: Final = "scheme.md"


@lru_cache(maxsize=64)
def checked(text: str) -> Checked:
    """Everything there is to say about the text."""
    return check(text, FILE)


def compiled(version: SchemeVersion) -> Checked:
    """A version without faults. Raises `InputRefused` for one that has them."""
    found = checked(version.text)
    if found.plan is None:
        raise InputRefused([fault for fault in found.faults if fault.severity is Severity.FAULT])
    return found


def plan_of(version: SchemeVersion) -> m.Plan:
    """The plan of a version without faults."""
    plan = compiled(version).plan
    assert plan is not None
    return plan


def faults_of(text: str) -> tuple[Fault, ...]:
    """Faults and advice in the order of the text."""
    return checked(text).faults


def inputs(table: m.Table) -> list[m.Column]:
    """The columns that are entered, the key first as the plan lists them."""
    return [column for column in table.columns if isinstance(column.op, m.Input) and not column.hidden]


def data_tables(found: Checked) -> dict[str, DataTable]:
    """The data tables the scheme declares, by name."""
    return {block.name.text: block for block in found.scheme.of(DataTable)}


# ------------------------------------------------------------------------------------------------------------------ who scores

RATERS: Final[dict[str, Part]] = {
    "本人": Part.SELF, "自评": Part.SELF,
    "直接上级": Part.SUPERIOR, "上级": Part.SUPERIOR, "主管": Part.SUPERIOR, "科长": Part.SUPERIOR, "班长": Part.SUPERIOR,
    "部长": Part.UPPER, "部门负责人": Part.UPPER, "上级的上级": Part.UPPER,
    "同事": Part.PEER,
}  # fmt: skip


def indicator_raters(found: Checked) -> dict[tuple[str, str], tuple[str, ...]]:
    """Who marks an indicator, by the table's subject and the indicator's name, as the regulation names them."""
    return {
        (block.subject.text, row.name.text): row.raters for block in found.scheme.of(IndicatorTable) for row in block.rows if row.scoring is None
    }
