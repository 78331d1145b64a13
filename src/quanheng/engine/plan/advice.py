"""What the compiler advises once a scheme has no faults: inputs nobody uses, figures that look wrong although they compile."""

from __future__ import annotations

from collections.abc import Iterator

from quanheng.engine.faults import Fault, Severity
from quanheng.engine.plan.drafts import Workshop


def advise(shop: Workshop) -> Iterator[Fault]:
    """All advice about a compiled scheme, in no particular order."""
    for check in CHECKS:
        yield from check(shop)


def unused_inputs(shop: Workshop) -> Iterator[Fault]:
    for table in shop.tables.values():
        if table.data is None or table.data.decided:
            continue
        for draft in table.columns.values():
            figures = draft.data is not None and draft.data.kind in ("number", "yesno")
            if figures and not draft.used and draft.rule is None:
                yield Fault(
                    "input-unused", draft.at, f"“{table.name}”的“{draft.name}”没有一条规则用到。", f"No rule uses {table.name}.{draft.name}.",
                    "不用就删去，免得让人白填。", "Remove it.", Severity.ADVICE,
                )  # fmt: skip


def unused_parameters(shop: Workshop) -> Iterator[Fault]:
    for name, parameter in shop.parameters.items():
        if name not in shop.used_parameters:
            yield Fault(
                "parameter-unused", parameter.name.at, f"参数“{name}”没有一条规则用到。", f"No rule uses the parameter {name}.",
                "不用就删去。", "Remove it.", Severity.ADVICE, parameter.article,
            )  # fmt: skip


CHECKS = (unused_inputs, unused_parameters)
