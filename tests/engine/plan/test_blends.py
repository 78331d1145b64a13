"""Parts put together: weights and who is missing, the marks of raters, indicator tables by full marks and by weights."""

import pytest

from tests.engine.plan.office import codes, holds, not_entered, refused

PARTS = "数据表 员工：姓名 文字 不重复；业绩 0～100 分；测评 0～100 分 可缺；面谈 0～100 分 可缺"


def test_parts_by_weight_with_every_policy_for_what_is_missing():
    """60 : 30 : 10."""
    blend = "加权(业绩 占 60%、测评 占 30%、面谈 占 10%；缺 {})"
    holds(
        f"""
        - 每名员工：零（分，保留 2 位）= {blend.format("按零")}
        - 每名员工：摊（分，保留 2 位）= {blend.format("摊给其他")}
        - 每名员工：仍（分，保留 2 位）= {blend.format("仍缺")}
        - 每名员工：两项（分，保留 2 位）= 加权(测评 占 75%、面谈 占 25%；缺 摊给其他)
        - 每名员工：全有（分，保留 2 位）= 加权(业绩 占 50%、业绩 - 10分 占 50%)
        {PARTS}
        """,
        """
        员工: 姓名, 业绩, 测评, 面谈 → 零, 摊, 仍, 两项, 全有
        甲, 80, 90, 70 → 82, 82, 82, 85, 75            # 48 + 27 + 7; 67.5 + 17.5
        乙, 80, 未评, 70 → 55, 78.57, 未评, 70, 75      # (48 + 7) ÷ 70 %
        丙, 80, 90,  → 75, 83.33, 无数据, 90, 75        # (48 + 27) ÷ 90 %
        丁, 80, 免考,  → 48, 80, 无数据, 无数据, 75     # 48 ÷ 60 %; of the two parts none is there
        戊, 80, 免考, 未评 → 48, 80, 未评, 无数据, 75
        """,
    )


def test_a_missing_part_stops_the_run_where_the_regulation_says_so():
    scheme = f"- 每名员工：综合（分，保留 2 位）= 加权(业绩 占 60%、测评 占 40%；缺 停算)\n{PARTS}"
    rows = "员工: 姓名, 业绩, 测评, 面谈\n王, 80, 90, \n赵, 80, {mark}, "
    assert refused(scheme, rows.format(mark=0)) == []
    assert refused(scheme, rows.format(mark="未评")) == ["赵：“测评”缺，办法要求停算。"]
    computed = f"- 每名员工：综合（分，保留 2 位）= 加权(业绩 占 60%、测评 + 面谈 占 40%；缺 停算)\n{PARTS}"
    assert refused(computed, rows.format(mark=5)) == ["王、赵：“有一项”缺，办法要求停算。"]


def test_the_marks_of_the_raters():
    holds(
        """
        - 每名员工：表现评分（分，保留 2 位）= 评分(本人 占 25%、上级 占 45%、部长 占 30%；缺 仍缺)
        - 每名员工：民主测评（分，保留 2 位）= 评分(同事 占 60%、下级 占 40%；缺 摊给其他；满分 30分)
        - 每名员工：折算（分，保留 1 位）= 表现评分 × 30%
        数据表 员工：姓名 文字 不重复
        """,
        """
        员工: 姓名, 表现评分（本人）, 表现评分（上级）, 表现评分（部长）, 民主测评（同事）, 民主测评（下级） → 表现评分, 民主测评, 折算
        甲, 95, 88, 90.5, 28, 26 → 90.5, 27.2, 27.2        # 23.75 + 39.6 + 27.15; 16.8 + 10.4; 27.15 goes up
        乙, 90, , 85, 25,  → 未评, 25, 未评                 # an open mark is 未评
        丙, 0, 100, 99.99,  , 30 → 75, 30, 22.5            # 45 + 29.997 = 74.997
        丁, 1, 2, 3, ,  → 2.05, 无数据, 0.6                 # 0.25 + 0.9 + 0.9; 0.615
        """,
    )


def test_a_mark_beyond_the_full_mark_is_not_taken():
    scheme = "- 每名员工：测评（分，保留 2 位）= 评分(同事 占 60%、下级 占 40%；缺 停算；满分 30分)\n数据表 员工：姓名 文字 不重复"
    rows = "员工: 姓名, 测评（同事）, 测评（下级）\n甲, {mark}, 30"
    assert not_entered(scheme, rows.format(mark=30)) == []
    assert not_entered(scheme, rows.format(mark="30.01")) == ["out-of-range"]
    assert refused(scheme, rows.format(mark="")) == ["甲：“测评（同事）”缺，办法要求停算。"]


FULL_MARKS = """# 例

编号：lizi；版本：2026；周期：月；舍入：四舍五入；对象：员工

## 第一条 例

指标表 月度考核（每名员工）：

| 指标 | 满分 | 计分 | 小数 | 来源 | 评分人 |
|---|---|---|---|---|---|
| 产量完成 | 30 | 封顶(产量 / 计划, 100%) × 30分 | 保留 2 位 | 日报 | 系统 |
| 合格率分 | 25 | 分档(合格率；>= 99%：25分；其余：0分) | | 质检单 | 系统 |
| 及时率分 | 15 | 步进(及时率；起点 98%；每少 1个百分点 扣 3分；零头 不计；扣完为止) | | 发货单 | 系统 |
| 表现分 | 20 | 表现 × 20% | | 记录 | 系统 |
| 现场 | 10 | 评分 | | 班组 | 上级 |

- 每名员工：得分（分，保留 2 位）= 合计(月度考核)
- 每名员工：表现（分，保留 2 位）= 评分(本人 占 40%、上级 占 60%；缺 停算)

数据表 员工：姓名 文字 不重复；计划 1～1000 件；产量 0～1000 件；合格率 0%～100% 1 位小数；及时率 0%～100% 1 位小数
"""


