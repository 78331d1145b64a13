"""`quanheng verify`: a run repeated on the same data; the same bytes, or what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from quanheng.cli.executing import bound, computed
from quanheng.cli.language import say
from quanheng.cli.loading import loaded
from quanheng.cli.output import FAULTS, WrongUse, as_json, notes, show, show_json
from quanheng.cli.parameters import Parser
from quanheng.cli.progress import Steps

if TYPE_CHECKING:
    from quanheng.documents.tables.results import Entry, RunFiles

MOST_DIFFERENCES: Final = 50  # printed; --json has them all


def purpose() -> str:
    return say("重算一次结果，核对是否一个字节都不差", "repeat a run and compare it byte by byte")


def arguments(parser: Parser) -> None:
    parser.add_argument(
        "run_dir",
        type=Path,
        metavar=say("结果目录", "RUNDIR"),
        help=say("quanheng run --out 写的目录", "a folder written by quanheng run --out"),
    )
    parser.data()
    parser.engine()
    parser.json()


def command(run_dir: Path, *, data: Path | None, reference_run: list[Path], engine: str, json: bool) -> int:
    as_json(json)
    from quanheng.documents.tables.references import read_run
    from quanheng.documents.tables.results import RUN, SCHEME, run_files

    if not (run_dir / RUN).is_file():
        raise WrongUse(
            f"{run_dir} 不是运行结果的目录（没有 {RUN}）。",
            f"{run_dir} is no folder of a run (it has no {RUN}).",
            "写 quanheng run --out 写的目录。",
            "Give a folder written by quanheng run --out.",
        )
    if data is None:
        raise WrongUse("没有写数据在哪里。", "It is not said where the data are.", "加上 --data 路径。", "Add --data PATH.")
    before = read_run(run_dir, str(run_dir))
    found = loaded(run_dir / SCHEME)
    with Steps(4) as steps:
        given = bound(found, data, reference_run, engine, steps)
        results = computed(found, given.dataset, engine, steps)
        steps.next(say("比较", "comparing"))
        now = run_files(found.plan, found.scheme.text, results, given.dataset.fingerprint, before.get("locked"))
        differences = list(_differences(run_dir, before, now))
    notes(given.notes)
    code = FAULTS if differences else 0
    if json:
        return show_json({"same": not differences, "differences": differences}, code)
    if not differences:
        return show(
            say(
                f"重算的结果与 {run_dir} 一个字节都不差（{now.run['values']} 个数）。",
                f"Repeated: byte for byte the same as {run_dir} ({now.run['values']} values).",
            )
        )
    lines = [_line(each) for each in differences[:MOST_DIFFERENCES]]
    if (more := len(differences) - MOST_DIFFERENCES) > 0:
        lines.append(say(f"……另有 {more} 处，用 --json 看全部。", f"… and {more} more; --json lists all."))
    return show("\n".join([*lines, say(f"{len(differences)} 处不同。", f"{len(differences)} differences.")]), code)


def _differences(folder: Path, before: Mapping[str, Any], now: RunFiles) -> Iterator[dict[str, object]]:
    from quanheng.documents.tables.results import COLUMNS, RESULTS, RUN, digest, parquet_bytes, read_entries

    for name in ("scheme", "input", "engine", "subject", "digest"):
        if before.get(name) != now.run[name]:
            yield {"what": name, "was": before.get(name), "is": now.run[name]}
    try:
        entries = read_entries(folder / COLUMNS)
    except (OSError, ValueError):
        yield {"what": COLUMNS, "was": "unreadable", "is": "complete"}
        return
    yield from _values(entries, now.entries)
    if digest(entries) != before.get("digest"):
        yield {"what": COLUMNS, "was": before.get("digest"), "is": digest(entries)}
    elif (folder / COLUMNS).read_bytes() != parquet_bytes(now.entries):
        yield {"what": COLUMNS, "was": "bytes", "is": "other bytes"}
    for name in (RESULTS, RUN):
        path = folder / name
        if not path.is_file() or path.read_bytes() != now.texts[name]:
            yield {"what": name, "was": "bytes", "is": "other bytes"}


def _values(before: list[Entry], now: list[Entry]) -> Iterator[dict[str, object]]:
    was = {entry[:3]: entry[3:] for entry in before}
    for entry in now:
        old = was.pop(entry[:3], None)
        if old != entry[3:]:
            yield {"what": "value", "table": entry.table, "row": entry.row, "column": entry.column, "was": _shown(old), "is": _shown(entry[3:])}
    for (table, row, column), old in was.items():
        yield {"what": "value", "table": table, "row": row, "column": column, "was": _shown(old), "is": None}


def _shown(value: tuple[str | None, str | None] | None) -> object:
    if value is None:
        return None
    return {"missing": value[1]} if value[1] else value[0]


def _line(difference: Mapping[str, object]) -> str:
    what = {
        "scheme": ("办法", "scheme"),
        "input": ("输入数据的指纹", "fingerprint of the data"),
        "engine": ("程序版本", "version of the program"),
        "subject": ("考核对象", "subject"),
        "digest": ("结果的摘要", "digest of the values"),
    }.get(str(difference["what"]), (str(difference["what"]), str(difference["what"])))
    if difference["what"] == "value":
        where = f"{difference['table']} {difference['row']} {difference['column']}"
    else:
        where = say(*what)
    was, now = _word(difference["was"]), _word(difference["is"])
    return say(f"{where}：原来 {was}，重算 {now}", f"{where}: was {was}, is {now}")


def _word(value: object) -> str:
    if value is None:
        return say("没有", "absent")
    if isinstance(value, Mapping):
        return ", ".join(f"{part}" for part in value.values())
    return {
        "bytes": say("的字节", "its bytes"),
        "other bytes": say("不同的字节", "other bytes"),
        "unreadable": say("读不了", "unreadable"),
        "complete": say("完整", "complete"),
    }.get(str(value), str(value))
