"""What the commands print and return is a contract: officers read it, scripts depend on it."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

from quanheng.documents.tables import limits
from tests.cli.command import quanheng
from tests.documents.schemes import DATA, PROMOTION, STAFF
from tests.documents.test_folder import as_workbook, filled
from tests.house.tree import ROOT

SMALL = """# 办法

编号：small；版本：1；周期：年；舍入：四舍五入

## 第一条 得分

得分为数量乘以 2 分。

- 每名员工：得分（分）= 数量 × 2分

## 附一 数据

数据表 员工：工号 文字 不重复（人事）；数量 0～10 次（人事）；备用 0～10 次 可缺（人事）
"""


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with the staff scheme, its data, and a smaller scheme."""
    (tmp_path / "scheme.md").write_text(STAFF, encoding="utf-8")
    (tmp_path / "small.md").write_text(SMALL, encoding="utf-8")
    filled(tmp_path / "data")
    return tmp_path


# --------------------------------------------------------------------------------------------------------------- check


def test_check_prints_a_line_for_each_finding_with_its_hint_below(office: Path):
    broken = SMALL.replace("数量 × 2分", "数目 × 2分")
    (office / "broken.md").write_text(broken, encoding="utf-8")
    done = quanheng("check", "broken.md", folder=office)
    first, hint, *_ = done.out.splitlines()
    assert done.code == 1 and done.err == ""
    place, _, rest = first.partition(": ")
    assert place == "broken.md:9:15" and rest.startswith("unknown-name: 第一条 ")
    assert hint.startswith("    ") and "数量" in hint
    assert done.out.splitlines()[-1] == "1 处错误。"


def test_check_passes_a_scheme_with_advice_and_says_so(office: Path):
    done = quanheng("check", "small.md", folder=office)
    assert done.code == 0
    assert done.out.startswith("small.md:13:36: input-unused: 提醒：") and done.out.endswith("\n没有错误，1 处提醒。\n")


def test_check_gives_programs_objects(office: Path):
    found = quanheng("check", "small.md", "--json", folder=office).json
    assert found[0].keys() == {"severity", "code", "at", "article", "message", "hint"}
    assert found[0]["severity"] == "advice" and found[0]["at"]["file"] == "small.md" and found[0]["at"]["line"] == 13


def test_check_takes_the_folder_of_a_scheme(office: Path):
    assert quanheng("check", office, folder=office).code == 0


def test_a_scheme_in_another_encoding_is_told_with_its_line(office: Path):
    (office / "gb.md").write_bytes(SMALL.encode("gb18030"))
    done = quanheng("check", "gb.md", folder=office)
    assert done.code == 1 and done.err.startswith("gb.md:1:1: encoding: 第 1 行有不是 UTF-8 编码的字节。")


# ----------------------------------------------------------------------------------------------------------------- run


def test_run_prints_the_subjects_with_what_was_computed(office: Path):
    done = quanheng("run", "scheme.md", "--data", "data", folder=office)
    lines = [line.split() for line in done.out.splitlines()]
    assert done.code == 0 and done.err == ""
    assert done.out.startswith("员工月度考核办法（2026）：员工每月 4 行\n")
    assert lines[2] == ["员工", "月份", "完成率（%）", "产量分（分）", "质量分（分）", "得分（分）", "等次"]
    assert lines[4] == ["007", "2026-01", "95.00%", "57.00", "39.8", "96.80", "A"]
    assert len(lines) == 8


def test_run_gives_programs_every_value_as_exact_text(office: Path):
    found = quanheng("run", "scheme.md", "--data", "data", "--json", folder=office).json
    assert found["run"]["scheme"]["id"] == "staff" and len(found["run"]["input"]) == 64
    row = found["results"]["员工每月"]["008/2026-01"]
    assert row == {
        "员工": "008", "月份": "2026-01", "计划产量": "900", "实际产量": "300", "合格率": {"missing": "nothing"},
        "完成率": "0.3333", "产量分": "20.00", "质量分": "0", "得分": "20.00", "等次": "C",
    }  # fmt: skip
    assert found["notes"][0]["code"] == "input-unused"


