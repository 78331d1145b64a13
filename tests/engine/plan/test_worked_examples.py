"""Whole regulations worked out on paper: every figure of a small case, with the arithmetic beside it."""

from tests.engine.document.samples import HERE
from tests.engine.plan.office import holds, refused


def sample(name):
    return (HERE / "samples" / f"{name}.md").read_text(encoding="utf-8")


def test_the_guides_of_a_museum():
    """2 points a tour, half a point for every ten visitors begun above 30; 1000 yuan by points, nobody above 300."""
    holds(
        """
        - 参数 奖金池（元）= 1000元
        - 每场次：计分（分）= 2分 + 进一(超出(人数, 30人) / 10人) × 0.5分
        - 每名讲解员：工作量（分）= 合计(场次.计分)
        - 每名讲解员：口碑（分，显示 1 位）= 平均(场次.评分；缺 略去)
        - 每名讲解员：得分（分，保留 2 位）= 加权(工作量 × 10 占 50%、口碑 占 30%、考试 占 20%；缺 摊给其他)
        - 每名讲解员：名次（名）= 排名(得分 高到低；同 展馆；并列 同名次)
        - 每名讲解员：奖金（元）= 分配(奖金池；按 工作量；同 全体；上限 300元；多出 分给其他；零头 大者先得；全零 停算)
        - 每名讲解员：归公奖金（元）= 分配(奖金池；按 工作量；同 全体；上限 300元；多出 归公；零头 大者先得；全零 停算)
        数据表 展馆：名称 文字 不重复
        数据表 讲解员：姓名 文字 不重复；展馆 属于 展馆；考试 0～100 分 可缺
        数据表 场次：讲解员 属于 讲解员；人数 0～500 人；评分 0～100 分 可缺
        """,
        """
        展馆: 名称
        东馆
        西馆
        # 林: 30 + 28.05 + 18; 何: (10 + 26.4) ÷ 80 %; 高: (15 + 15) ÷ 70 %; 罗: 32.5 + 26.25 + 16; 郑: 20 + 26.25 + 16
        # 罗 would get 1000 × 6.5 ÷ 21.5 = 302.33; the others share 700 by 6 : 2 : 3 : 4
        讲解员: 姓名, 展馆, 考试 → 工作量, 口碑, 得分, 名次, 奖金, 归公奖金
        林, 东馆, 90 → 6, 93.5, 76.05, 1, 280, 279.07
        何, 东馆,  → 2, 88.0, 45.5, 2, 93.33, 93.02
        高, 东馆, 75 → 3, 无数据, 42.86, 3, 140, 139.53
        罗, 西馆, 80 → 6.5, 87.5, 74.75, 1, 300, 300
        郑, 西馆, 80 → 4, 87.5, 62.25, 2, 186.67, 186.05
        场次: 讲解员, 人数, 评分 → 计分
        林, 35, 96 → 2.5
        林, 60, 91 → 3.5
        何, 20, 88 → 2
        高, 45,  → 3
        罗, 80, 90 → 4.5
        罗, 10, 85 → 2
        郑, 30, 97 → 2      # exactly 30
        郑, 30, 78 → 2
        """,
    )


ACCIDENT = "重大安全责任, 因教育管理不善, 严重违规, 重大事故, 恶劣影响, 损失"


