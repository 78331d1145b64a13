"""The closed list of functions: name, English spellings, shape, one example each. `quanheng functions` prints this list.

What a function computes is lowered in `plan`; this file is what the parser, the docs and the fault messages know of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Family = Literal["row", "rounding", "date", "rows", "group", "raters", "history"]


@dataclass(frozen=True, slots=True)
class Function:
    """One function. `labels`: the labelled parts it understands; `required`: the policies that must be written."""

    zh: str
    en: tuple[str, ...]
    family: Family
    shape: str
    example: str
    says_zh: str
    says_en: str
    labels: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


_ROWS = ("when", "none", "missing", "same", "whole", "by", "last", "until")
_SET = ("when", "same", "whole", "by", "last", "until")
_BEST = ("takehigh", "takelow", "drophigh", "droplow")

FUNCTIONS: Final = (
    # ---- one row
    Function("如果", ("if",), "row", "如果(条件, 是则, 否则)", "如果(迟到 > 3次, 0分, 5分)", "条件成立取前一个，不成立取后一个", "the first value if the condition holds, else the second"),
    Function("分档", ("tiers",), "row", "分档(数；>= 界：值；…；其余：值)", "分档(得分；>= 90分：“优秀”；>= 60分：“合格”；其余：“不合格”)", "从上往下第一个够得上的档", "the first tier that the value reaches"),
    Function("分情况", ("cases",), "row", "分情况(条件：值；…；其余：值)", "分情况(班主任：100分；年级组长：60分；其余：0分)", "从上往下第一个成立的条件", "the value of the first condition that holds"),
    Function("步进", ("steps",), "row", "步进(数；起点 a；每多 k 加 p；零头 …)", "步进(学生人数；起点 1000人；每多 500人 加 2分；零头 不计)", "超过（或不足）起点的部分，每满一步加（扣）一次", "points for every step above or below a base", ("from", "part", "floorzero", "full", "limit"), ("from", "part")),
    Function("内插", ("interpolate",), "row", "内插(数；点：值；点：值；…)", "内插(完成率；60%：0分；100%：30分)", "两点之间按直线折算，两端之外取端点的值", "straight lines between points, flat outside"),
    Function("累进", ("progressive",), "row", "累进(数；<= 界：率；…；其余：率)", "累进(业绩；<= 10万元：1%；<= 50万元：2%；其余：3%)", "每一段只对落在这一段里的部分用这一段的率", "each band's rate on the part inside the band"),
    Function("封顶", ("at-most", "at_most"), "row", "封顶(数, 上限)", "封顶(加分, 10分)", "超过上限的按上限算", "not more than the limit"),
    Function("保底", ("at-least", "at_least"), "row", "保底(数, 下限)", "保底(10分 - 扣分, 0分)", "低于下限的按下限算", "not less than the limit"),
    Function("限于", ("clamp",), "row", "限于(数, 下限, 上限)", "限于(得分, 0分, 100分)", "限制在下限和上限之间", "kept between two limits"),
    Function("较大", ("larger",), "row", "较大(数, 数, …)", "较大(本期, 目标)", "几个数里最大的一个", "the largest of several values"),
    Function("较小", ("smaller",), "row", "较小(数, 数, …)", "较小(本期, 目标)", "几个数里最小的一个", "the smallest of several values"),
    Function("超出", ("excess",), "row", "超出(数, 基数)", "超出(学年课时, 480节)", "超过基数的部分，不超过的为 0", "the part above a base, else 0"),
    Function("相除", ("divide",), "row", "相除(数, 除数, 除数为零则)", "相除(完成, 计划, 0)", "除法，除数为 0 时取第三个值", "division with a value for a divisor of 0"),
    Function("绝对值", ("abs",), "row", "绝对值(数)", "绝对值(自评 - 上级评)", "去掉正负号", "without sign"),
    Function("有", ("known",), "row", "有(值)", "如果(有(合格率), 合格率 × 30分, 0分)", "值不缺", "yes when the value is not missing"),
    Function("缺则", ("if-missing", "if_missing"), "row", "缺则(值, 代替值)", "缺则(加班天数, 0天)", "值缺的时候用代替值", "the value, or another when it is missing"),
    Function("外定", ("decided",), "row", "外定(外定表.列, 否则)", "外定(中心校核定.等次, 计算等次)", "外面有决定的按决定，没有的按后一个", "what a named body decided outside, else the computed value"),
    # ---- rounding
    Function("四舍五入", ("round",), "rounding", "四舍五入(数, 位数)", "四舍五入(均分, 1)", "舍入到几位小数，五入", "half away from zero"),
    Function("进一", ("roundup",), "rounding", "进一(数[, 位数])", "进一(人数 / 10)", "有零头就进一", "away from zero"),
    Function("向下", ("floor",), "rounding", "向下(数[, 位数])", "向下(人数 × 20%)", "向小的方向取整", "towards minus infinity"),
    Function("取整", ("int",), "rounding", "取整(数)", "取整(人数 / 500)", "同 向下（与 Excel 的 INT 相同）", "the same as 向下, Excel's INT"),
    Function("去尾", ("trunc", "truncate"), "rounding", "去尾(数[, 位数])", "去尾(差额 / 100)", "去掉零头", "towards zero"),
    Function("五成双", ("half-even", "half_even"), "rounding", "五成双(数, 位数)", "五成双(均分, 2)", "四舍六入五成双", "half to even"),
    # ---- dates
    Function("天数", ("days",), "date", "天数(起, 止)", "天数(入职日, 2026-12-31)", "两个日期相差的天数", "days between two days"),
    Function("月数", ("months",), "date", "月数(起, 止)", "月数(入职日, 2026-12-31)", "满几个月", "whole months passed"),
    Function("年数", ("years",), "date", "年数(起, 止)", "年数(入职日, 2026-12-31)", "满几年（年龄、工龄）", "whole years passed (age, service)"),
    Function("年份", ("year",), "date", "年份(日期)", "年份(入职日)", "日期的年", "the year"),
    Function("月份", ("month",), "date", "月份(日期)", "月份(发生日)", "日期所在的月", "the month a day lies in"),
    Function("月号", ("month-number", "month_number"), "date", "月号(日期或月份)", "如果(月号(入职日) <= 6, 1, 0)", "第几个月，1 到 12", "the month's number, 1 to 12"),
    Function("日号", ("day-number", "day_number"), "date", "日号(日期)", "如果(日号(入职日) <= 15, 1, 0)", "当月第几日，1 到 31", "the day's number in its month"),
    Function("季度", ("quarter",), "date", "季度(日期或月份)", "如果(季度(入职日) = 1, 1, 0)", "第几季度，1 到 4", "the quarter's number, 1 to 4"),
    # ---- rows that lead here
    Function("合计", ("sum", "sum-of"), "rows", "合计(表.列；当 条件)", "合计(课时记录.节数；当 课时记录.课程 = “语文”)", "各条记录加起来", "sum over rows", (*_ROWS, *_BEST)),
    Function("平均", ("mean", "average"), "rows", "平均(表.列；当 条件；无则 值)", "平均(打分.分值；无则 0分)", "各条记录的平均数", "mean over rows", (*_ROWS, *_BEST)),
    Function("最高", ("max-of", "max_of"), "rows", "最高(表.列；无则 值)", "最高(获奖.奖分；无则 0分)", "各条记录里最高的", "largest over rows", _ROWS),
    Function("最低", ("min-of", "min_of"), "rows", "最低(表.列；无则 值)", "最低(打分.分值；无则 0分)", "各条记录里最低的", "smallest over rows", _ROWS),
    Function("个数", ("count",), "rows", "个数(表；当 条件)", "个数(考勤；当 考勤.迟到)", "记录有几条", "how many rows", _SET),
    Function("存在", ("any", "exists"), "rows", "存在(表；当 条件)", "存在(事故；当 事故.损失 >= 10万元)", "至少有一条这样的记录", "is there such a row", _SET),
    Function("全部", ("all",), "rows", "全部(表；都 条件)", "全部(打分；都 打分.分值 = 100分)", "每一条记录都这样（没有记录也算）", "do all rows satisfy", (*_SET, "each"), ("each",)),
    Function("去高去低平均", ("trimmed-mean", "trimmed_mean"), "rows", "去高去低平均(表.列；去高 n个；去低 n个)", "去高去低平均(打分.分值；去高 1个；去低 1个；无则 0分)", "去掉最高、最低各几个以后的平均数", "mean without the highest and lowest", (*_ROWS, "drophigh", "droplow"), ("drophigh", "droplow")),
    Function("中位数", ("median",), "rows", "中位数(表.列)", "中位数(打分.分值；无则 0分)", "排在正中的数", "the middle value", _ROWS),
    Function("最早", ("first-of", "first_of"), "rows", "最早(表.列；按 日期列)", "最早(聘任.岗位；按 聘任.起)", "排在最前的那条记录的值", "the value of the first row in order", ("none", *_SET), ("by",)),
    Function("最近", ("latest",), "rows", "最近(表.列；按 日期列)", "最近(聘任.岗位；按 聘任.起)", "排在最后的那条记录的值", "the value of the last row in order", ("none", *_SET), ("by",)),
    # ---- the group
    Function("排名", ("rank",), "group", "排名(数 高到低；同 组；并列 …)", "排名(得分 高到低；同 部门；并列 同名次)", "在组里排第几", "position in the group", ("same", "only", "ties"), ("same", "ties")),
    Function("名额", ("quota",), "group", "名额(数 高到低；同 组；“A” 占 20%、…；零头 …；并列 …)", "名额(得分 高到低；同 部门；“A” 占 20%、“B” 占 80%；零头 大者先得；并列 再比 工号 低到高)", "按比例分配各等的人数，再按次序对号入座", "grades under quota", ("same", "only", "part", "ties", "plusplaces"), ("same", "part", "ties")),
    Function("名次奖", ("rank-prizes", "rank_prizes"), "group", "名次奖(数 高到低；同 组；各名 奖、奖…；并列 …)", "名次奖(得分 高到低；同 部门；各名 3000元、2000元、1000元；并列 平分；零头 大者先得)", "按名次给奖，没有名次的为 0", "prizes by rank", ("same", "only", "prizes", "ties", "part"), ("same", "prizes", "ties")),
    Function("分配", ("split",), "group", "分配(总额；按 权数；同 组；零头 …；全零 …)", "分配(学校.核定总额；按 总分；同 学校；零头 大者先得；全零 停算)", "把总额按权数分给组里的人，分到分", "apportion a pool to the fen", ("by", "same", "only", "part", "allzero", "limit", "overlimit", "ties"), ("by", "same", "part", "allzero")),
    # ---- raters and parts
    Function("加权", ("blend",), "raters", "加权(甲 占 50%、乙 占 50%；缺 …)", "加权(业绩分 占 70%、测评分 占 30%；缺 停算)", "各项按占比合成，占比合计 100%", "weighted mean of parts", ("missing",), ()),
    Function("评分", ("rated-by", "rated_by"), "raters", "评分(本人 占 25%、上级 占 75%；缺 …)", "评分(本人 占 25%、上级 占 45%、部长 占 30%；缺 停算)", "各评分人的打分按占比合成", "marks of the raters, blended", ("missing", "full"), ("missing",)),
    # ---- along the periods
    Function("上期", ("previous",), "history", "上期(列；无则 值)", "上期(结余；无则 0元)", "同一对象上一期的值", "the value one period before", ("none",)),
    Function("连续", ("streak",), "history", "连续(条件)", "连续(等次 = “A”)", "到本期为止，条件连续成立了几期", "length of the current run of periods"),
    Function("累计", ("cumulative",), "history", "累计(列)", "累计(积分)", "从第一期加到本期", "sum up to this period"),
)  # fmt: skip

BY_NAME: Final = {name: function for function in FUNCTIONS for name in (function.zh, *function.en)}


def function_named(written: str) -> Function | None:
    return BY_NAME.get(written) or BY_NAME.get(written.lower())