def test_an_indicator_table_by_full_marks():
    holds(
        FULL_MARKS,
        """
        员工: 姓名, 计划, 产量, 合格率, 及时率, 现场, 表现（本人）, 表现（上级） → 产量完成, 合格率分, 及时率分, 表现分, 得分
        甲, 300, 299, 99%, 98%, 9.5, 100, 90 → 29.9, 25, 15, 18.8, 98.2
        乙, 300, 400, 98.9%, 97.0%, 10, 50, 50 → 30, 0, 12, 10, 62
        丙, 7, 1, 0%, 93.0%, 0, 0, 0 → 4.29, 0, 0, 0, 4.29      # 30 ÷ 7
        """,
    )


WEIGHTED = """# 例

编号：lizi；版本：2026；周期：月；舍入：四舍五入；对象：员工

## 第一条 例

指标表 月度考核（每名员工）：

| 指标 | 权重 | 计分 | 小数 | 来源 | 评分人 |
|---|---|---|---|---|---|
| 业绩 | 50% | 封顶(产量 / 计划, 120%) × 100分 | 保留 1 位 | 日报 | 系统 |
| 态度 | 30% | 评分 | | 班组 | 上级 |
| 能力 | 20% | 能力测评 | | 人事 | 人事 |

- 每名员工：得分（分，保留 2 位）= 合计(月度考核{missing})

数据表 员工：姓名 文字 不重复；计划 1～1000 件；产量 0～1000 件；能力测评 0～100 分{optional}
"""


def test_an_indicator_table_by_weights():
    holds(
        WEIGHTED.format(missing="", optional=""),
        """
        员工: 姓名, 计划, 产量, 能力测评, 态度 → 业绩, 得分
        甲, 300, 299, 80, 90 → 99.7, 92.85        # 49.85 + 27 + 16
        乙, 300, 900, 0, 0 → 120, 60
        """,
    )
    holds(
        WEIGHTED.format(missing="；缺 摊给其他", optional=" 可缺"),
        """
        员工: 姓名, 计划, 产量, 能力测评, 态度 → 业绩, 得分
        甲, 300, 299, 80, 90 → 99.7, 92.85
        乙, 300, 299, , 90 → 99.7, 96.06          # 76.85 ÷ 80 % = 96.0625
        """,
    )


@pytest.mark.parametrize(("policy", "total"), [("按零", "50"), ("仍缺", "未评")])
def test_a_missing_indicator(policy, total):
    scheme = FULL_MARKS.replace("合计(月度考核)", f"合计(月度考核；缺 {policy})").replace("产量 0～1000 件", "产量 0～1000 件 可缺")
    holds(
        scheme,
        f"""
        员工: 姓名, 计划, 产量, 合格率, 及时率, 现场, 表现（本人）, 表现（上级） → 产量完成, 得分
        甲, 300, 未评, 99%, 98%, 10, 0, 0 → 未评, {total}
        """,
    )


def test_a_missing_indicator_stops_the_run_where_the_regulation_says_so():
    scheme = FULL_MARKS.replace("合计(月度考核)", "合计(月度考核；缺 停算)").replace("产量 0～1000 件", "产量 0～1000 件 可缺")
    rows = "员工: 姓名, 计划, 产量, 合格率, 及时率, 现场, 表现（本人）, 表现（上级）\n甲, 300, , 99%, 98%, 10, 0, 0"
    assert refused(scheme, rows) == ["甲：“产量完成”缺，办法要求停算。"]


@pytest.mark.parametrize(
    ("wrong", "right", "code"),
    [
        ("合计(月度考核)", "合计(月度考核；缺 略去)", "policy-unfit"),
        ("表现 × 20%", "表现 × 30%", "beyond-full-mark"),
        ("表现 × 20%", "表现 × 20% - 1分", "beyond-full-mark"),
        ("计划 1～1000 件", "计划 0～1000 件", "divisor-can-be-zero"),
        ("保留 2 位 | 日报", " | 日报", "ratio-without-digits"),
        ("每名员工：得分（分，保留 2 位）= 合计(月度考核)", "每个部门：得分（分，保留 2 位）= 合计(月度考核)", "indicators-elsewhere"),
        ("本人 占 40%", "本人 占 41%", "shares-not-whole"),
        ("评分(本人 占 40%", "评分(产量 / 7 占 40%", "rater-name"),
        ("产量 0～1000 件", "产量 0～1000 件 可缺", "policy-missing"),
    ],
)
def test_an_indicator_table_that_does_not_add_up(wrong, right, code):
    assert wrong in FULL_MARKS
    scheme = FULL_MARKS.replace(wrong, right) + "\n数据表 部门：名称 文字 不重复\n"
    assert codes(scheme) == [code]


def test_marks_of_two_rules_are_columns_of_their_own():
    """评分 within a larger formula still is the marks of that rule."""
    holds(
        "- 每名员工：甲（分，保留 1 位）= 评分(本人 占 50%、上级 占 50%；缺 按零) × 0.5\n"
        "- 每名员工：乙（分，保留 1 位）= 评分(本人 占 100%；缺 按零)\n数据表 员工：姓名 文字 不重复",
        "员工: 姓名, 甲（本人）, 甲（上级）, 乙（本人） → 甲, 乙\n王, 80, , 60 → 20, 60",
    )