def test_run_writes_the_same_folder_with_every_engine_and_never_over_another(office: Path):
    for engine in ("duckdb", "reference"):
        done = quanheng("run", "scheme.md", "--data", "data", "--out", engine, "--engine", engine, folder=office)
        assert done.code == 0 and done.err == f"结果写在 {engine}。\n"
    for name in ("results.csv", "columns.parquet", "run.json", "scheme.md"):
        assert (office / "duckdb" / name).read_bytes() == (office / "reference" / name).read_bytes()
    again = quanheng("run", "scheme.md", "--data", "data", "--out", "duckdb", folder=office)
    assert again.code == 2 and again.err.startswith("duckdb 已经有内容，结果不能覆盖。")


def test_run_names_file_row_column_and_content_of_wrong_data(office: Path):
    (office / "data" / "员工.csv").write_text(DATA["员工"].replace("一车间", "三车间"), encoding="utf-8")
    done = quanheng("run", "scheme.md", "--data", "data", folder=office)
    assert done.code == 1 and done.out == ""
    assert done.err.splitlines()[0].startswith("员工.csv 第 2 行 “部门”列（内容“三车间”）: leads-nowhere: ")
    found = quanheng("run", "scheme.md", "--data", "data", "--json", "--lang", "en", folder=office)
    assert found.code == 1
    assert found.json["faults"][0]["at"] == {"file": "员工.csv", "sheet": "", "row": 2, "column": "部门", "content": "三车间"}


def test_run_names_the_sheet_of_a_workbook(office: Path):
    wrong = DATA | {"员工每月": DATA["员工每月"].replace("950", "九百")}
    as_workbook(office / "数据.xlsx", wrong)
    done = quanheng("run", "scheme.md", "--data", "数据.xlsx", folder=office)
    assert done.code == 1
    assert done.err.splitlines()[0].startswith("数据.xlsx 工作表 员工每月 第 2 行 “实际产量”列（内容“九百”）: not-a-number: ")


def test_run_tells_what_it_left_aside(office: Path):
    (office / "data" / "备注.csv").write_text("x\n", encoding="utf-8")
    done = quanheng("run", "scheme.md", "--data", "data", folder=office)
    assert done.code == 0 and done.err.startswith("备注.csv: not-a-table: 提醒：")


def test_run_shows_thirty_rows_and_says_where_the_rest_is(office: Path):
    rows = "".join(f"{at:03},5,\n" for at in range(45))
    (office / "many").mkdir()
    (office / "many" / "员工.csv").write_text("工号,数量,备用\n" + rows, encoding="utf-8")
    done = quanheng("run", "small.md", "--data", "many", folder=office)
    assert len([line for line in done.out.splitlines() if line.startswith("0")]) == 30
    assert done.out.splitlines()[-1] == "… 其余 15 行见 --out 目录的 results.csv"


def test_run_refuses_a_scheme_with_faults(office: Path):
    (office / "broken.md").write_text(SMALL.replace("数量 × 2分", "数目 × 2分"), encoding="utf-8")
    done = quanheng("run", "broken.md", "--data", "data", folder=office)
    assert done.code == 1 and "broken.md:9:15: unknown-name" in done.err


def test_another_scheme_reads_a_locked_run(office: Path):
    (office / "promotion.md").write_text(PROMOTION, encoding="utf-8")
    filled(office / "promotion", {"员工": "工号\n007\n008\n"})
    assert quanheng("run", "scheme.md", "--data", "data", "--out", "runs/2026", "--lock", "2026", folder=office).code == 0
    done = quanheng("run", "promotion.md", "--data", "promotion", "--reference-run", "runs/2026", "--json", folder=office)
    assert done.code == 0 and done.json["results"]["员工"]["007"]["得A"] == "2"
    without = quanheng("run", "promotion.md", "--data", "promotion", folder=office)
    assert without.code == 1 and "reference-missing" in without.err


# -------------------------------------------------------------------------------------------------- explain and verify


def test_explain_goes_down_to_the_article_and_the_record(office: Path):
    done = quanheng("explain", "scheme.md", "--data", "data", "--subject", "007/2026-01", "--column", "得分", folder=office)
    assert done.code == 0 and "96.80" in done.out.splitlines()[0] and "第一条" in done.out
    found = quanheng("explain", "scheme.md", "--data", "data", "--subject", "007/2026-01", "--json", folder=office).json
    assert (found["table"], found["row"], found["column"], found["exact"]) == ("员工每月", "007/2026-01", "等次", "A")


