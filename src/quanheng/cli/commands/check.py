"""`quanheng check`: everything that is wrong with a scheme, and what is doubtful."""

from __future__ import annotations

from pathlib import Path

from quanheng.cli.language import say
from quanheng.cli.loading import Loaded, checked
from quanheng.cli.output import FAULTS, FINE, as_json, count_line, fault_lines, fault_object, show, show_json
from quanheng.cli.parameters import ENGINES, Parser
from quanheng.cli.progress import Steps
from quanheng.engine.faults import Fault, Severity


def purpose() -> str:
    return say("检查办法：错误和提醒，一行一条", "check a scheme: faults and advice, one a line")


def arguments(parser: Parser) -> None:
    parser.scheme()
    parser.add_argument(
        "--data",
        type=Path,
        default=None,
        metavar=say("路径", "PATH"),
        help=say("用以往一期的数据看看：哪些指标人人满分、没有区别", "with the data of a past period: indicators that everybody reached"),
    )
    parser.json()


def command(scheme: Path, *, data: Path | None, json: bool) -> int:
    as_json(json)
    found = checked(scheme)
    faults = found.faults
    if data is not None and found.plan is not None:
        from quanheng.engine.plan.from_document import in_order

        faults = in_order([*faults, *_on_past_data(Loaded(found.scheme, found.plan, ()), data)], str(scheme))
    code = FAULTS if any(fault.severity is Severity.FAULT for fault in faults) else FINE
    if json:
        return show_json([fault_object(fault) for fault in faults], code)
    return show("\n".join([*fault_lines(faults), count_line(faults)]), code)


def _on_past_data(found: Loaded, data: Path) -> tuple[Fault, ...]:
    """Advice that only a past period can give."""
    from quanheng.cli.executing import bound, computed
    from quanheng.engine.checking import advise_on_results

    with Steps(4) as steps:
        given = bound(found, data, [], ENGINES[0], steps)
        results = computed(found, given.dataset, ENGINES[0], steps)
    return advise_on_results(found.plan, results)
