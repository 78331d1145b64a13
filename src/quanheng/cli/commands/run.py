"""`quanheng run`: a scheme carried out on data, shown, and on request written into a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from quanheng.cli.executing import Overview, bound, computed, computed_frames, data_of, long_tables, overview, overview_of_frames
from quanheng.cli.language import say
from quanheng.cli.loading import Loaded, loaded
from quanheng.cli.output import WrongUse, as_json, fault_object, notes, show, show_json, tell
from quanheng.cli.parameters import Parser
from quanheng.cli.progress import Steps
from quanheng.cli.table import ROWS_SHOWN, even_decimals, table_text

if TYPE_CHECKING:
    from quanheng.documents.tables.results import RunFiles
    from quanheng.engine.plan.model import Column, Table
    from quanheng.engine.run.model import Dataset


def purpose() -> str:
    return say("按办法计算数据，列出结果", "carry out a scheme on data and show the results")


def arguments(parser: Parser) -> None:
    parser.scheme()
    parser.data()
    parser.add_argument(
        "--out",
        type=Path,
        metavar=say("目录", "DIR"),
        help=say("把结果写到这个新目录", "write the results into this new folder"),
    )
    parser.engine()
    parser.add_argument(
        "--lock",
        default="",
        metavar=say("名称", "NAME"),
        help=say(
            "锁定这次结果（例如 2026-11），别的办法可以引用",
            "lock this run (such as 2026-11), so that other schemes may refer to it",
        ),
    )
    parser.json()


def command(scheme: Path, *, data: Path | None, reference_run: list[Path], out: Path | None, engine: str, lock: str, json: bool) -> int:
    as_json(json)
    _check_use(out, lock)
    found = loaded(scheme)
    with Steps(4) as steps:
        given = bound(found, data_of(scheme, data), reference_run, engine, steps)
        if json or engine == "reference":
            files, shown = _through_python(found, given.dataset, engine, out, lock or None, steps)
        else:
            files, shown = None, _in_the_engine(found, given.dataset, engine, out, lock or None, steps)
    if json:
        assert files is not None
        advice = [*found.advice, *given.notes]
        return show_json({**results_object(found, files), "notes": [fault_object(fault) for fault in advice]})
    notes(given.notes)
    show(summary(found, shown))
    if out is not None:
        tell(say(f"结果写在 {out}。", f"The results are in {out}."))
    return 0


def _through_python(found: Loaded, dataset: Dataset, engine: str, out: Path | None, lock: str | None, steps: Steps) -> tuple[RunFiles, Overview]:
    """Every value as Python has it, for programs or from the reference."""
    from quanheng.documents.tables.results import run_files, write_run

    results = computed(found, dataset, engine, steps)
    steps.next(say("整理结果", "putting the results together"))
    files = run_files(found.plan, found.scheme.text, results, dataset.fingerprint, lock)
    if out is not None:
        _written(lambda: write_run(out, files), out)
    return files, overview(found.plan, results)


def _in_the_engine(found: Loaded, dataset: Dataset, engine: str, out: Path | None, lock: str | None, steps: Steps) -> Overview:
    """The files straight from the engine; only what is shown comes out of it as values. The bytes are the same."""
    without = long_tables(dataset, found.plan)
    with computed_frames(found, dataset, engine, steps) as frames:
        steps.next(say("整理结果", "putting the results together"))
        if out is not None:
            from quanheng.documents.tables.frames import write_frames

            _written(lambda: write_frames(out, frames, without, found.scheme.text, dataset.fingerprint, lock), out)
        return overview_of_frames(frames, without, ROWS_SHOWN)


def _check_use(out: Path | None, lock: str) -> None:
    if lock and out is None:
        raise WrongUse("--lock 要和 --out 一起用。", "--lock goes with --out.", "写明结果存到哪个目录。", "Say into which folder the results go.")
    if out is not None and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise WrongUse(f"{out} 已经有内容，结果不能覆盖。", f"{out} is not empty; results are never overwritten.", "换一个新的目录。", "Give a new folder.")


def _written(write: Callable[[], None], out: Path) -> None:
    try:
        write()
    except OSError as wrong:
        raise WrongUse(f"写不了 {out}：{wrong.strerror}。", f"Cannot write {out}: {wrong.strerror}.") from wrong


def results_object(found: Loaded, files: RunFiles) -> dict[str, object]:
    """`{"run": …, "results": {table: {row key: {column: text or {"missing": reason}}}}}`."""
    results: dict[str, dict[str, dict[str, object]]] = {}
    for entry in files.entries:
        row = results.setdefault(entry.table, {}).setdefault(entry.row, {})
        row[entry.column] = {"missing": entry.missing} if entry.missing else entry.value
    return {"run": {**files.run, "title": found.scheme.title}, "results": results}


def _left_out(names: Sequence[str]) -> list[str]:
    if not names:
        return []
    return [say(f"行数很多的明细不列入结果：{'、'.join(names)}", f"Long tables of records are not listed: {', '.join(names)}")]


def _merely_entered(column: Column, table: Table) -> bool:
    """Given with the data; a key is shown all the same, and so is the mark of a rater."""
    from quanheng.engine.plan.model import Input

    mark = bool(getattr(column.origin, "is_mark", False))
    return isinstance(column.op, Input) and column.name not in table.key and not mark


def summary(found: Loaded, given: Overview, *, rows_shown: int = ROWS_SHOWN, columns_shown: int | None = None) -> str:
    """The assessed subjects with what was computed for them; what was entered stands in results.csv as well.

    `columns_shown`: only the last so many columns beside the key, where a scheme comes to its results."""
    from quanheng.documents.tables.results import heading, in_order, visible
    from quanheng.engine.plan.types import Kind
    from quanheng.engine.run.present import shown_text

    table = found.plan.tables[found.plan.subject]
    held = given.columns
    columns = [column for column in visible(table) if column.name in held and not _merely_entered(column, table)]
    if columns_shown is not None:
        keys = [column for column in columns if column.name in table.key]
        columns = [*keys, *[column for column in columns if column.name not in table.key][-columns_shown:]]
    order = in_order(given.keys)
    shown = [even_decimals([shown_text(held[each.name][at], each) for at in order[:rows_shown]]) for each in columns]
    rows = list(zip(*shown, strict=True))
    numeric = [column.type.kind is Kind.NUMBER for column in columns]
    title = say(
        f"{found.scheme.title}（{found.scheme.version}）：{table.name} {given.rows} 行",
        f"{found.scheme.title} ({found.scheme.version}): {table.name}, {given.rows} rows",
    )
    lines = [title, *_left_out(given.left_out), "", table_text([heading(column) for column in columns], rows, numeric)]
    if (rest := given.rows - rows_shown) > 0:
        lines.append(say(f"… 其余 {rest} 行见 --out 目录的 results.csv", f"… {rest} more rows: see results.csv with --out"))
    return "\n".join(lines)