@pytest.mark.parametrize(
    ("subject", "column", "says"),
    [
        ("009/2026-01", "", "没有“009/2026-01”这个员工每月。"),
        ("007/2026-01", "得份", "没有“得份”这个员工每月的列。"),
        ("007", "员工们.姓名", "没有“员工们”这个数据表。"),
    ],
)
def test_explain_offers_what_there_is(office: Path, subject: str, column: str, says: str):
    done = quanheng("explain", "scheme.md", "--data", "data", "--subject", subject, "--column", column, folder=office)
    assert done.code == 2 and done.err.startswith(says) and "    有：" in done.err


def test_verify_repeats_a_run_and_says_what_differs(office: Path):
    quanheng("run", "scheme.md", "--data", "data", "--out", "run", folder=office)
    same = quanheng("verify", "run", "--data", "data", "--engine", "reference", folder=office)
    assert same.code == 0 and same.out.startswith("重算的结果与 run 一个字节都不差")

    (office / "data" / "员工每月.csv").write_text(DATA["员工每月"].replace("950", "900"), encoding="utf-8")
    other = quanheng("verify", "run", "--data", "data", folder=office)
    assert other.code == 1
    assert "员工每月 007/2026-01 得分：原来 96.80，重算 93.80" in other.out.splitlines()
    found = quanheng("verify", "run", "--data", "data", "--json", folder=office).json
    assert found["same"] is False and found["differences"][0]["what"] == "input"


def test_verify_sees_that_a_result_was_edited(office: Path):
    quanheng("run", "scheme.md", "--data", "data", "--out", "run", folder=office)
    path = office / "run" / "results.csv"
    path.write_bytes(path.read_bytes().replace(b"96.80", b"99.80"))
    done = quanheng("verify", "run", "--data", "data", folder=office)
    assert done.code == 1 and done.out.splitlines() == ["results.csv：原来 的字节，重算 不同的字节", "1 处不同。"]


# --------------------------------------------------------------------------------------------------- the other commands


def test_template_is_read_back_by_run(office: Path):
    made = quanheng("template", "scheme.md", "--out", "填报.xlsx", folder=office)
    assert made.code == 0 and made.out.startswith("写好了 填报.xlsx，有 3 张表：部门、员工、员工每月。")
    done = quanheng("run", "scheme.md", "--data", "填报.xlsx", folder=office)
    assert done.code == 0 and "员工每月 0 行" in done.out
    assert quanheng("template", "scheme.md", "--out", "填报.xlsx", folder=office).code == 2
    assert quanheng("template", "scheme.md", "--out", "填报.xls", folder=office).code == 2


def test_diff_groups_changes_by_article(office: Path):
    (office / "new.md").write_text(STAFF.replace("85 分", "90 分").replace(">= 85分", ">= 90分"), encoding="utf-8")
    done = quanheng("diff", "scheme.md", "new.md", folder=office)
    assert done.code == 0 and done.out.startswith("第二条 等次\n  第二条：") and done.out.endswith("2 处改动。\n")
    found = quanheng("diff", "scheme.md", "new.md", "--json", folder=office).json
    assert [change["figures"] for change in found] == [[["85", "90"]]] * 2
    assert quanheng("diff", "scheme.md", "scheme.md", folder=office).out == "没有改动。\n"


def test_new_copies_a_shipped_scheme_that_runs_at_once(office: Path):
    listed = quanheng("new", folder=office)
    assert listed.code == 0 and "college " in listed.out and "二级学院" in listed.out
    made = quanheng("new", "我们的办法", "--from", "college", folder=office)
    assert made.code == 0 and (office / "我们的办法" / "scheme.md").is_file()
    assert quanheng("run", "我们的办法", "--data", "我们的办法/data", folder=office).code == 0
    assert quanheng("new", "我们的办法", "--from", "college", folder=office).code == 2
    assert quanheng("new", "x", "--from", "colege", folder=office).code == 2


