"""What the reader says about a text, code by code, in Chinese and in English.

A key is the fault's code; behind a slash stands a variant of the same fault with another hint. A message says what is
wrong, its hint what to do, and a hint in doubt shows an example rather than a rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Said:
    zh: str
    en: str
    hint_zh: str = ""
    hint_en: str = ""
    advice: bool = False


_FILE: Final = {
    "file-too-long": Said(
        "文件太长：{characters} 个字、{lines} 行，至多 {most_characters} 个字、{most_lines} 行。",
        "The file is too long: {characters} characters, {lines} lines; at most {most_characters} and {most_lines}.",
        "拆成几个办法。",
        "Split it into several schemes.",
    ),
    "line-too-long": Said(
        "这一行有 {length} 个字，超过 {most} 个。",
        "This line has {length} characters, more than {most}.",
        "规则和表可以分成几行写，续行前面空两格。",
        "Break it; continuation lines are indented by two spaces.",
    ),
    "tab": Said("这里有一个制表符（Tab）。", "There is a tab here.", "换成空格。", "Use spaces."),
    "invisible-sign": Said(
        "这里有一个看不见的字符（{sign}）。",
        "There is an invisible character here ({sign}).",
        "删去它：把光标放在这个位置，按一次删除键。",
        "Delete it.",
    ),
    "title-missing": Said("文件没有标题。", "The file has no title.", "第一行写“# 某某办法”。", "Begin with “# title”."),
    "second-title": Said("一个文件只能有一个标题（“# ”）。", "A file has one title.", "条的标题写“## ”。", "Articles begin with “## ”."),
    "heading-form": Said(
        "这一行像标题，但写法不对。",
        "This looks like a heading, but is not written as one.",
        "写成“## 第二条 名称”：两个井号、空格、第几条、空格、名称。",
        "Write “## 第二条 name”, with spaces.",
    ),
    "comment": Said(
        "办法里不能有隐藏的注释。",
        "A scheme holds no hidden comments.",
        "删去，或写成条文。",
        "Remove it, or make it text.",
    ),
    "ruled-line": Said("不用横线分隔。", "There are no ruled lines.", "空一行即可。", "An empty line is enough."),
}

_HEADER: Final = {
    "header-form": Said(
        "“{text}”不是“名目：值”。",
        "“{text}” is not “key: value”.",
        "写成“编号：…；版本：…”。",
        "Write key: value; key: value.",
    ),
    "unknown-header": Said(
        "文件头里没有“{key}”这一项。",
        "There is no “{key}” in the header.",
        "可写：{zh}。若是条文，写到第一条里去。",
        "Allowed: {en}. Text belongs into an article.",
    ),
    "unknown-header/near": Said("文件头里没有“{key}”这一项。", "There is no “{key}” in the header.", "是不是“{near}”？", "Do you mean “{near}”?"),
    "header-twice": Said(
        "“{key}”写了两次（第 {line} 行已有）。",
        "“{key}” is given twice (first in line {line}).",
        "删去一个。",
        "Remove one.",
    ),
    "header-empty": Said("“{key}”没有写值。", "“{key}” has no value.", "写上，或者删去这一项。", "Give it a value or remove it."),
    "header-late": Said(
        "“{key}”要写在文件头：标题下面、第一条上面。",
        "“{key}” belongs into the header, under the title and above the first article.",
        "移到上面去。",
        "Move it up.",
    ),
    "header-missing": Said(
        "文件头缺少{zh}。",
        "The header lacks {en}.",
        "在标题下面写：{example_zh}",
        "Write under the title: {example_en}",
    ),
    "header-id": Said(
        "“{value}”不能作编号。",
        "“{value}” cannot be an id.",
        "编号只用字母、数字、汉字和 - _ .",
        "Use letters, digits, - _ .",
    ),
    "header-choice": Said("“{value}”不是{key}的写法。", "“{value}” cannot be the {key_en}.", "可写：{zh}。", "Write one of: {en}."),
    "header-date": Said("“{value}”不是日期。", "“{value}” is no date.", "写成 2026-01-01。", "Write 2026-01-01."),
    "header-subject": Said(
        "“{value}”不是表的名称。",
        "“{value}” is no name of a table.",
        "写被考核的那张数据表的名称，例如“员工”。",
        "Name the table that is assessed.",
    ),
    "header-units": Said(
        "“{value}”不能作单位。",
        "“{value}” cannot be a unit.",
        "单位只用汉字或字母，至多 8 个。",
        "Use up to 8 letters.",
    ),
    "header-units/known": Said("“{value}”本来就是认得的单位。", "“{value}” is a known unit already.", "删去它。", "Remove it."),
    "header-weight-bound": Said(
        "“{value}”不是 1 到 100 的数。",
        "“{value}” is no number from 1 to 100.",
        "例如：权重上限：50。",
        "For example 50.",
    ),
}

_LINES: Final = {
    "rule-like-text": Said(
        "这一行像规则，但行首没有“- ”，不会被计算。",
        "This looks like a rule but lacks “- ”, so it would not be computed.",
        "行首加“- ”；若确是条文，把等号改成文字。",
        "Add “- ”; if it is text, write the equals sign as a word.",
    ),
    "word-bullet": Said(
        "行首的“{sign}”不是规则的记号，这一行不会被计算。",
        "“{sign}” does not begin a rule; this line would not be computed.",
        "规则以“- ”（半角减号加空格）开头；条文的列举写（一）或 1.。",
        "Rules begin with “- ”; list text with （一） or 1.",
    ),
    "bullet-space": Said("行首应当是半角的“-”加一个空格。", "A rule begins with a hyphen and a space.", "写成“- 每…”。", "Write “- ”."),
    "rule-indented": Said(
        "规则前面有空格，会被当作上一行的续行。",
        "A rule that begins with spaces would continue the line above.",
        "“- ”顶格写。",
        "Remove the spaces.",
    ),
    "table-indented": Said(
        "表的声明前面有空格，不会被读成表。",
        "A table that begins with spaces would not be read.",
        "顶格写。",
        "Remove the spaces.",
    ),
    "stray-continuation": Said(
        "这一行前面有空格，可是上一行不是规则，续不上。",
        "This line is indented, but nothing above it can be continued.",
        "规则的续行紧接在规则下面，中间不空行；条文顶格写。",
        "Continuation lines stand directly under their rule; text is not indented.",
    ),
    "continuation-indent": Said("续行前面要空两格。", "Continuation lines begin with two spaces.", "在行首再加一个空格。", "Add a space."),
    "table-with-bullet": Said("“{word}”前面不加“- ”。", "A table takes no “- ”.", "删去行首的“- ”。", "Remove the “- ”."),
    "table-in-text": Said(
        "“{word}”写在了文字中间，不会被读成表。",
        "This table stands inside a text and would not be read.",
        "“{word}”另起一行，顶格写。",
        "Begin a new line with it.",
    ),
    "unknown-line": Said(
        "“- ”后面的“{text}”不认得。",
        "“- {text}” is not known.",
        "“- ”后面只能是：每…：、口径：、不计算：、参数、定义。若是条文的列举，写（一）或 1.。",
        "After “- ” comes each, reading, text-only, parameter or define. List text with （一） or 1.",
    ),
    "unknown-line/near": Said("“- ”后面的“{text}”不认得。", "“- {text}” is not known.", "是不是“{near}”？", "Do you mean “{near}”?"),
    "unknown-line/subject": Said(
        "“- ”后面的“{text}”不认得。",
        "“- {text}” is not known.",
        "规则要写明对象，例如“- 每名员工：名称 = 式子”。",
        "A rule names its subject: - each <table>: name = formula.",
    ),
    "colon-missing": Said("“{text}”后面少一个冒号。", "A colon is missing after “{text}”.", "写成“{text}：…”。", "Add it."),
    "text-missing": Said("“{text}：”后面没有写。", "“{text}:” says nothing.", "写一句话。", "Write a sentence."),
    "subject-missing": Said(
        "“必须”前面要写对象。",
        "“must” needs its subject.",
        "写成“- 每所学校：必须 …”。",
        "Write: - each <table>: must …",
    ),
    "subject-missing/table": Said(
        "指标表“{name}”没有写考核谁。",
        "The indicator table “{name}” does not say whom it assesses.",
        "写成“指标表 {name}（每名员工）：”。",
        "Write: indicators {name} (each <table>):",
    ),
    "subject-not-a-name": Said(
        "“{text}”不是对象：“每”后面只写一张表的名称。",
        "“{text}” is no subject: the name of one table comes here.",
        "例如“每名员工”“每所学校”；条件写进式子里。",
        "Conditions go into the formula.",
    ),
    "equals-missing": Said(
        "“{name}”后面没有等号。",
        "There is no “=” after “{name}”.",
        "写成“名称（单位）= 式子”。",
        "Write: name (unit) = formula.",
    ),
    "empty-value": Said("等号后面没有值。", "There is no value.", "写出参数的值。", "Write one."),
    "not-a-value": Said(
        "“{text}”不是一个值。",
        "“{text}” is no single value.",
        "这里只能写一个数、日期、是、否或引号里的文字。",
        "Write one number, date, yes, no or quoted text.",
    ),
    "parameter-dates": Said(
        "参数有几个值时，每个都要写“日期 起”，而且从早到晚。",
        "Several values need their dates, the earliest first.",
        "例如：= 2015-09-01 起 20000元；2016-09-01 起 21000元",
        "For example: = 2015-09-01 since 20000元; 2016-09-01 since 21000元",
    ),
    "no-such-date": Said("没有“{text}”这一天。", "There is no such day: {text}.", "改正日期。", "Correct the date."),
    "definition-form": Said(
        "“{name}”后面要写括号和参数。",
        "“{name}” needs brackets with its parameters.",
        "例如：- 定义 差额(实际, 计划) = 实际 - 计划",
        "For example: - define gap(a, b) = a - b",
    ),
    "parameter-twice": Said("括号里有两个“{name}”。", "“{name}” stands twice in the brackets.", "改一个名称。", "Rename one."),
    "open-bracket": Said("这个左括号没有配对的右括号“）”。", "This bracket is never closed.", "补上“）”。", "Add “)”."),
    "glued-label": Said(
        "“{first}”与“{then}”连在了一起。",
        "“{first}” touches “{then}”.",
        "“{first}”和“{then}”之间空一格。",
        "Put a space between.",
    ),
    "formula-in-text": Said(
        "条文里有算式，它不会被计算。",
        "There is a formula in the text; it is not computed.",
        "把等号写成“等于”，算法写成下面的规则。",
        "Write the equals sign as a word and the formula as a rule.",
        advice=True,
    ),
}

_NAMES: Final = {
    "not-a-name": Said(
        "“{name}”不能作名称：名称只由汉字、字母、数字和下划线组成，中间没有空格。",
        "“{name}” cannot be a name: letters, digits and Chinese characters only, without spaces.",
        "去掉空格和符号。",
        "Leave out spaces and signs.",
    ),
    "name-digit": Said(
        "“{name}”以数字开头，不能作名称。",
        "“{name}” begins with a digit and cannot be a name.",
        "把数字写成汉字，或者放到后面。",
        "Put the digit further back.",
    ),
    "name-missing": Said(
        "这里应当是一个名称。",
        "A name is expected here.",
        "名称由汉字、字母、数字组成，不以数字开头。",
        "Write a name.",
    ),
    "name-too-long": Said(
        "这个名称有 {length} 个字，超过 {most} 个。",
        "This name has {length} characters, more than {most}.",
        "起一个短名，全称写在条文里。",
        "Give it a short name.",
    ),
    "reserved-name": Said(
        "“{name}”是办法语言里的词，不能作名称。",
        "“{name}” is a word of the language and cannot be a name.",
        "换一个名称，例如加上限定语。",
        "Choose another name.",
    ),
    "look-alike": Said(
        "“{name}”里的“{sign}”看上去像别的字。",
        "“{sign}” in “{name}” only looks like the usual character.",
        "用输入法重新打一遍这个名称。",
        "Type the name again.",
    ),
}

_ATTRIBUTES: Final = {
    "unknown-attribute": Said(
        "括号里的“{text}”不认得。",
        "“{text}” is no attribute.",
        "可写：单位、保留 n 位、显示 n 位、是否、否决、某组审核、0～100。新的单位先写进文件头的“计量单位”。",
        "Allowed: a unit, round n, show n, yes-no, veto, reviewed-by, a range. Declare new units in the header.",
    ),
    "unknown-attribute/near": Said("括号里的“{text}”不认得。", "“{text}” is no attribute.", "是不是“{near}”？", "Do you mean “{near}”?"),
    "unknown-attribute/rounding": Said("括号里的“{text}”不认得。", "“{text}” is no attribute.", "写成“保留 2 位 {text}”。", "Write: round 2 {text}."),
    "attribute-twice": Said("“{text}”这一项写了两次。", "“{text}” is given twice.", "删去一个。", "Remove one."),
    "attributes-clash": Said(
        "“是否”的结果没有单位，也没有小数位数。",
        "A yes-no result has no unit and no decimals.",
        "删去一个。",
        "Remove one.",
    ),
    "digits-out-of-range": Said("小数位数是 0 到 {most}。", "The number of decimals is 0 to {most}.", "改小一些。", "Write a smaller one."),
    "unknown-rounding": Said("“{text}”不是舍入办法。", "“{text}” is no rounding.", "可写：{zh}。", "Write one of: {en}."),
    "range-backwards": Said("范围的下限大于上限。", "The range runs backwards.", "小的写在前面。", "Write the smaller first."),
    "range-unit": Said(
        "范围的单位不一致。",
        "The range has two different units.",
        "单位只写一次，例如 0～100 分。",
        "Write the unit once.",
    ),
    "range-decimals": Said(
        "范围有 {places} 位小数，这一列却没有写“{places} 位小数”。",
        "The range has {places} decimals, the column has {decimals}.",
        "写上“{places} 位小数”。",
        "Add “{places} decimals”.",
    ),
    "digits-cell": Said(
        "“小数”一栏只写“保留 n 位”或“显示 n 位”。",
        "This column takes round n or show n only.",
        "例如：保留 2 位。",
        "For example: round 2.",
    ),
}

_TABLES: Final = {
    "table-form": Said(
        "以“{word}”开头的行是表，这一行却不是表的写法。",
        "A line that begins with “{word}” is a table; this is not the form of one.",
        "写成“{word} 名称（…）：…”，要有冒号；若是条文，换一个开头。",
        "Write: table word, name, colon. If it is text, begin otherwise.",
    ),
    "table-tail": Said(
        "冒号后面不写别的，指标写在下面的表格里。",
        "Nothing follows the colon; the rows stand below.",
        "另起一行写“| 指标 | 满分 | …”。",
        "Begin a new line with “|”.",
    ),
    "table-empty": Said("“{name}”是空的。", "“{name}” is empty.", "写成“{example_zh}”。", "For example: {example_en}"),
    "table-bracket": Said(
        "表名括号里的“{text}”不认得。",
        "“{text}” is not known here.",
        "可写：甲 × 乙、一行、至多 5000 行、每张选票 至多 60 行、来自 办法 编号；几项之间用“；”。",
        "Allowed: a × b, single, most n rows, each x most n rows, from scheme id.",
    ),
    "table-single": Said("“一行”的表没有别的限制。", "A table of one row takes no key and no limit.", "删去其余的。", "Remove the rest."),
    "row-cells": Said(
        "这一行有 {cells} 格，表头有 {width} 格。",
        "This row has {cells} cells, the head has {width}.",
        "空着的格也要写竖线。",
        "An empty cell needs its bars too.",
    ),
    "unknown-heading": Said("指标表没有“{text}”这一栏。", "An indicator table has no column “{text}”.", "可写：{zh}。", "Allowed: {en}."),
    "unknown-heading/near": Said(
        "指标表没有“{text}”这一栏。",
        "An indicator table has no column “{text}”.",
        "是不是“{near}”？",
        "Do you mean “{near}”?",
    ),
    "heading-twice": Said("“{text}”这一栏写了两次。", "“{text}” stands twice.", "删去一栏。", "Remove one."),
    "heading-missing": Said(
        "指标表缺少“{text}”一栏。",
        "The indicator table lacks the column {text}.",
        "例如：| 指标 | 满分 | 计分 | 来源 | 评分人 |",
        "For example: | indicator | full-mark | scoring | source | raters |",
    ),
    "heading-clash": Said("“满分”和“权重”只能有一栏。", "A table has full marks or weights, not both.", "删去一栏。", "Remove one."),
    "sum-row": Said(
        "指标表里不写合计行，合计用规则算。",
        "A table of indicators has no sum row; a rule adds it up.",
        "删去这一行，在下面写“= 合计({table})”。",
        "Remove the row and write = sum({table}) below.",
    ),
    "scoring-missing": Said(
        "“{name}”没有写怎样计分。",
        "“{name}” does not say how it is scored.",
        "写式子；由评分人直接打分的写“评分”。",
        "Write a formula, or rated.",
    ),
    "rater-missing": Said(
        "“{name}”由谁评分没有写。",
        "“{name}” does not say who gives the mark.",
        "在“评分人”一栏写上。",
        "Fill in the raters.",
    ),
    "full-mark": Said("“满分”要写一个大于 0 的数。", "A full mark is a number above 0.", "例如 40 或 40分。", "For example 40."),
    "weight": Said("“权重”要写百分数。", "A weight is a percentage.", "例如 30%。", "For example 30%."),
    "standard-form": Said(
        "标准表“{name}”没有写按什么查。",
        "The standard table “{name}” does not name its keys.",
        "写成“标准表 {name}（名目）：名 数；名 数”。",
        "Write: standards {name} (key): entry value; …",
    ),
    "standard-heading": Said(
        "表头应当先是括号里的名目，最后一栏是数。",
        "The head is the keys in their order, then the value.",
        "例如：| {keys} | 数 |",
        "For example: | {keys} | value |",
    ),
    "standard-entry": Said(
        "“{text}”应当是 {keys} 个名目和一个数，中间空格。",
        "“{text}”: expected {keys} key(s) and a value, with spaces between.",
        "例如：市级 一等奖 30；市级 二等奖 20。",
        "For example: city first 30; city second 20.",
    ),
    "standard-twice": Said("“{text}”在表里有两行。", "“{text}” stands twice.", "删去一行。", "Remove one."),
    "column-twice": Said("“{name}”这一列写了两次。", "The column “{name}” stands twice.", "删去一列。", "Remove one."),
    "content-missing": Said(
        "“{text}”没有写内容。",
        "“{text}” has no content.",
        "例如：分值 0～100 分 1 位小数（教务处）。",
        "For example: mark 0～100 分 (office).",
    ),
    "unknown-content": Said(
        "“{text}”不是列的内容。",
        "“{text}” is no column content.",
        "可写：0～100 分 1 位小数、是否、文字、日期、月份、属于 表、甲/乙/丙、低<中<高；后面可加 可缺。",
        "Allowed: a range with unit, yes-no, text, date, month, belongs-to table, a/b/c, low<high; then optional.",
    ),
    "unknown-content/near": Said("“{text}”不是列的内容。", "“{text}” is no column content.", "是不是“{near}”？", "Do you mean “{near}”?"),
    "unknown-content/range": Said(
        "“{text}”不是列的内容。",
        "“{text}” is no column content.",
        "范围用“～”，例如 0～100 分。",
        "Ranges are written with ～.",
    ),
    "unknown-content/unit": Said(
        "“{text}”没有写范围。",
        "“{text}” has no range.",
        "写出最小和最大，例如 0～100 {text}。",
        "Give the range, for example 0～100 {text}.",
    ),
    "thousands-comma": Said(
        "“{text}”里的逗号会被当作两个数。",
        "The comma in “{text}” would make two numbers.",
        "写 {plain}。",
        "Write {plain}.",
    ),
    "unknown-unit": Said(
        "“{text}”不是认得的单位。",
        "“{text}” is no known unit.",
        "在文件头写“计量单位：{text}”可以增加单位。",
        "Declare it in the header: 计量单位：{text}.",
    ),
    "unknown-unit/near": Said("“{text}”不是认得的单位。", "“{text}” is no known unit.", "是不是“{near}”？", "Do you mean “{near}”?"),
    "choices-form": Said(
        "选项至少要有两个，每个只写一次。",
        "Choices are at least two, each once.",
        "例如：优秀/合格/不合格，或者 低<中<高。",
        "For example: a/b/c, or low<high.",
    ),
    "choices-form/mixed": Said(
        "“/”和“<”不能混用。",
        "Use / or <, not both.",
        "有高低次序的都用“<”，没有的都用“/”。",
        "Use < for ordered choices.",
    ),
    "decided-columns": Said(
        "外定表“{name}”要有“机关”和“文件”（或“文号”）两列。",
        "“{name}” needs the deciding body and its document.",
        "加上：机关 文字（…）；文号 文字（…）。",
        "Add the columns 机关 and 文号.",
    ),
}

_MIRROR: Final = {
    "mirror-form": Said(
        "JSON 里的 {path} 不对，应当是：{what}。",
        "{path} of the JSON does not fit; expected: {what}.",
        "对照 JSON Schema。",
        "Compare with the JSON Schema.",
    ),
}

READER: Final = _FILE | _HEADER | _LINES | _NAMES | _ATTRIBUTES | _TABLES | _MIRROR