def test_the_faculties_of_a_college():
    holds(
        sample("college"),
        f"""
        学院: 名称, 本科专业数, 学生人数, 教学工作, 科技产业, 学生工作, 党建综治 → 专业加分, 学生加分, 总分, 违规否决, 等次
        文学院, 2, 1499, 38.5, 18, 24, 14 → 0, 0, 94.5, 否, 优秀
        理学院, 4, 1500, 36, 15, 20, 12 → 1, 0.2, 84.2, 否, 良好         # 2 × 5 × 0.1; one step of 500
        商学院, 1, 2100, 40, 20, 25, 15 → 0, 0.4, 100.4, 是, 不合格      # a loss of exactly 100,000
        医学院, 0, 0, 39, 19, 24.5, 14.5 → 0, 0, 97, 否, 优秀            # 99,999.99
        工学院, 3, 1000, 39, 19, 24.5, 14.5 → 0.5, 0, 97.5, 否, 不合格   # vetoed by a county's sanction
        农学院, 2, 999, 30, 15, 20, 10 → 0, 0, 75, 否, 良好              # exactly 75
        体育部, 2, 1, 30, 10, 12, 7.99 → 0, 0, 59.99, 否, 不合格
        党校, 2, 1, 39, 19, 24.5, 14.5 → 0, 0, 97, 否, 不合格            # a warning of the party for 廉政
        艺术学院, 2, 1, 30, 10, 12, 8 → 0, 0, 60, 否, 合格               # exactly 60; one's own unit's sanction does not count
        音乐学院, 2, 1, 30, 10, 12, 8 → 0, 0, 60, 否, 不合格             # an accident for which it answers
        事故: 学院, {ACCIDENT}
        商学院, 否, 否, 是, 是, 是, 100000
        医学院, 否, 否, 是, 是, 是, 99999.99
        医学院, 是, 否, 是, 是, 否, 5000000      # not one of the two sets of conditions whole
        音乐学院, 是, 是, 否, 否, 否, 0
        处分: 学院, 事由, 机关, 党纪, 追究法律责任
        工学院, 计划生育, 县级, 无, 否
        党校, 廉政, 单位, 警告, 否
        艺术学院, 计划生育, 单位, 无, 否
        艺术学院, 廉政, 省级, 无, 否
        艺术学院, 其他, 国家级, 开除, 是
        """,
    )


def test_the_nurses_of_a_ward():
    """Pools: 10000.01 × 60 % = 6000.01, and the rest 4000.00.
    By title 1.9 : 1.6 × 15/30 : 0.56 = 1.9 : 0.8 : 0.56: 3496.938, 1472.395, 1030.677; two fen to the largest remainders.
    By post 1.67 : 0.75 : 0.4: 2368.794, 1063.830, 567.376; two fen to b and c."""
    rows = """
    病区: 名称, 奖金总额, 当月天数 → 职称奖金池, 岗位奖金池, 结余
    一区, 10000.01, 30 → 6000.01, 4000, 114.13
    护士: 姓名, 病区, 职称, 岗位, 在岗天数, 绩效分 → 在岗比例, 职称奖金, 岗位奖金, 实发
    a, 一区, 主管护师, 护士长, 30, 100 → 1, 3496.94, 2368.79, 5865.73
    b, 一区, 护师, 高级责任, 15, 95.5 → 0.5, 1472.39, 1063.83, 2422.09      # 2536.22 × 95.5 % = 2422.0901
    c, 一区, 新护士二档, 新护士, 30, 110 → 1, 1030.68, 567.38, 1598.06      # above 100 counts as 100
    """
    holds(sample("nurse"), rows)
    wrong = rows.replace("新护士二档, 新护士", "护师, 新护士")
    assert refused(sample("nurse"), wrong) == ["c：“新护士岗位系数”里查不到。"]
    nobody = rows.replace("护士长, 30", "护士长, 0").replace("高级责任, 15", "高级责任, 0").replace("新护士, 30", "新护士, 0")
    assert refused(sample("nurse"), nobody) == ["a、b、c：同一组里所有人的权数都是 0，办法要求停算。"] * 2


