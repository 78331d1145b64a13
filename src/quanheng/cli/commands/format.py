"""`quanheng format`: a scheme in its canonical spelling."""

from __future__ import annotations

from pathlib import Path

from quanheng.cli.language import say
from quanheng.cli.loading import SCHEME_FILE, scheme_text
from quanheng.cli.output import FAULTS, FINE, WrongUse, as_json, show, show_json
from quanheng.cli.parameters import Parser
from quanheng.engine.faults import InputRefused, Severity


def purpose() -> str:
    return say("把办法整理成规范的写法", "bring a scheme into its canonical spelling")


def arguments(parser: Parser) -> None:
    parser.scheme()
    parser.add_argument("--write", action="store_true", help=say("写回文件", "write it back into the file"))
    parser.add_argument(
        "--check",
        action="store_true",
        help=say("只看写法是否规范，不规范时退出码为 1", "only say whether it is canonical; exit code 1 if not"),
    )
    parser.json()


def command(scheme: Path, *, write: bool, check: bool, json: bool) -> int:
    as_json(json)
    if write and check:
        raise WrongUse("--write 和 --check 只能用一个。", "Use either --write or --check.")
    text, file = scheme_text(scheme)
    from quanheng.engine.document.reader import read
    from quanheng.engine.document.writer import write as written

    found = read(text, file)
    if wrong := [fault for fault in found.faults if fault.severity is Severity.FAULT]:
        raise InputRefused(wrong)
    canonical = written(found)
    changed = canonical != text
    if write and changed:
        _write(scheme, canonical)
    code = FAULTS if check and changed else FINE
    if json:
        return show_json({"file": file, "changed": changed, "text": canonical}, code)
    if check:
        return show(
            say(
                f"{file} 的写法{'还不规范，用 --write 整理。' if changed else '已经规范。'}",
                f"{file} is {'not canonical; use --write.' if changed else 'canonical.'}",
            ),
            code,
        )
    if write:
        return show(say(f"{file} {'整理好了。' if changed else '没有要改的。'}", f"{file} {'rewritten.' if changed else 'needs no change.'}"))
    return show(canonical)


def _write(path: Path, text: str) -> None:
    path = path / SCHEME_FILE if path.is_dir() else path
    try:
        path.write_bytes(text.encode("utf-8"))
    except OSError as wrong:
        raise WrongUse(f"写不了 {path}：{wrong.strerror}。", f"Cannot write {path}: {wrong.strerror}.") from wrong
