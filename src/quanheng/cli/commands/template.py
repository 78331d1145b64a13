"""`quanheng template`: a workbook to fill in, which `quanheng run` reads back."""

from __future__ import annotations

from pathlib import Path

from quanheng.cli.language import say
from quanheng.cli.loading import loaded
from quanheng.cli.output import WrongUse, as_json, show, show_json
from quanheng.cli.parameters import Parser


def purpose() -> str:
    return say("按办法生成填报用的 Excel 工作簿", "make a workbook to fill in for a scheme")


def arguments(parser: Parser) -> None:
    parser.scheme()
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar=say("文件.xlsx", "FILE.xlsx"),
        help=say("工作簿写到哪里", "where to write the workbook"),
    )
    parser.json()


def command(scheme: Path, *, out: Path, json: bool) -> int:
    as_json(json)
    if out.suffix.lower() != ".xlsx":
        raise WrongUse(f"{out} 不是 .xlsx 文件名。", f"{out} is no .xlsx file name.")
    if out.exists():
        raise WrongUse(f"{out} 已经存在，不能覆盖。", f"{out} exists and is not overwritten.", "换一个文件名。", "Give another name.")
    found = loaded(scheme)
    from quanheng.documents.tables.template import write_template

    try:
        tables = write_template(out, found.scheme, found.plan)
    except OSError as wrong:
        raise WrongUse(f"写不了 {out}：{wrong.strerror}。", f"Cannot write {out}: {wrong.strerror}.") from wrong
    if json:
        return show_json({"file": str(out), "tables": tables})
    listed = "、".join(tables)
    return show(
        say(
            f"写好了 {out}，有 {len(tables)} 张表：{listed}。\n填好后：quanheng run {scheme} --data {out}",
            f"Wrote {out} with {len(tables)} tables: {listed}.\nWhen it is filled in: quanheng run {scheme} --data {out}",
        )
    )
