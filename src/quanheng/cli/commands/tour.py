"""`quanheng tour`: the seven systems on their data, a table each, and one figure explained to the end."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from quanheng.cli.commands.explain import explanation_of
from quanheng.cli.commands.run import summary
from quanheng.cli.executing import bound, computed, overview
from quanheng.cli.language import language, say
from quanheng.cli.loading import SCHEME_FILE, loaded, schemes_root
from quanheng.cli.output import WrongUse, as_json, show, show_json
from quanheng.cli.parameters import ENGINES, Parser
from quanheng.cli.progress import Steps

SYSTEMS: Final = ("college", "enterprise", "school", "tax", "consulting", "village", "credit")
ROWS: Final = 8
COLUMNS: Final = 6
EXPLAINED: Final = ("college", "生命科学学院")  # a loss of 99,999.99: the veto that just does not apply


def purpose() -> str:
    return say("巡览：七套办法各算一遍，并完整解释一个数", "the seven example schemes computed, and one figure explained")


def arguments(parser: Parser) -> None:
    parser.json()


def command(*, json: bool) -> int:
    as_json(json)
    root = schemes_root()
    if root is None:
        raise WrongUse("没有找到示例办法。", "The example schemes were not found.")
    shown = [_one(folder, folder.relative_to(root).as_posix(), json) for folder in _folders(root)]
    told = _explained(root, json)
    if json:
        return show_json({"systems": shown, "explanation": told})
    return 0


def _folders(root: Path) -> list[Path]:
    """Each system, and what further schemes belong to it (promotion reads the monthly grades)."""
    found = [sorted((root / name).rglob(SCHEME_FILE), key=lambda path: len(path.parts)) for name in SYSTEMS]
    return [path.parent for paths in found for path in paths if (path.parent / "data").is_dir()]


def _one(folder: Path, name: str, json: bool) -> dict[str, object]:
    found = loaded(folder)
    with Steps(4) as steps:
        given = bound(found, folder / "data", [], ENGINES[0], steps)
        results = computed(found, given.dataset, ENGINES[0], steps)
    if not json:
        show(f"━━ {name} ━━\n{summary(found, overview(found.plan, results), rows_shown=ROWS, columns_shown=COLUMNS)}\n")
    return {"name": name, "title": found.scheme.title, "rows": len(results.keys[found.plan.subject])}


def _explained(root: Path, json: bool) -> object:
    name, subject = EXPLAINED
    found = loaded(root / name)
    with Steps(3) as steps:
        given = bound(found, root / name / "data", [], "reference", steps)
        told = explanation_of(found, given.dataset, subject, "")
    if json:
        return told.to_json()
    heading = say(f"━━ {found.scheme.title}：{subject}的结果是怎么来的 ━━", f"━━ {found.scheme.title}: how the result of {subject} came about ━━")
    show(f"{heading}\n{told.to_text(language())}")
    return None
