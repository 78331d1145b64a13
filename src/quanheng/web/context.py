"""What the shell around every page shows."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from quanheng.domain.models import Capacity
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries.shell import around
from quanheng.domain.words import bi, say

# (group, [(name of the page, icon, word)]): a page that does not exist, or that the viewer has no use for, is left out.
NAV: Final = (
    ("", (
        ("home", "inbox", bi("我的事项", "My tasks")),
        ("plans", "target-arrow", bi("计划与指标", "Plans")),
        ("records", "notes", bi("事实记录", "Records")),
        ("scores", "table", bi("评分表", "Score sheets")),
    )),
    (bi("评定", "Assessment"), (
        ("cycles", "timeline", bi("考核周期", "Cycles")),
        ("results", "chart-dots", bi("考核结果", "Results")),
        ("runs", "player-play", bi("计算与定稿", "Runs")),
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
        ("audit", "history", bi("日志", "Journal")),
        ("tokens", "key", bi("接口凭证", "Tokens")),
    )),
    (bi("单位", "Organisation"), (
        ("house", "sitemap", bi("机构与人员", "Units and people")),
        ("calendar", "calendar", bi("工作日历", "Working calendar")),
    )),
)  # fmt: skip

FOR: Final = {
    "runs": (Capacity.HR, Capacity.LEADER, Capacity.AUDITOR, Capacity.SECRETARY, Capacity.GROUP_LEADER),
    "audit": (Capacity.AUDITOR, Capacity.AUDIT_ADMIN), "tokens": (Capacity.SYSTEM_ADMIN, Capacity.SECURITY_ADMIN),
}  # fmt: skip  the rest is for all
OF_MEMBERS: Final = ("plans", "records", "scores", "results", "runs", "schemes", "calendar")  # business, which the three administrators do not see


def shell(request: HttpRequest) -> dict[str, Any]:
    """Names for the base template: `layout` is what pages extend, the whole shell or, inside the drawer, only the part."""
    layout = "web/part.html" if request.headers.get("X-Qh-Drawer") else "web/base.html"
    return {"layout": layout, "shell": _shell(request)}


def _shell(request: HttpRequest) -> dict[str, Any]:
    viewer = getattr(request, "viewer", None)
    if viewer is None or viewer.person is None:
        return {"nav": [], "first": [], "today": None}
    found = around(viewer)
    groups = [
        (group, [item for item in (_item(request, *each, found.waiting) for each in items if _for(viewer, each[0])) if item])
        for group, items in NAV
    ]
    nav = [(group, items) for group, items in groups if items]
    places = ((say("单位", "Unit"), found.unit), (say("周期", "Cycle"), found.cycle))
    links = [(reverse(name), word) for name, word in ME if _there(name)]
    return {
        "nav": nav, "first": nav[0][1][:4] if nav else [], "today": viewer.today, "org": found.org,
        "picks": [{"name": word, "label": label, "choices": []} for word, label in places if label],
        "person": {"name": found.name, "post": found.post, "links": links},
        "bell": {"url": reverse("notices" if _there("notices") else "home"), "count": found.news},
        "search": reverse("search") if _there("search") else "",
    }  # fmt: skip


ME: Final = (("account", bi("账号与安全", "Account")), ("my_result", bi("我的结果", "My result")))


def _there(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True


def _for(viewer: Viewer, name: str) -> bool:
    if viewer.administers and name in OF_MEMBERS:
        return False
    return name not in FOR or viewer.holds(*FOR[name])


def _item(request: HttpRequest, name: str, sign: str, label: str, waiting: int) -> tuple[str, str, str, int, bool] | None:
    if not _there(name):
        return None
    url = reverse(name)
    return url, sign, label, waiting if name == "home" else 0, request.path.startswith(url) if url != "/" else request.path == "/"
