"""`quanheng explain`: one figure back to its articles and records."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from quanheng.cli.executing import bound, data_of
from quanheng.cli.language import language, say
from quanheng.cli.loading import Loaded, loaded
from quanheng.cli.output import WrongUse, as_json, notes, show, show_json
from quanheng.cli.parameters import Parser
from quanheng.cli.progress import Steps

if TYPE_CHECKING:
    from quanheng.engine.explain.model import Explanation
    from quanheng.engine.plan.model import Table
    from quanheng.engine.run.model import Dataset
    from quanheng.engine.run.reference import Reference


def purpose() -> str:
    return say("解释一个数是怎么来的，直到条文和原始记录", "explain one figure, down to its articles and records")


def arguments(parser: Parser) -> None:
    parser.scheme()
    parser.data()
    parser.add_argument(
        "--subject",
        required=True,
        metavar=say("主键", "KEY"),
        help=say("对谁：姓名、编号；几列的用 / 连接，如 07/2026-03", "whose: a name or number; parts joined by /, as 07/2026-03"),
    )
    parser.add_argument(
        "--column",
        default="",
        metavar=say("列", "NAME"),
        help=say("哪个数；不写时是最后一列。别的表写“表.列”", "which figure; else the last. Of another table: TABLE.COLUMN"),
    )
    parser.json()


def command(scheme: Path, *, data: Path | None, reference_run: list[Path], subject: str, column: str, json: bool) -> int:
    as_json(json)
    found = loaded(scheme)
    with Steps(3) as steps:
        given = bound(found, data_of(scheme, data), reference_run, "reference", steps)
        steps.next(say("计算", "computing"))
        told = explanation_of(found, given.dataset, subject, column)
    if json:
        return show_json(told.to_json())
    notes(given.notes)
    return show(told.to_text(language()))


def explanation_of(found: Loaded, dataset: Dataset, subject: str, column: str) -> Explanation:
    """Why the column of the subject's row has its value."""
    from quanheng.engine.explain.trace import explain
    from quanheng.engine.run.reference import Reference

    named, _, last = column.rpartition(".")
    table = found.plan.tables.get(named or found.plan.subject)
    if table is None:
        raise _unknown(say("数据表", "table"), named, [name for name, each in found.plan.tables.items() if each.origin == "data"])
    columns = [each.name for each in table.columns if not each.hidden]
    name = last or columns[-1]
    if name not in columns:
        raise _unknown(say(f"{table.name}的列", f"column of {table.name}"), name, columns)
    reference = Reference(found.plan, dataset)
    keys = _keys(table, reference)
    if subject not in keys:
        raise _unknown(table.name, subject, keys)
    return explain(found.plan, reference, table.name, subject, name, language())


def _keys(table: Table, reference: Reference) -> list[str]:
    from quanheng.documents.tables.texts import row_key

    columns = {each.name: each for each in table.columns}
    return [row_key(key, [columns[name] for name in table.key]) for key in reference.keys(table.name)]


def _unknown(what: str, name: str, there: list[str]) -> WrongUse:
    near = get_close_matches(name, there, 3, 0.3) or there[:10]
    more = "……" if len(there) > len(near) else ""
    return WrongUse(
        f"没有“{name}”这个{what}。",
        f"There is no {what} “{name}”.",
        f"有：{'、'.join(near)}{more}",
        f"There is: {', '.join(near)}{'…' if more else ''}",
    )
