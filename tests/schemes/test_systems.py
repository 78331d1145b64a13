"""The systems that are shipped: nothing to find fault with, results worked out without the product, and the same results
from every executor. The edges are named one by one."""

import csv
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from quanheng.documents.tables.folder import read_tables
from quanheng.documents.tables.results import row_keys, run_files
from quanheng.engine.checking import Checked, check
from quanheng.engine.document.model import Must
from quanheng.engine.faults import InputRefused
from quanheng.engine.plan.model import Plan
from quanheng.engine.run.binding import bind
from quanheng.engine.run.model import Dataset, Results
from quanheng.engine.run.present import shown_text
from quanheng.engine.run.reference import run_reference
from quanheng.engine.run.sql.duck import run_duckdb
from quanheng.engine.run.sql.frames import Frames
from quanheng.engine.run.sql.runner import carry_out
from tests.engine.run.sql.engines import every_executor, needs_spark, spark

FOLDER = Path(__file__).parents[2] / "schemes"
SYSTEMS = [
    "college",
    "enterprise",
    "enterprise/promotion",
    "school",
    "tax",
    "consulting",
    "village",
    "credit",
    "credit/tellers",
]
LONGEST_LINE = 110
NUMBER = re.compile(r"-?[0-9]+(?:[.][0-9]+)?")

every_system = pytest.mark.parametrize("system", SYSTEMS)


@cache
def document(system: str) -> Checked:
    return check((FOLDER / system / "scheme.md").read_text(encoding="utf-8"), f"{system}/scheme.md")


@cache
def plan(system: str) -> Plan:
    made = document(system).plan
    assert made is not None
    return made


def bound(system: str, data: Path) -> Dataset:
    return bind(plan(system), read_tables(data, document(system).scheme).raw)


@cache
def by_reference(system: str) -> Results:
    return run_reference(plan(system), bound(system, FOLDER / system / "data"))


@cache
def by_duckdb(system: str) -> Results:
    with run_duckdb(plan(system), bound(system, FOLDER / system / "data")) as frames:
        return frames.results()


@cache
def by_spark(system: str) -> Results:
    with carry_out(plan(system), bound(system, FOLDER / system / "data"), spark()) as frames:
        return frames.results()


