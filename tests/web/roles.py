"""What people of an organisation do at their desks in every cycle, whatever is assessed: run it, rate, confirm, read, audit."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, expect

from quanheng.domain import jobs
from quanheng.domain.models import Run
from tests.web.desk import Desk


class Runner(Desk):
    """HR: who prepares, runs, closes and computes a cycle."""

    def imports(self, path: Path, register: str, day: str, lines: list[str]) -> None:
        """A file into a register: looked at first."""
        path.write_text("\n".join(lines), encoding="utf-8-sig")
        self.goes_to("事实记录")
        self.follows("批量导入")
        named = self.page.locator("b").and_(self.page.get_by_text(register, exact=True))
        self.goes(self.page.locator("li", has=named).get_by_role("link", name="导入"))
        self.page.get_by_label("文件").set_input_files(path)
        self.fills("没有写日期的行算哪一天", day)
        self.presses("先看一看")
        self.shows(f"import-{path.stem}")
        self.presses(f"导入 {len(lines) - 1} 行")
        self.sees(f"已导入 {len(lines) - 1} 条")

    def plans_a_cycle(self, title: str, period: str, since: datetime.date, until: datetime.date, gap: str = "") -> None:
        """Title and days, and the stages on working days as the scheme asks for them."""
        self.goes_to("考核周期")
        self.follows("准备新周期")
        named = {"叫什么": title, "办法的表里怎么写": period, "自": str(since), "至（不含）": str(until), "自评与上级评相差多少要说明": gap}
        for label, text in named.items():
            self.fills(label, text)
        self.presses("按工作日排期")
        self.shows("prepare")

    def has_stages(self, *wanted: str) -> None:
        """Those are ticked and no others."""
        ticked = self.page.locator(".qh-days:has(input:checked) .form-check-label").all_inner_texts()
        assert ticked == list(wanted), ticked

    def begins(self, count: int) -> None:
        """The subjects are set and the cycle is opened."""
        self.presses(f"确定这 {count} 个")
        self.sees(f"已确定 {count} 个考核对象")
        self.presses("开始", exact=True)
        self.sees("已经开始，事项已发到每个人")
        self.shows("begun")

    def closes_the_rating(self, title: str, reason: str = "") -> None:
        """No more marks."""
        self.goes_to("考核周期")
        self.follows(title)
        self.shows("board")
        self.fills("评分截止（有没锁定的表要写理由）", reason)
        self.presses("评分截止")
        self.sees("评分已截止")

    def computes(self, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Orders the official run and watches it: the page follows every step of the worker by itself."""
        self.takes_up("计算核对")
        self.page.get_by_label("正式：可以定稿，要写理由").check()
        self.fills("理由", why)
        self.presses("开始计算")
        self.sees("排队中")
        self.shows("run-waits")
        seen, say = [], jobs._say

        def watched(run: Run, progress: str) -> None:
            say(run, progress)
            expect(self.page.get_by_role("status")).to_contain_text(progress)
            seen.append(progress)

        monkeypatch.setattr(jobs, "_say", watched)
        jobs.execute(Run.objects.get().pk, timezone.now())
        assert seen == ["冻结数据", "计算", "保存结果"]
        expect(self.page.get_by_text("已完成")).to_be_visible()
        self.sees("看结果")
        self.shows("run-done")

    def proposes(self) -> None:
        """The run is to count."""
        self.presses_and_confirms("提出定稿")
        self.sees("已提出定稿，请领导确认")

    def publishes(self) -> None:
        """Everybody sees his own."""
        self.goes_to("考核结果")
        self.follows("计算和定稿")
        self.follows("YS-")
        self.presses_and_confirms("公布")
        self.sees("已公布：每个人都看得到自己的结果")


class Rater(Desk):
    """Whoever fills in a sheet."""

    item = "表现上级评"

    def cell(self, name: str, item: str = "") -> Locator:
        """A cell of the sheet."""
        return self.page.get_by_label(f"{name}·{item or self.item}", exact=True)

    def opens_the_sheet(self, of: str = "") -> None:
        """From the task at home."""
        self.takes_up("评分", of)
        expect(self.page.locator("qh-grid")).to_be_visible()

    def types(self, name: str, mark: object, item: str = "") -> None:
        """A mark, and Enter."""
        self.cell(name, item).fill(str(mark))
        self.page.keyboard.press("Enter")
        self.is_saved()

    def pastes(self, name: str, *rows: tuple[object, ...], item: str = "") -> None:
        """A block out of a spreadsheet, its first cell there."""
        table = "\r\n".join("\t".join(map(str, row)) for row in rows)
        self.page.evaluate("text => navigator.clipboard.writeText(text)", table)
        self.cell(name, item).click()
        self.page.keyboard.press("Control+V")
        self.is_saved()

    def is_saved(self) -> None:
        """What was entered is with the server."""
        expect(self.page.locator("qh-grid td.waits")).to_have_count(0)
        expect(self.page.locator("#save-state")).to_have_attribute("data-state", "saved")

    def hands_in(self) -> None:
        """Signed."""
        self.presses("提交并签字")
        self.sees("已提交并签字")


class Confirming(Desk):
    """The named leader."""

    def confirms_the_release(self) -> None:
        """Makes it count."""
        self.takes_up("确认定稿")
        self.shows("confirm")
        self.presses_and_confirms("确认定稿")
        self.sees("已定稿。公布以后职工看得到自己的结果")


class Reader(Desk):
    """Whoever reads a result."""

    def asks_why(self, figure: Locator) -> Locator:
        """What opens when a figure is touched."""
        figure.click()
        why = self.page.locator(".qh-drawer")
        expect(why.locator(".qh-why-value")).to_be_visible()
        return why


class Auditor(Desk):
    """Reads the journal."""

    def finds(self, deed: str, who: str) -> None:
        """The deed stands in the journal under the name of whoever did it."""
        self.page.get_by_label("事项").select_option(deed)
        self.presses("查找")
        expect(self.page.locator("tbody tr").first).to_contain_text(who)

    def checks_the_chain(self) -> None:
        """Nothing was changed."""
        self.presses("核对整本日志")
        self.sees("条条相扣，没有改动")


def kinds_of(text: str) -> re.Pattern[str]:
    """On whose word, then the reference of the record."""
    return re.compile(f"(系统|他证|自报|决定|上级).*{text}")