def test_the_teachers_of_a_school():
    """3 posts at 1000.01 are 3000.03 yuan for 196 + 194 + 24 points: 1420.304, 1405.811, 173.915; the fen left over to d."""
    holds(
        sample("school"),
        """
        学校: 名称, 核定岗位数, 人均标准 → 核定总额
        一小, 3, 1000.01 → 3000.03
        教职工: 工号, 学校, 正式人员, 状态, 年度考核, 班主任, 年级组长, 周数 → 可发, 学年课时, 课时分, 津贴分, 奖励分, 总分, 应发
        a, 一小, 是, 在岗, 优秀, 是, 是, 2 → 是, 24, 96, 100, 0, 196, 1420.3         # 20 × 1.2 = 24 = 2 × 12: all at 4 points
        b, 一小, 是, 在岗, 合格, 否, 是, 1 → 是, 17, 78, 60, 56, 194, 1405.81        # 12 × 4 + 5 × 6; 10 + 6 + 0; 30 + 10
        c, 一小, 是, 待岗, 合格, 否, 否, 1 → 否, 0, 0, 0, 0, 0, 不适用
        d, 一小, 是, 在岗, 合格, 否, 否, 1 → 是, 6, 24, 0, 0, 24, 173.92
        e, 一小, 是, 在岗, 不合格, 否, 否, 1 → 否, 10, 40, 0, 0, 40, 不适用
        f, 一小, 否, 在岗, 合格, 否, 否, 1 → 否, 0, 0, 0, 0, 0, 不适用
        课时记录: 教职工, 课程, 节数 → 折算课时
        a, 语文, 20 → 24
        b, 数学, 10 → 12
        b, 其他, 5 → 5
        d, 英语, 5 → 6
        e, 其他, 10 → 10
        月考核: 教职工, 结果 → 奖分
        b, 优秀 → 10
        b, 合格 → 6
        b, 不合格 → 0
        成果: 名称, 教职工 → 奖分
        论文, b → 30      # two prizes for one work: only the highest
        课件, b → 10
        报告, b → 0
        获奖: 成果, 级别, 名次 → 奖分
        论文, 市级, 一等奖 → 30
        论文, 区级, 一等奖 → 15
        课件, 区级, 二等奖 → 10
        """,
    )


def test_what_is_paid_may_not_be_more_than_what_is_approved():
    more = sample("school").replace("零头 大者先得", "零头 不分").replace("必须 合计(教职工.应发) <= 核定总额", "必须 合计(教职工.应发) = 核定总额")
    rows = """
    学校: 名称, 核定岗位数, 人均标准
    一小, 1, {each}
    教职工: 工号, 学校, 正式人员, 状态, 年度考核, 班主任, 年级组长, 周数
    a, 一小, 是, 在岗, 优秀, 是, 否, 0
    b, 一小, 是, 在岗, 优秀, 是, 否, 0
    课时记录: 教职工, 课程, 节数
    月考核: 教职工, 结果
    成果: 名称, 教职工
    获奖: 成果, 级别, 名次
    """
    assert refused(more, rows.format(each="0.02")) == []
    assert refused(more, rows.format(each="0.03")) == ["一小：不符合“每所学校：必须 合计(教职工.应发) = 核定总额”。"]


