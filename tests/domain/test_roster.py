"""Units and people from a workbook: looked at first, everything wrong found with its place, all or nothing; and out again."""

import datetime
import io
from pathlib import Path

import pytest
import xlsxwriter

from quanheng.domain.actions import roster
from quanheng.domain.actions.access import give_grant
from quanheng.domain.actions.house import set_post
from quanheng.domain.models import Capacity, Entry, Person, Post, PostStanding, Unit, UnitPlace
from quanheng.domain.queries.roster import export
from quanheng.domain.refusal import NotYours, Refusal

TODAY, NOVEMBER = datetime.date(2026, 10, 15), datetime.date(2026, 11, 1)


def book(folder: Path, **sheets: list[list[str]]) -> Path:
    path = folder / "名册.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return path


def looked(by, path: Path, day=NOVEMBER):
    return roster.look(by, path, path.name, day)


def done(by, path: Path, day=NOVEMBER):
    return roster.import_house(by, path, path.name, day=day, shown=looked(by, path, day).digest)


def changes(found) -> list[tuple[str, str]]:
    return [(row.code, row.change) for row in found.units] + [(row.number, row.change) for row in found.people]


HEAD = ["工号", "姓名", "机构", "岗位", "自"]


def test_a_new_workshop_with_two_people_is_shown_first_and_then_founded(cast, qian, tmp_path):
    path = book(
        tmp_path,
        机构=[["机构代码", "机构名称", "种类", "上级", "自"], ["SC21", "三班", "班组", "SC2", "2026-11-01"],
            ["SC2", "二车间", "班组", "生产部", "2026年11月1日"]],
        人员=[HEAD, ["2001", "曾 强", "二车间", "班长", "2026/11/1"], ["0007", "单雄", "SC21", "操作工", ""]],
    )
    before = (Unit.objects.count(), Person.objects.count(), Entry.objects.count())
    found = looked(qian, path)
    assert found.faults == [] and changes(found) == [("SC2", "new"), ("SC21", "new"), ("2001", "new"), ("0007", "new")]
    assert (Unit.objects.count(), Person.objects.count(), Entry.objects.count()) == before  # only looked at
    assert [(str(each.at), each.zh) for each in found.conversions] == [
        ("名册.xlsx 工作表 机构 第 3 行 “自”列", "改为“2026-11-01”"),
        ("名册.xlsx 工作表 机构 第 3 行 “上级”列", "改为“SC”"),
        ("名册.xlsx 工作表 人员 第 2 行 “姓名”列", "改为“曾强”"),
        ("名册.xlsx 工作表 人员 第 2 行 “机构”列", "改为“SC2”"),
        ("名册.xlsx 工作表 人员 第 2 行 “自”列", "改为“2026-11-01”"),
        ("名册.xlsx 工作表 人员 第 3 行 “自”列", "改为“2026-11-01”"),
    ]
    done(qian, path)
    assert Person.objects.get(number="2001").pinyin == "zengqiang" and Post.objects.get(person__number="0007").unit.code == "SC21"
    assert Entry.objects.get(deed="house.imported").person == qian.person
    with pytest.raises(Refusal, match="没有要改的"):
        done(qian, path)


def test_everything_wrong_is_told_at_once_with_its_place_and_nothing_is_written(cast, qian, tmp_path):
    path = book(
        tmp_path,
        机构=[["机构代码", "机构名称", "上级"], ["X1", "", "SC"], ["X2", "二组", "没有的部门"]],
        人员=[
            ["工号", "姓名", "机构", "主兼", "份额", "自"], ["3001", "甲", "SC", "主岗位", "", ""], ["3002", "乙", "没有", "", "150%", ""],
            ["3003", "丙", "SC", "", "", "二月三十"], ["3004", "丁", "SC", "", "", ""], ["3004", "丁丁", "SC", "", "", ""], ["", "戊", "SC", "", "", ""],
        ],
    )  # fmt: skip
    found = looked(qian, path)
    assert [(fault.code, fault.at.sheet, fault.at.row, fault.at.column, fault.at.content) for fault in found.faults] == [
        ("house-value-missing", "机构", 2, "机构名称", ""),
        ("house-unit-unknown", "机构", 3, "上级", "没有的部门"),
        ("house-choice-unknown", "人员", 2, "主兼", "主岗位"),
        ("house-unit-unknown", "人员", 3, "机构", "没有"),
        ("house-share-unknown", "人员", 3, "份额", "150%"),
        ("house-day-unknown", "人员", 4, "自", "二月三十"),
        ("house-name-differs", "人员", 6, "姓名", "丁丁"),
        ("house-value-missing", "人员", 7, "工号", ""),
    ]
    with pytest.raises(Refusal, match="没改正"):
        done(qian, path)
    assert not Unit.objects.filter(code__startswith="X").exists() and not Person.objects.filter(number__startswith="3").exists()


