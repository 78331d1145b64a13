"""What the shell around every page shows."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from quanheng.domain.words import bi

# (group, [(name of the page, icon, word)]): a page that does not exist, or that the viewer has no use for, is left out.
NAV: Final = (
    ("", (
        ("home", "inbox", bi("我的事项", "My tasks")),
        ("plans", "target-arrow", bi("计划与指标", "Plans")),
        ("records", "notes", bi("事实记录", "Records")),
        ("scores", "table", bi("评分表", "Score sheets")),
    )),
    (bi("评定", "Assessment"), (
        ("results", "chart-dots", bi("考核结果", "Results")),
        ("board", "layout-columns", bi("等次评议", "Grade board")),
        ("publicity", "speakerphone", bi("公示与异议", "Publicity")),
        ("interviews", "messages", bi("绩效面谈", "Interviews")),
        ("pay", "coin-yuan", bi("薪酬发放", "Pay")),
    )),
    (bi("治理", "Governance"), (
        ("schemes", "book-2", bi("考核办法", "Schemes")),
        ("whatif", "adjustments-horizontal", bi("测算", "What-if")),
        ("integrity", "shield-check", bi("公正监测", "Integrity")),
        ("documents", "file-text", bi("纪要与文书", "Documents")),
    )),
)  # fmt: skip


def shell(request: HttpRequest) -> dict[str, Any]:
    """Names for the base template: `layout` is what pages extend, the whole shell or, inside the drawer, only the part."""
    layout = "web/part.html" if request.headers.get("X-Qh-Drawer") else "web/base.html"
    return {"layout": layout, "shell": _shell(request)}


def _shell(request: HttpRequest) -> dict[str, Any]:
    viewer = getattr(request, "viewer", None)
    groups = [(group, [item for item in (_item(request, *each) for each in items) if item]) for group, items in NAV]
    nav = [(group, items) for group, items in groups if items] if viewer else []
    return {"nav": nav, "first": nav[0][1][:4] if nav else [], "today": timezone.localdate() if viewer else None}


def _item(request: HttpRequest, name: str, sign: str, label: str) -> tuple[str, str, str, int, bool] | None:
    try:
        url = reverse(name)
    except NoReverseMatch:
        return None
    return url, sign, label, 0, request.path.startswith(url) if url != "/" else request.path == "/"
