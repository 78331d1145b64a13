"""Writes ../data: 24 invented colleges and teaching departments, alike on every machine. The edges are set by hand."""

import csv
import random
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
chance = random.Random(2026)  # noqa: S311  invented figures, not secrets

# name, majors, students: the edges of 第五条 stand first
COLLEGES = [
    ("文学与传媒学院", 2, 1000),  # two majors: no bonus; exactly 1000 students: no bonus
    ("外国语学院", 3, 1500),  # third major: 0.5; exactly 1500 students: 0.2
    ("数学与统计学院", 1, 999),  # one major: nothing is taken
    ("物理与电子学院", 3, 1499),  # 1499 students: still no full step
    ("化学与材料学院", 4, 1001),
    ("生命科学学院", 4, 1999),
    ("计算机学院", 6, 2000),
    ("机械工程学院", 5, 2480),
    ("电气工程学院", 4, 2501),
    ("土木工程学院", 4, 1873),
    ("经济管理学院", 8, 3216),
    ("法学院", 2, 1120),
    ("教育学院", 5, 1764),
    ("音乐舞蹈学院", 3, 905),
    ("美术与设计学院", 6, 1688),
    ("体育学院", 3, 1010),
    ("旅游与地理学院", 4, 1350),
    ("历史文化学院", 2, 742),
    ("环境工程学院", 3, 1244),
    ("食品与制药学院", 3, 1506),
    ("城乡规划学院", 2, 638),
    ("马克思主义学院", 0, 0),
    ("大学外语教学部", 0, 0),
    ("公共体育教学部", 0, 0),
]
DEPARTMENTS = {"马克思主义学院", "大学外语教学部", "公共体育教学部"}
MARKS = {  # indicator → full marks
    "专业与课程建设": 15,
    "人才培养质量": 10,
    "成果与产业服务": 10,
    "学风与日常管理": 15,
    "党建与思想政治": 10,
    "综治与安全稳定": 5,
}
PLACEMENT = {  # 去向落实率, the bounds of 第四条（三）
    "文学与传媒学院": "95.00",
    "外国语学院": "94.99",
    "数学与统计学院": "90.00",
    "物理与电子学院": "80.00",
    "化学与材料学院": "79.99",
}


def write(name: str, rows: list[dict[str, object]]) -> None:
    with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def colleges() -> list[dict[str, object]]:
    rows = []
    for name, majors, students in COLLEGES:
        level = chance.uniform(0.72, 0.97)  # how good the year was
        marks = {mark: f"{full * min(1, level + chance.uniform(-0.08, 0.05)):.1f}" for mark, full in MARKS.items()}
        target = chance.randrange(8_000, 90_000) / 100
        placed = PLACEMENT.get(name) or f"{chance.uniform(82, 97):.2f}"
        rows.append(
            {
                "名称": name,
                "类别": "教学部" if name in DEPARTMENTS else "学院",
                "本科专业数": majors,
                "学生人数": students,
                "到账经费": f"{target * chance.uniform(0.6, 1.2):.2f}",
                "目标经费": f"{target:.2f}",
                "去向落实率": "" if name in DEPARTMENTS else f"{placed}%",
                **marks,
            }
        )
    full = rows[5]  # a college with full marks everywhere ends above 100
    full.update({mark: str(points) for mark, points in MARKS.items()}, 到账经费=full["目标经费"], 去向落实率="96.20%")
    poor = rows[20]  # and one below 60
    poor.update({mark: str(points // 2) for mark, points in MARKS.items()}, 到账经费="20.00", 去向落实率="81.00%")
    return rows


REVIEWS = [  # the days were set once and moved once
    ("第一场", "教学组", "2027-01-16", "", "", ""),
    ("第二场", "科技产业组", "2027-01-19", "2027-01-17", "期末工作集中，提前完成", "纪要〔2027〕2号"),
    ("第三场", "学生工作组", "2027-01-20", "2027-01-18", "期末工作集中，提前完成", "纪要〔2027〕2号"),
    ("第四场", "党建组", "2027-01-20", "2027-01-18", "期末工作集中，提前完成", "纪要〔2027〕2号"),
]
LESSONS = [  # teaching accidents; 机械工程学院 has more than the 15 points of the item
    ("J2026-01", "机械工程学院", "一级"),
    ("J2026-02", "机械工程学院", "一级"),
    ("J2026-03", "机械工程学院", "二级"),
    ("J2026-04", "机械工程学院", "二级"),
    ("J2026-05", "法学院", "三级"),
    ("J2026-06", "体育学院", "二级"),
    ("J2026-07", "大学外语教学部", "三级"),
]
ACCIDENTS = [  # all conditions; one condition missing; 100,000.00 and 99,999.99 yuan
    ("S2026-01", "化学与材料学院", "实验室违规存放试剂起火，一人受伤", "是", "是", "是", "是", "是", "82000.00"),
    ("S2026-02", "土木工程学院", "校外施工车辆撞毁围墙", "是", "否", "否", "是", "否", "150000.00"),
    ("S2026-03", "电气工程学院", "违规操作烧毁变电设备", "否", "否", "是", "是", "是", "100000.00"),
    ("S2026-04", "生命科学学院", "违规操作烧毁冷库设备", "否", "否", "是", "是", "是", "99999.99"),
    ("S2026-05", "经济管理学院", "违规出借机房造成设备损坏", "否", "否", "是", "是", "否", "260000.00"),
]
PUNISHMENTS = [
    ("政处〔2026〕7号", "历史文化学院", "缪书宁", "离岗人事关系在本学院", "计划生育", "是", "县级", "无", "否"),
    ("校处〔2026〕3号", "教育学院", "佟立新", "在岗", "计划生育", "否", "单位", "无", "否"),
    ("纪处〔2026〕5号", "环境工程学院", "阎守成", "在岗", "廉政", "否", "单位", "警告", "否"),
    ("纪处〔2026〕9号", "美术与设计学院", "翟文渊", "在岗", "廉政", "否", "单位", "无", "否"),
    ("纪处〔2026〕11号", "城乡规划学院", "祝世安", "在岗", "廉政", "否", "单位", "无", "是"),
    ("纪处〔2026〕12号", "计算机学院", "车子昂", "在岗", "其他", "否", "单位", "严重警告", "否"),
]


def main() -> None:
    DATA.mkdir(exist_ok=True)
    write("学院", colleges())
    heads = {
        "审核": (["场次", "审核小组", "原定日", "改定日", "改期理由", "纪要编号"], REVIEWS),
        "教学事故": (["编号", "学院", "等级"], LESSONS),
        "事故": (
            ["编号", "学院", "经过", "重大安全责任", "因教育管理不善", "严重违规", "重大事故", "恶劣影响", "损失"],
            ACCIDENTS,
        ),
        "处分": (
            ["文号", "学院", "人员", "人员状态", "事由", "政府机关", "机关级别", "党纪处分", "追究法律责任"],
            PUNISHMENTS,
        ),
    }
    for name, (head, rows) in heads.items():
        write(name, [dict(zip(head, row, strict=True)) for row in rows])


if __name__ == "__main__":
    main()