def test_what_the_house_itself_refuses_is_found_by_the_look(cast, qian, tmp_path):
    path = book(tmp_path, 机构=[["机构代码", "机构名称", "上级", "自"], ["SC", "生产部", "SC1", "2026-11-01"]])
    found = looked(qian, path)
    assert [(fault.code, fault.zh) for fault in found.faults] == [("house-refused", "这样一来，这个机构会在自己下面。")]
    assert UnitPlace.objects.filter(unit=cast.units["SC"]).count() == 1


def test_a_change_of_post_leaves_what_no_column_says(cast, qian, tmp_path):
    path = book(tmp_path, 人员=[["员工编号", "姓名", "部门", "状态", "自"], ["1001", "王强", "质检部", "借调", "2026-11-01"]])
    found = looked(qian, path)
    assert [(row.change, row.before) for row in found.people] == [("post", "SC1 · 操作工 · 生产")]
    assert [each.zh for each in found.conversions][:3] == ["作“工号”列读", "作“机构”列读", "作“在岗情况”列读"]
    done(qian, path)
    now = Post.objects.get(person=cast.people["wang"], until=None)
    assert (now.unit.code, now.title, now.standing, now.since) == ("ZJ", "操作工", PostStanding.SECONDED, NOVEMBER)


def test_what_changed_after_the_look_is_not_carried_out(cast, qian, tmp_path):
    path = book(tmp_path, 人员=[HEAD, ["1001", "王强", "ZJ", "检验员", "2026-11-01"]])
    shown = looked(qian, path).digest
    set_post(qian, cast.people["wang"], since=NOVEMBER, unit=cast.units["ZJ"], title="检验员", post_class="生产")
    with pytest.raises(Refusal, match="再看一遍"):
        roster.import_house(qian, path, path.name, day=NOVEMBER, shown=shown)


def test_hr_of_a_part_imports_into_it_and_takes_nobody_from_elsewhere(cast, qian, li, tmp_path):
    give_grant(qian, cast.people["zhao"], Capacity.HR, unit=cast.units["SC"], since=TODAY)
    path = book(tmp_path, 人员=[HEAD, ["1001", "王强", "ZJ", "", "2026-11-01"], ["1005", "钱芳", "SC", "", "2026-11-01"],
                               ["1002", "李敏", "SC", "", "2026-11-01"]])  # fmt: skip
    found = looked(cast.viewer("zhao"), path)
    assert [(fault.code, fault.at.row, fault.at.column) for fault in found.faults] == [("house-out-of-scope", 2, "机构"), ("house-out-of-scope", 3, "工号")]
    units = book(tmp_path, 机构=[["机构代码", "机构名称", "上级"], ["ZJ9", "九组", "ZJ"], ["SC9", "九组", "SC"], ["SC99", "小组", "SC9"]])
    assert [(fault.at.content, fault.zh[:8]) for fault in looked(cast.viewer("zhao"), units).faults] == [("ZJ9", "这个机构不在你管")]
    with pytest.raises(Refusal):
        looked(li, path)


def test_the_export_reads_back_without_a_change(cast, qian, tmp_path):
    path = tmp_path / "导出.xlsx"
    path.write_bytes(export(qian, TODAY))
    found = looked(qian, path, TODAY)
    assert found.faults == [] and found.conversions == [] and found.changes == 0
    assert len(found.units) == 5 and len(found.people) == 10


def test_an_export_holds_what_the_viewer_may_see(cast, li, tmp_path):
    path = tmp_path / "导出.xlsx"
    path.write_bytes(export(li, TODAY))
    from quanheng.documents.tables.sheets import read_sheets

    people = read_sheets(path, path.name, ("机构", "人员"))["人员"]
    assert [row[1] for row in people.rows] == ["王强", "李敏"]


def test_a_csv_says_by_its_headings_what_it_is(cast, qian, tmp_path):
    path = tmp_path / "人员.csv"
    path.write_bytes("工号,姓名,机构\n2001,新人,ZJ\n".encode("gb18030"))
    assert changes(looked(qian, path)) == [("2001", "new")]
    done(qian, path)
    assert Post.objects.get(person__number="2001").since == NOVEMBER


def test_a_damaged_file_is_a_fault_and_no_accident(cast, qian, tmp_path):
    path = tmp_path / "坏.xlsx"
    path.write_bytes(b"PK not really")
    assert len(looked(qian, path).faults) == 1


def test_a_file_put_aside_is_there_for_who_put_it_and_for_nobody_else(cast, qian, sun, settings, tmp_path):
    settings.FILES = tmp_path
    token = roster.hold(qian, b"abc", "a.CSV")
    assert roster.held(qian, token).read_bytes() == b"abc"
    for wrong in (token.replace("a", "b"), "../../etc/passwd", ""):
        with pytest.raises(NotYours):
            roster.held(qian, wrong)
    with pytest.raises(NotYours):
        roster.held(sun, token)
    with pytest.raises(Refusal):
        roster.hold(sun, b"abc", "a.csv")
    with pytest.raises(Refusal, match="不能导入"):
        roster.hold(qian, b"abc", "a.exe")


def test_the_same_export_has_the_same_bytes(cast, qian):
    assert export(qian, TODAY) == export(qian, TODAY) and io.BytesIO(export(qian, TODAY)).read(2) == b"PK"