def expected(system: str) -> list[dict[str, str]]:
    with (FOLDER / system / "expected" / "results.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def told(run: Callable[[str], Results], system: str) -> dict[tuple[str, str, str], str]:
    """Every value of a run as people read it, by table, row and column."""
    results, texts = run(system), {}
    for name, columns in results.columns.items():
        keys = row_keys(plan(system).tables[name], results)
        for column, values in columns.items():
            shown = plan(system).column(name, column)
            texts.update({(name, key, column): shown_text(value, shown) for key, value in zip(keys, values, strict=True)})
    return texts


def same(reached: str, wanted: str) -> bool:
    """Equal as numbers (30 and 30.00, 95% and 95.00%), or else letter by letter."""
    pair = reached.removesuffix("%"), wanted.removesuffix("%")
    if reached.endswith("%") is wanted.endswith("%") and all(map(NUMBER.fullmatch, pair)):
        return Fraction(pair[0]) == Fraction(pair[1])
    return reached == wanted


@every_system
def test_a_scheme_has_neither_faults_nor_advice(system: str):
    assert [f"{fault.at} {fault.code}" for fault in document(system).faults] == []
    assert document(system).scheme.subject == plan(system).subject


@every_system
def test_a_scheme_states_what_it_carries_out_and_who_keeps_it(system: str):
    scheme = document(system).scheme
    assert scheme.basis and scheme.owner and scheme.in_force and scheme.subject


@every_system
def test_a_line_can_be_read_aloud_and_a_rule_takes_little_more_than_one(system: str):
    scheme = document(system).scheme
    assert [line for line in scheme.text.splitlines() if len(line) >= LONGEST_LINE] == []
    rules = [rule for rule in (*scheme.rules, *scheme.of(Must)) if rule.lines]
    assert sum(len(rule.lines) for rule in rules) <= len(rules) * Fraction(13, 10)


@every_system
def test_data_and_expected_results_come_from_the_scripts_beside_them(system: str, tmp_path: Path):
    whole = system.split("/", maxsplit=1)[0]
    copy = tmp_path / whole
    shutil.copytree(FOLDER / whole, copy)
    inside = copy / Path(system).relative_to(whole)
    for script in ("make_data.py", "derive.py"):
        subprocess.run([sys.executable, inside / "expected" / script], check=True)
    made = {path.relative_to(copy): path.read_bytes() for path in copy.rglob("*.csv")}
    kept = {path: (FOLDER / whole / path).read_bytes() for path in made}
    assert [path for path in made if made[path] != kept[path]] == []


@every_system
@every_executor(by_reference, by_duckdb, by_spark)
def test_every_expected_value_is_reached(system: str, run: Callable[[str], Results]):
    reached = told(run, system)
    wrong = [row for row in expected(system) if not same(reached[row["table"], row["key"], row["column"]], row["value"])]
    assert wrong == []


EDGES = [
    # ---- college
    ("college", "学院", "文学与传媒学院", "学生加分", "0", "exactly 1000 students: nothing is added"),
    ("college", "学院", "数学与统计学院", "学生加分", "0", "999 students: nothing is added and nothing taken"),
    ("college", "学院", "外国语学院", "学生加分", "0.2", "exactly 1500 students: one full step"),
    ("college", "学院", "物理与电子学院", "学生加分", "0", "1499 students: no full step yet"),
    ("college", "学院", "文学与传媒学院", "专业加分", "0", "two majors: nothing"),
    ("college", "学院", "外国语学院", "专业加分", "0.5", "three majors: one above two"),
    ("college", "学院", "数学与统计学院", "专业加分", "0", "one major: nothing is taken"),
    ("college", "学院", "电气工程学院", "违规否决", "是", "a loss of exactly 100,000.00 yuan"),
    ("college", "学院", "电气工程学院", "等次", "不合格", "a veto decides the grade, whatever the score"),
    ("college", "学院", "生命科学学院", "违规否决", "否", "a loss of 99,999.99 yuan"),
    ("college", "学院", "生命科学学院", "等次", "优秀", "and so the score decides: 101.2 points"),
    ("college", "学院", "土木工程学院", "安全否决", "否", "an accident for which education and management were not the cause"),
    ("college", "学院", "环境工程学院", "廉政否决", "是", "party discipline from 警告 on"),
    ("college", "学院", "机械工程学院", "教学运行", "0", "16 points to take from an item of 15"),
    # ---- enterprise
    ("enterprise", "员工每月", "E086/2026-04", "等次", "A", "equal marks at the last place of A, better 任务完成"),
    ("enterprise", "员工每月", "E094/2026-04", "等次", "B", "equal marks, one place short"),
    ("enterprise", "员工每月", "E050/2026-07", "等次", "A", "equal in everything: the smaller number"),
    ("enterprise", "员工每月", "E056/2026-07", "等次", "B", "equal in everything: the larger number"),
    ("enterprise", "员工每月", "E030/2026-03", "差距过大", "是", "own and superior's mark exactly 20 apart"),
    ("enterprise", "员工每月", "E031/2026-03", "差距过大", "否", "19 apart"),
    ("enterprise", "部门每月", "固体制剂车间/2026-08", "履职扣分", "10", "six missing marks would take 12, at most 10"),
    ("enterprise", "部门每月", "物流仓储部/2026-12", "轮换提示", "是", "grade A wanders from one to the next"),
    # ---- promotion
    ("enterprise/promotion", "员工", "E005", "应升级数", "2", "ten A and no D"),
    ("enterprise/promotion", "员工", "E006", "应升级数", "1", "ten A and one D: the count of A and B still gives one"),
    ("enterprise/promotion", "员工", "E007", "应升级数", "1", "nine A"),
    ("enterprise/promotion", "员工", "E008", "应升级数", "1", "exactly six A or B"),
    ("enterprise/promotion", "员工", "E009", "应升级数", "0", "five A or B"),
    ("enterprise/promotion", "员工", "E010", "晋升级数", "3", "decided outside, not recomputed"),
    ("enterprise/promotion", "员工", "E005", "晋升后", "12", "from 11, two earned, the post ends at 12"),
    # ---- school
    ("school", "学校", "1", "核定总额", "2298240", "114 posts, not 118 people"),
    ("school", "学校", "1", "在校人数", "118", "of whom"),
    ("school", "学校", "1", "待岗人数", "4", "wait for a post"),
    ("school", "学校", "1", "应发合计", "2298240", "a pool that does not divide evenly is paid to the fen"),
    ("school", "教职工", "T112", "应发", "0", "failed the annual assessment"),
    ("school", "教职工", "T001", "课时分", "1920", "exactly 12 lessons a week"),
    ("school", "教职工", "T005", "加班补贴", "1500", "overtime stops at 1500 yuan"),
    ("school", "教职工", "T098", "学期考核分", "500", "equal marks at the last place of 一等 (300 + 200):"),
    ("school", "教职工", "T099", "学期考核分", "500", "both get the better grade"),
    ("school", "成果", "CG01", "成果分", "150", "three prizes for one work: only the highest"),
    ("school", "教职工", "T058", "尚应退还", "1200", "money to hand back and no pay to take it from"),
    # ---- tax
    ("tax", "执行", "S01/城东局", "执行扣分", "0.5", "five days late"),
    ("tax", "执行", "S01/城西局", "执行扣分", "2", "six days late, and a problem of one point"),
    ("tax", "执行", "S08/临河局", "执行扣分", "3", "more to take than the item is worth"),
    ("tax", "事项", "S08", "主管扣分", "3", "the joint share stops at the item as well"),
    ("tax", "事项", "S05", "连带扣分", "0.5", "20 % of 2.5 points for the owner"),
    ("tax", "执行", "S05/城南局", "执行扣分", "2.5", "which lessens nothing for the local office"),
    ("tax", "人员", "R032", "个人等次", "合格", "equal at the last of three places"),
    ("tax", "人员", "R033", "个人等次", "合格", "neither gets it"),
    ("tax", "单位", "机关党委", "分段", "第一段", "equal scores: the better last quarter is in front"),
    ("tax", "单位", "税政处", "分段", "第二段", "and the other is not"),
    ("tax", "人员", "R040", "个人等次", "不计分", "not marked,"),
    ("tax", "人员", "R040", "负责事项", "1", "but the duty is there all the same"),
    # ---- consulting
    ("consulting", "员工", "N003", "年度评分", "90", "no mark of one's own: 45 and 30 of 75"),
    ("consulting", "员工", "N004", "年度评分", "88.5", "only the department head marked"),
    ("consulting", "员工", "N010", "年度评分", "无数据", "nobody marked"),
    ("consulting", "员工", "N001", "年度评分", "90.13", "25 % of 92, 45 % of 90, 30 % of 88.75"),
    ("consulting", "员工", "N002", "再奖励", "7200.16", "at most 30 % of 24,000.55, cut to the fen"),
    ("consulting", "部门", "客户服务部", "留归公司", "51419.86", "no shares, nothing is given again"),
    ("consulting", "项目", "P07", "预提额", "60000", "the advance stops at 60,000 yuan"),
    ("consulting", "项目", "P01", "风险资金处理", "发放", "exactly 12 months and exactly 95 %"),
    ("consulting", "项目", "P02", "风险资金处理", "继续提留", "94.99 %"),
    ("consulting", "项目", "P03", "风险资金处理", "继续提留", "11 months"),
    ("consulting", "项目", "P05", "风险资金处理", "不再发放", "a complaint"),
    # ---- village
    ("village", "教职工", "C06", "等次", "一等", "91 points at the edge, better results"),
    ("village", "教职工", "C02", "等次", "二等", "91 points at the edge"),
    ("village", "教职工", "C13", "最终金额", "2950", "the amount is decided outside"),
    ("village", "教职工", "C14", "结果来源", "中心校核定", "and shown as such"),
    ("village", "教职工", "C01", "最终等次", "不适用", "the head is outside the plan"),
    # ---- credit
    ("credit", "客户经理", "K001", "质量系数", "1", "exactly 1 % bad loans"),
    ("credit", "客户经理", "K002", "质量系数", "0.8", "exactly 2 %"),
    ("credit", "客户经理", "K003", "质量系数", "0.5", "exactly 3 %"),
    ("credit", "客户经理", "K004", "质量系数", "0", "3.001 %"),
    ("credit", "客户经理", "K004", "不良率", "3.00%", "although it is shown as 3.00 %"),
    ("credit", "客户经理", "K001", "增量绩效", "1200", "exactly 100 万元 above the opening balance"),
    ("credit", "客户经理", "K005", "绩效薪酬", "27000", "three times 9,000 and no more"),
    ("credit", "客户经理", "K003", "第三年", "486.84", "what does not divide goes to the third year"),
    ("credit", "客户经理", "K008", "岗位薪酬合计", "9900", "45 days at 1.0 and 45 at 1.2"),
    ("credit/tellers", "柜员", "G001", "业务量绩效", "900", "exactly 3000 weighted transactions"),
    ("credit/tellers", "柜员", "G002", "服务系数", "1", "94.994, rounded to 94.99: below 95"),
    ("credit/tellers", "柜员", "G004", "业务绩效", "0", "more to take off than there is"),
    ("credit/tellers", "柜员", "G012", "团队奖", "不适用", "a grave error: no share in the team award"),
]


@pytest.mark.parametrize("edge", EDGES, ids=[f"{edge[0]}-{edge[2]}-{edge[3]}" for edge in EDGES])
def test_an_edge_comes_out_as_the_regulation_says(edge: tuple[str, str, str, str, str, str]):
    system, table, key, column, value, because = edge
    assert same(told(by_reference, system)[table, key, column], value), because


@pytest.mark.parametrize(
    ("group", "places"),
    [
        pytest.param(("人力资源部", "2026-12"), {"A": 1, "B": 3, "C": 1}, id="5-people"),
        pytest.param(("注射剂车间", "2026-12"), {"A": 4, "B": 9, "C": 5, "D": 1}, id="19-people"),
        pytest.param(("注射剂车间", "2026-06"), {"A": 5, "B": 10, "C": 4}, id="19-people-with-an-approved-exception"),
    ],
)
def test_the_places_of_a_department(group: tuple[str, str], places: dict[str, int]):
    values = told(by_reference, "enterprise")
    department, month = group
    found: dict[str, int] = {}
    for (table, key, column), value in values.items():
        if table == "员工每月" and column == "等次" and key.endswith(month) and values[table, key, "部门"] == department:
            found[value] = found.get(value, 0) + 1
    assert dict(sorted(found.items())) == places


def test_promotion_reads_the_locked_run_of_the_monthly_scheme():
    kept = FOLDER / "enterprise" / "promotion" / "data" / "引用" / "enterprise"
    dataset = bound("enterprise", FOLDER / "enterprise" / "data")
    text = document("enterprise").scheme.text
    fresh = run_files(plan("enterprise"), text, by_reference("enterprise"), dataset.fingerprint, "2026-12")
    assert json.loads((kept / "run.json").read_bytes()) == fresh.run
    assert (kept / "results.csv").read_bytes() == fresh.texts["results.csv"]


Refusing = tuple[str, str, str, str, str, str]  # system, file, right, wrong, article, because
REFUSED: list[Refusing] = [
    ("tax", "事项.csv", "基层党建,机关党委", "基层党建,", "第二条（一）", "an item without an owner"),
    ("tax", "执行.csv", "S01,城东局,城东局征管科,R036", "S01,城东局,城东局征管科,", "第二条（一）", "nobody answers for it"),
    ("village", "会议.csv", "14,14", "14,13", "第三条", "one of fourteen is against it"),
    ("school", "岗位类别.csv", "教学,96", "教学,97", "第四条（二）", "the posts of the classes are not the approved posts"),
    ("school", "学校.csv", "45,30,23", "45,30,22", "第三条（二）", "22 of 45 delegates are no majority"),
    ("enterprise", "批准名额.csv", "A,1,总办批〔2026〕22号", "A,2,总办批〔2026〕22号", "第八条（一）", "two more A, one C less"),
    ("consulting", "项目每季.csv", "P07,3,40.00%", "P07,3,39.99%", "第八条（二）", "progress goes back"),
    ("credit", "测试.csv", "2,2026-11-30", "2,2026-12-01", "第三条（二）", "the second test comes too late"),
    ("credit", "信用社.csv", "清溪社,", "清溪社,1", "第三条（三）", "a balance that is not attributed"),
    ("enterprise/promotion", "特别决定.csv", "E102,4", "E007,4", "第二条（二）", "more than two grades without having earned two"),
]


def on_spark(plan: Plan, dataset: Dataset) -> Frames:
    return carry_out(plan, dataset, spark())


@pytest.mark.parametrize("case", REFUSED, ids=[f"{case[0]}-{case[4]}-{case[1]}" for case in REFUSED])
@pytest.mark.parametrize("run", [run_reference, run_duckdb])
def test_a_run_is_refused_where_the_regulation_forbids_it(case: Refusing, run: Callable[[Plan, Dataset], object], tmp_path: Path):
    assert_refused(case, run, tmp_path)


@pytest.mark.spark
@needs_spark
@pytest.mark.parametrize("case", REFUSED[1:4], ids=["one of many rows", "a whole body", "two sums"])  # a guard is a query like another
def test_spark_refuses_where_the_regulation_forbids_it(case: Refusing, tmp_path: Path):
    assert_refused(case, on_spark, tmp_path)


def assert_refused(case: Refusing, run: Callable[[Plan, Dataset], object], tmp_path: Path) -> None:
    system, file, right, wrong, article, because = case
    shutil.copytree(FOLDER / system / "data", tmp_path / "data")
    path = tmp_path / "data" / file
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(InputRefused) as refused:
        run(plan(system), bound(system, tmp_path / "data"))
    assert article in {fault.article for fault in refused.value.faults}, because
