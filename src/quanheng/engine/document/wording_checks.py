"""What the checks of a whole document say, code by code, in Chinese and in English. Most of it is advice."""

from __future__ import annotations

from typing import Final

from quanheng.engine.document.wording import Said

_STRUCTURE: Final = {
    "article-without-rule": Said(
        "{number}没有规则，也没有写为什么不计算。",
        "{number} has no rule and does not say why.",
        "写规则；只是文字的条，写“- 不计算：理由”。",
        "Write a rule, or “- text-only: reason”.",
    ),
    "rule-without-article": Said(
        "“{name}”不在任何一条里，结果没有条款可以引用。",
        "“{name}” stands in no article, so nothing can be cited for it.",
        "移到它所依据的那一条下面。",
        "Move it under its article.",
        advice=True,
    ),
    "article-twice": Said("{number}出现了两次（第 {line} 行已有）。", "{number} stands twice (first in line {line}).", "改正编号。", "Renumber."),
    "article-order": Said("{number}排在{before}后面，次序不对。", "{number} comes after {before}.", "改正编号。", "Renumber.", advice=True),
    "mark-twice": Said(
        "{article}出现了两次，引用时分不清。",
        "{article} stands twice and cannot be cited.",
        "改正项的序号。",
        "Renumber the paragraph.",
        advice=True,
    ),
    "source-missing": Said(
        "“{name}”没有写由谁提供。",
        "“{name}” does not say who supplies it.",
        "在后面写上来源，例如（教务处）。",
        "Add the source in brackets.",
        advice=True,
    ),
    "last-place-dismissal": Said(
        "条文写了“{text}”。排在末位不等于不能胜任工作，不能以此解除劳动合同（最高人民法院指导案例18号）。",
        "“{text}”: being last is not being incompetent and is no ground for dismissal (Supreme People's Court, guiding case 18).",
        "改为培训、调岗或者绩效改进；确实不能胜任的，依照劳动合同法第四十条办理。",
        "Provide for training, another post or a plan to improve; see article 40 of the Labour Contract Law.",
        advice=True,
    ),
}

_FIGURES: Final = {
    "figure-not-in-text": Said(
        "规则里的 {figure} 在{article}的条文里没有写。",
        "{figure} does not occur in the text of {article}.",
        "条文和规则哪一个对？若是解释，写“- 口径：…”。",
        "Which is right? A reading is written as “- reading: …”.",
        advice=True,
    ),
    "figure-not-used": Said(
        "条文里的 {figure} 在{article}的规则里没有用到。",
        "{figure} is not used by the rules of {article}.",
        "条文和规则哪一个对？",
        "Which is right?",
        advice=True,
    ),
    "bound-not-in-rules": Said(
        "条文写了“{text}”，{article}的规则里没有和 {figure} 比较。",
        "The text says “{text}”, but no rule of {article} compares with {figure}.",
        "补上规则；若由别的规则处理，写“- 口径：…”。",
        "Write the rule, or a reading that says where it is dealt with.",
        advice=True,
    ),
    "bound-differs": Said(
        "条文写“{text}”（{meaning_zh} {figure}），规则里却是“{op} {figure}”。",
        "The text says “{text}” ({meaning_en} {figure}), the rule has “{op} {figure}”.",
        "“以上”“不满”以本数为界，本数算在“以上”；“超过”不含本数。",
        "以上 includes the figure, 超过 does not.",
        advice=True,
    ),
}

_INDICATORS: Final = {
    "weights-not-whole": Said(
        "“{table}”的权重合计 {total}，应为 100%。",
        "The weights of “{table}” add up to {total}, not to 100%.",
        "{weights} 请核对。",
        "Check {weights}.",
    ),
    "full-marks-differ": Said(
        "条文写 {said} 分，“{table}”各项满分合计 {total} 分。",
        "The text says {said} points, the full marks of “{table}” add up to {total}.",
        "条文和表哪一个对？",
        "Which is right?",
        advice=True,
    ),
    "weight-too-small": Said(
        "“{name}”只占 {share}，不到 5% 的指标容易被忽视。",
        "“{name}” counts for {share} only; an item under 5 % is ignored.",
        "提高分值，或者并入别的指标。",
        "Give it more weight or join it with another item.",
        advice=True,
    ),
    "weight-too-large": Said(
        "“{name}”占 {share}，超过 {bound}%，其他工作会被放到一边。",
        "“{name}” counts for {share}, more than {bound} %; it draws effort from everything else.",
        "拆成几个指标，或者在文件头改“权重上限”。",
        "Split it, or set the weight-bound in the header.",
        advice=True,
    ),
    "goal-missing": Said(
        "“{name}”没有写服务于哪个目标，同表的其他指标写了。",
        "“{name}” names no goal, other rows of the table do.",
        "补上目标；没有目标的指标考虑删去。",
        "Name the goal, or drop the item.",
        advice=True,
    ),
}

CHECKS: Final = _STRUCTURE | _FIGURES | _INDICATORS