def test_format_checks_prints_and_writes(office: Path):
    untidy = SMALL.replace("得分（分）= 数量 × 2分", "得分(分)=数量*2分")
    (office / "untidy.md").write_text(untidy, encoding="utf-8")
    assert quanheng("format", "untidy.md", "--check", folder=office).code == 1
    assert quanheng("format", "untidy.md", folder=office).out != untidy
    assert quanheng("format", "untidy.md", "--write", folder=office).code == 0
    assert quanheng("format", "untidy.md", "--check", folder=office).code == 0
    assert (office / "untidy.md").read_text(encoding="utf-8") == quanheng("format", "untidy.md", folder=office).out


def test_schema_and_functions_are_lists_for_people_and_programs():
    assert quanheng("schema").json["$schema"].startswith("https://json-schema.org/")
    functions = quanheng("functions", "--json").json
    assert all(each["name"] and each["example"] and each["says"] for each in functions)
    text = quanheng("functions").out
    assert all(each["example"] in text for each in functions)


# --------------------------------------------------------------------------------------- wrong use, languages, streams


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["chek", "x.md"], "没有“chek”这个命令。\n    是不是 check？\n"),
        (["--nope"], "没有 --nope 这个选项。"),
        (["check"], "缺少 办法。\n    用法见 quanheng check --help。\n"),
        (["check", "nowhere.md"], "找不到办法文件 nowhere.md。"),
        (["check", "small.md", "more.md"], "多了参数 more.md。"),
        (["check", "small.md", "--jsn"], "没有 --jsn 这个选项。\n    是不是 --json？"),
        (["check", "small.md", "--json=1"], "--json 后面不能有值。"),
        (["explain", "small.md"], "缺少 --subject。"),
        (["run", "small.md", "--data"], "--data 后面要有一个值。"),
        (["run", "small.md", "--data", "nowhere"], "找不到数据 nowhere。"),
        (["run", "small.md", "--data", "data", "--engine", "excel"], "--engine 没有“excel”。"),
        (["run", "small.md", "--data", "data", "--lock", "x"], "--lock 要和 --out 一起用。"),
        (["run", "small.md", "--data", "data", "--reference-run", "data"], "data 不是运行结果的目录"),
        (["verify", "data", "--data", "data"], "data 不是运行结果的目录"),
        (["format", "small.md", "--write", "--check"], "--write 和 --check 只能用一个。"),
        (["check", "small.md", "--lang", "fr"], "--lang fr"),
    ],
)
def test_wrong_use_is_told_and_has_its_own_exit_code(office: Path, arguments: list[str], says: str):
    done = quanheng(*arguments, folder=office)
    assert done.code == 2 and done.out == "" and done.err.startswith(says)


def test_english_is_there_for_the_asking(office: Path):
    assert quanheng("--lang", "en", "check", "small.md", folder=office).out.endswith("0 faults, 1 advice.\n")
    assert quanheng("check", "small.md", "--lang=en", folder=office).out.endswith("0 faults, 1 advice.\n")
    assert quanheng("check", "small.md", folder=office, QUANHENG_LANG="en").out.endswith("0 faults, 1 advice.\n")
    assert quanheng("check", folder=office, QUANHENG_LANG="en").err == "Missing: SCHEME.\n    See quanheng check --help.\n"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_command_explains_itself(lang: str):
    overview = quanheng("--lang", lang)
    assert overview.code == 0 and overview.err == ""
    for name in ("check", "run", "explain", "diff", "template", "verify", "new", "schema", "format", "functions", "tour", "demo"):
        assert f"\n  {name} " in overview.out
    for name in ("run", "explain", "verify"):
        done = quanheng(name, "--help", "--lang", lang)
        assert done.code == 0 and "--data" in done.out and "--json" in done.out
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in done.out.replace("引用", "")) or lang == "zh"


def test_a_reader_that_has_seen_enough_is_no_mistake():
    command = f"{sys.executable} -P -m quanheng functions | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env={"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1", "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.stdout.splitlines()[1] == "0" and done.stderr == ""