def test_a_month_of_an_enterprise():
    """Five persons: 1 A, 2.5 B, 1.25 C, 0.25 D: 1, 2, 1, 0 and the one left over to B. p2 and p3 are equal at 85.90 and told
    apart by their output; one more A is approved in April."""
    months = [f"2026-{month:02}" for month in range(1, 7)]
    people = {
        # 30 + 25 + 15 + 89.5 × 30 %
        "p1": "300, 300, 99.50%, 98%, 100, 90, 80 → 30, 25, 15, 89.5, 26.85, 96.85",
        # 299/300 × 30; 99.49 % is below 99.5 %; one point below 98 %
        "p2": "300, 299, 99.49%, 97%, 80, 80, 80 → 29.9, 20, 12, 80, 24, 85.9",
        # 80.33 × 30 % = 24.099: 85.899 is kept as 85.90
        "p3": "300, 298, 99%, 97%, 80.33, 80.33, 80.33 → 29.8, 20, 12, 80.33, 24.099, 85.9",
        "p4": "300, 0, 98%, 93%, 0, 0, 0 → 0, 12, 0, 0, 0, 12",
        "p5": "300, 600, 97.99%, 100%, 50, 50, 50 → 30, 0, 15, 50, 15, 60",
    }
    grades = {"p1": "A", "p2": "B", "p3": "B", "p4": "C", "p5": "B"}
    marks = "表现评分（本人）, 表现评分（上级）, 表现评分（部长）"
    lines = [f"员工每月: 员工, 月份, 计划产量, 实际产量, 合格率, 及时率, {marks} → 产量完成, 一次合格率, 交货及时率, 表现评分, 工作表现, 得分, 等次"]
    for person, rest in people.items():
        for month in months:
            grade = "A" if (person, month) == ("p2", "2026-04") else grades[person]
            lines.append(f"{person}, {month}, {rest}, {grade}")
    monthly = "\n".join(lines)
    holds(
        sample("enterprise"),
        f"""
        部门: 名称
        一部
        员工: 工号, 部门 → 得A, 得AB, 得D, 晋升
        p1, 一部 → 6, 6, 0, 1
        p2, 一部 → 1, 6, 0, 1
        p3, 一部 → 0, 6, 0, 1
        p4, 一部 → 0, 0, 0, 0
        p5, 一部 → 0, 6, 0, 1
        批准名额: 部门, 月份, 等次, 增减
        一部, 2026-04, A, 1
        一部, 2026-04, B, -1
        {monthly}
        """,
    )


def test_a_secret_ballot():
    """At most three with 90 or more, at least two below 70; not all 100, not all equal. Six valid ballots: without the highest
    and the lowest; five: as they are."""
    ballots = {
        "t1": ("甲", "是", "95 90 65 60"),
        "t2": ("甲", "是", "90 85 69.9 50"),
        "t3": ("甲", "否", "100 100 100 100"),
        "t4": ("甲", "否", "80 80 80 80"),
        "t5": ("甲", "否", "92 91 90 60"),  # only one below 70
        "t6": ("甲", "是", "85 70 60 55"),
        "t7": ("甲", "是", "99 95 69 68"),
        "t8": ("甲", "是", "80 75 50 40"),
        "t9": ("甲", "是", "91 60 60 95"),
        "u1": ("乙", "是", "90 60 50"),
        "u2": ("乙", "是", "90 60 50"),
        "u3": ("乙", "是", "90 60 50"),
        "u4": ("乙", "是", "90 60 50"),
        "u5": ("乙", "是", "89.9 60 50"),
        "v1": ("丙", "否", "60"),  # one mark only is all equal
    }
    members = {"甲": ["m1", "m2", "m3", "m4"], "乙": ["n1", "n2", "n3"], "丙": ["q1"]}
    slips = "\n".join(f"{slip}, {team} → {valid}" for slip, (team, valid, _) in ballots.items())
    marks = [f"{slip}, {who}, {mark}" for slip, (team, _, each) in ballots.items() for who, mark in zip(members[team], each.split(), strict=True)]
    given = "\n".join(marks)
    holds(
        sample("ballot").replace("数据表 打分：", "数据表 打分（每张选票 至少 1 行）："),
        f"""
        测评组: 名称 → 有效票数
        甲 → 6
        乙 → 5
        丙 → 0
        选票: 票号, 测评组 → 有效
        {slips}
        打分: 选票, 成员, 分值
        {given}
        成员: 姓名, 测评组 → 测评分, 等次
        m1, 甲 → 90.25, A        # 95 90 85 91 of six: 361 ÷ 4
        m2, 甲 → 80, B           # 90 85 70 75
        m3, 甲 → 63.5, C         # 65 60 69 60
        m4, 甲 → 58.25, D        # 60 50 55 68
        n1, 乙 → 89.98, B        # 449.9 ÷ 5
        n2, 乙 → 60, C
        n3, 乙 → 50, D
        q1, 丙 → 无数据, 无数据   # no valid ballot: to be done again
        """,
    )
