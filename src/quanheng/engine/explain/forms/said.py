"""Which function of the language speaks with which words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from quanheng.engine.explain.forms import group, history, row, rows
from quanheng.engine.formula import tree as t

if TYPE_CHECKING:
    from quanheng.engine.explain.forms.at import At


SAID: Final[dict[str, Callable[[At, t.Call], None]]] = {
    "如果": row.if_holds,
    "分情况": row.cases,
    "分档": row.tiers,
    "步进": row.steps,
    "封顶": row.limit,
    "保底": row.limit,
    "限于": row.clamp,
    "超出": row.excess,
    "缺则": row.if_missing,
    "外定": rows.decided,
    "合计": rows.counted,
    "平均": rows.counted,
    "最高": rows.counted,
    "最低": rows.counted,
    "个数": rows.counted,
    "存在": rows.counted,
    "全部": rows.counted,
    "去高去低平均": rows.counted,
    "中位数": rows.counted,
    "最早": rows.counted,
    "最近": rows.counted,
    "排名": group.rank,
    "名额": group.quota,
    "分配": group.split,
    "加权": row.blend,
    "评分": row.blend,
    "累进": row.progressive,
    "内插": row.interpolate,
    "名次奖": group.prizes,
    "上期": history.along,
    "连续": history.along,
    "累计": history.along,
}