def test_output_in_an_encoding_without_our_signs_does_not_fail(office: Path):
    done = subprocess.run(
        [sys.executable, "-P", "-m", "quanheng", "run", "scheme.md", "--data", "data"],
        cwd=office, env={"PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"},
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and b"Traceback" not in done.stderr


def test_check_loads_no_engine_that_it_does_not_need(office: Path):
    script = (
        "import sys; from quanheng.cli.main import main; code = main(['check', 'small.md'], {});"
        "heavy = {'duckdb', 'pyarrow', 'pyspark', 'rich', 'typer', 'xlsxwriter', 'numpy', 'pydantic'} & set(sys.modules);"
        "print(code, sorted(heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], cwd=office, env={"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"},
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "0 []", done.stderr


def test_results_open_in_a_spreadsheet(office: Path):
    quanheng("run", "scheme.md", "--data", "data", "--out", "run", folder=office)
    with (office / "run" / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["等次"] for row in rows] == ["A", "A", "C", "A"]
    assert json.loads((office / "run" / "run.json").read_text(encoding="utf-8"))["locked"] is None


def test_a_long_table_of_records_is_computed_but_not_listed(tmp_path: Path):
    scheme = """# 记录考核办法

编号：bulk；版本：1；周期：年；舍入：四舍五入；对象：员工

## 第一条 得分

得分为各条记录数量之和。

- 每名员工：得分（分）= 合计(记录.数量)

## 附一 数据

数据表 员工：工号 文字 不重复（人事）

数据表 记录（每名员工 至多 200000 行）：员工 属于 员工（人事）；数量 0～10 分（人事）
"""
    rows = limits.PARQUET_ROWS_IN_MEMORY + 1
    (tmp_path / "scheme.md").write_text(scheme, encoding="utf-8")
    filled(tmp_path / "data", {"员工": "工号\n01\n02\n"})
    records = pyarrow.table({"员工": ["01", *["02"] * (rows - 1)], "数量": [3] * rows})
    parquet.write_table(records, tmp_path / "data" / "记录.parquet")
    for engine in ("duckdb", "reference"):
        done = quanheng("run", "scheme.md", "--data", "data", "--out", engine, "--engine", engine, folder=tmp_path)
        assert done.code == 0 and "行数很多的明细不列入结果：记录" in done.out
        assert done.out.split()[-4:] == ["01", "3", "02", "300000"]
    for name in ("results.csv", "columns.parquet", "run.json"):
        assert (tmp_path / "duckdb" / name).read_bytes() == (tmp_path / "reference" / name).read_bytes()
    assert json.loads((tmp_path / "duckdb" / "run.json").read_text(encoding="utf-8"))["left_out"] == ["记录"]


def test_the_data_beside_a_scheme_are_found_without_being_named(office: Path):
    named = quanheng("run", "small.md", "--data", "data", "--json", folder=office)
    assert quanheng("run", "small.md", "--json", folder=office).out == named.out
    (office / "alone").mkdir()
    (office / "alone" / "scheme.md").write_bytes((office / "small.md").read_bytes())
    told = quanheng("run", "alone", folder=office)
    assert told.code == 2
    assert "没有写数据在哪里" in told.err


STALE = """# 值班考核办法

编号：stale；版本：1；周期：月；舍入：四舍五入；对象：人员

## 第一条 考核

到岗满分 5 分，评议满分 10 分。

指标表 考核（每名人员）：

| 指标 | 满分 | 计分 | 来源 | 评分人 |
|---|---|---|---|---|
| 到岗 | 5 | 评分 | 值班表 | 办公室 |
| 评议 | 10 | 评分 | 评议表 | 办公室 |
| 质量 | 20 | 评分 | 抽查表 | 办公室 |

## 附一 数据

数据表 人员：工号 文字 不重复（人事）
"""


def test_the_data_of_a_past_period_show_indicators_that_no_longer_tell_people_apart(tmp_path: Path):
    (tmp_path / "scheme.md").write_text(STALE, encoding="utf-8")
    (tmp_path / "data").mkdir()
    rows = "".join(f"E{nr},5,7,{nr}\n" for nr in range(1, 7))
    (tmp_path / "data" / "人员.csv").write_text("工号,到岗,评议,质量\n" + rows, encoding="utf-8")
    told = quanheng("check", "scheme.md", "--data", "data", folder=tmp_path)
    assert told.code == 0
    assert "indicator-reached-by-all: 提醒：第一条 “到岗”" in told.out
    assert "indicator-no-variation: 提醒：第一条 “评议”" in told.out
    assert told.out.count("indicator-") == 2
    assert "indicator" not in quanheng("check", "scheme.md", folder=tmp_path).out
