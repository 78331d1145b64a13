"""From words to a tree: what binds how tightly, what each part of a function is, and what is said when a text is no formula."""

import pytest

from quanheng.engine.faults import InputRefused, Place
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.functions import FUNCTIONS, function_named
from quanheng.engine.formula.parser import children, parse
from quanheng.engine.formula.words import BY_SPELLING, WORDS


def plain(node):  # noqa: PLR0911  one way out for each kind
    """A tree in brackets, to read at a glance."""
    match node:
        case t.Number():
            return node.figure + node.word
        case t.Path() | t.Text() | t.Day() | t.Month():
            return node.text if not isinstance(node, t.Text) else f"“{node.value}”"
        case t.YesNo():
            return "是" if node.value else "否"
        case t.Absent():
            return node.reason
        case t.Binary():
            return f"({plain(node.left)} {node.op} {plain(node.right)})"
        case t.Unary():
            return f"({node.op} {plain(node.part)})"
        case t.OneOf():
            return f"({plain(node.part)} {'不为' if node.negated else '为'} {' '.join(map(plain, node.values))})"
        case t.Lookup():
            column = f".{node.column.text}" if node.column else ""
            none = "" if node.when_none is None else f"; {node.when_none if isinstance(node.when_none, str) else plain(node.when_none)}"
            return f"{node.table.text}[{' '.join(map(plain, node.keys))}{none}]{column}"
        case t.Call():
            return f"{node.function.text}({' '.join([*map(plain, node.args), *map(part, node.parts)])})"
    raise AssertionError(node)


def part(node):  # noqa: PLR0911  one way out for each kind
    match node:
        case t.Tier():
            return f"{node.op}{plain(node.bound)}:{plain(node.value)}"
        case t.Branch():
            return f"{plain(node.condition)}:{plain(node.value)}"
        case t.Otherwise():
            return f"else:{plain(node.value)}"
        case t.Shares():
            return "shares[" + " ".join(f"{plain(each.of)}@{plain(each.share)}" for each in node.shares) + "]"
        case t.Orders():
            return "by[" + " ".join(f"{plain(each.by)}{'↓' if each.descending else '↑'}" for each in node.orders) + "]"
        case t.Every():
            return f"every[{'-' if node.below else '+'}{plain(node.step)} {'扣' if node.take else '加'}{plain(node.points)}]"
        case t.Field():
            value = node.value
            if isinstance(value, tuple):
                return f"{node.label}={' '.join(map(plain, value))}"
            if isinstance(value, t.Orders):
                return f"{node.label}={part(value)}"
            return node.label if value is None else f"{node.label}={value if isinstance(value, str) else plain(value)}"
    raise AssertionError(node)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("甲 + 乙 × 丙 - 丁", "((甲 + (乙 * 丙)) - 丁)"),
        ("甲 - 乙 - 丙", "((甲 - 乙) - 丙)"),
        ("甲 ÷ 乙 × 丙", "((甲 / 乙) * 丙)"),
        ("(甲 + 乙) × 丙", "((甲 + 乙) * 丙)"),
        ("-甲 × 乙", "((- 甲) * 乙)"),
        ("甲 × -乙", "(甲 * (- 乙))"),
        ("--甲", "(- (- 甲))"),
        ("甲 + 1 >= 乙 × 2", "((甲 + 1) >= (乙 * 2))"),
        ("甲 或 乙 且 非 丙 = 丁", "(甲 or (乙 and (not (丙 = 丁))))"),
        ("(甲 或 乙) 且 丙", "((甲 or 乙) and 丙)"),
        ("甲 且 乙 且 丙", "((甲 and 乙) and 丙)"),
        ("非 非 甲", "(not (not 甲))"),
        ("状态 为 “甲”、“乙” 且 丙", "((状态 为 “甲” “乙”) and 丙)"),
        ("状态 不为 “甲”", "(状态 不为 “甲”)"),
        ("打分.选票.有效", "打分.选票.有效"),
        ("标准[级别, 名次]", "标准[级别 名次]"),
        ("标准[级别].分值", "标准[级别].分值"),
        ("标准[级别；无则 0分]", "标准[级别; 0分]"),
        ("标准[级别；无则 停算].分值", "标准[级别; refuse].分值"),
        ("标准[甲 + 1]", "标准[(甲 + 1)]"),
        ("无数据", "nothing"),
        ("如果(是, 未评, 不适用)", "如果(是 pending exempt)"),
        ("2026-12-31", "2026-12-31"),
        ("空()", "空()"),
        ("分档(得分；>= 90分：“优”；60分 以上：“合”；其余：“差”；)", "分档(得分 >=90分:“优” >=60分:“合” else:“差”)"),
        ("分情况(甲 > 1：1；乙：2；其余：3)", "分情况((甲 > 1):1 乙:2 else:3)"),
        ("步进(甲；起点 2个；每多 1个 加 5分；每少 2个 扣 3分；零头 不计；上限 9分；扣完为止；满分 15分)",
         "步进(甲 from=2个 every[+1个 加5分] every[-2个 扣3分] part=full limit=9分 floorzero full=15分)"),
        ("合计(课时.节数；当 课时.课程 = “语文”；缺 略去；近 3个月；截至 2026-03-31)",
         "合计(课时.节数 when=(课时.课程 = “语文”) missing=skip last=3个月 until=2026-03-31)"),
        ("合计(得分；同 部门、月份)", "合计(得分 same=部门 月份)"),
        ("合计(得分；同 全体)", "合计(得分 same)"),
        ("合计(表.列；全体)", "合计(表.列 whole)"),
        ("合计(表.列；无则 停算；按 被评人)", "合计(表.列 none=refuse by=被评人)"),
        ("最近(表.列；按 表.日 晚到早)", "最近(表.列 by=by[表.日↓])"),
        ("全部(表；都 表.列 = 1；取高 2个；取低 1个；去高 1个；去低 1个)", "全部(表 each=(表.列 = 1) takehigh=2个 takelow=1个 drophigh=1个 droplow=1个)"),
        ("排名(得分 高到低、用时 早到晚；同 部门；并列 再比 甲 少到多、乙 多到少；仅 在岗)",
         "排名(by[得分↓ 用时↑] same=部门 ties=by[甲↑ 乙↓] only=在岗)"),
        ("名额(得分 高到低；同 部门；“A” 占 20%、“B” 占 80%；零头 大者先得；并列 全给；另加 批准.增减)",
         "名额(by[得分↓] same=部门 shares[“A”@20% “B”@80%] part=largest ties=all-get plusplaces=批准.增减)"),
        ("分配(总额；按 总分；同 全体；零头 不分；全零 平分；上限 3元；多出 归公)",
         "分配(总额 by=总分 same part=stay allzero=equal limit=3元 overlimit=stays)"),
        ("名次奖(得分 高到低；同 组；各名 3元、2元；并列 平分；零头 依次先得)", "名次奖(by[得分↓] same=组 prizes=3元 2元 ties=equal part=first)"),
    ],
)  # fmt: skip
def test_what_a_formula_says(text, tree):
    assert plain(parse(text)) == tree


def test_the_english_words_say_the_same():
    pairs = [
        ("合计(课时.节数；当 甲；缺 略去)", "sum(课时.节数；when 甲；missing skip)"),
        ("排名(得分 高到低；同 全体；并列 同名次)", "rank(得分 descending；within everyone；ties shared-rank)"),
        ("分配(总额；按 甲；同 乙；零头 大者先得；全零 停算；上限 1；多出 分给其他)",
         "split(总额；by 甲；within 乙；part largest；all-zero refuse；cap 1；over-cap to-others)"),
        ("步进(甲；起点 1；每多 2 加 3；每少 4 扣 5；零头 按比例；扣完为止；满分 9)",
         "steps(甲；from 1；every-above 2 add 3；every-below 4 take 5；part proportional；floor-zero；full-mark 9)"),
        ("甲 且 非 乙 或 丙 为 “丁”", "甲 and not 乙 or 丙 is-one-of “丁”"),
        ("如果(是, 无数据, 否)", "if(yes, no-data, no)"),
    ]  # fmt: skip
    for zh, en in pairs:
        told = plain(parse(en))
        for function in FUNCTIONS:
            for name in function.en:
                told = told.replace(f"{name}(", f"{function.zh}(")
        assert told == plain(parse(zh))


def test_every_node_knows_its_place():
    node = parse("如果(甲 > 1,\n  乙 × 2, 丙)", line=5, column=10, file="a.md")
    assert node.at == Place(5, 10, 6, 12)
    inner = [each for each in children(node)]
    assert [(each.at.line, each.at.column, each.at.end_line, each.at.end_column) for each in inner] == [
        (5, 10, 5, 12),
        (5, 13, 5, 18),
        (6, 3, 6, 8),
        (6, 10, 6, 11),
    ]


def test_the_parts_of_a_call_are_found_by_their_labels():
    call = parse("合计(表.列；当 甲；缺 略去)")
    assert isinstance(call, t.Call)
    field = call.field("missing")
    assert field is not None and field.value == "skip"
    assert call.field("none") is None
    assert call.all(t.Tier) == ()


def wrong(text):
    with pytest.raises(InputRefused) as refused:
        parse(text)
    (fault,) = refused.value.faults
    assert isinstance(fault.at, Place)
    return fault


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("", "empty-formula", 1),
        ("   ", "empty-formula", 1),
        ("(甲 + 乙", "open-bracket", 6),
        ("如果(甲, (乙", "open-bracket", 8),
        ("甲 +", "formula-incomplete", 3),
        ("合计(表.列；当", "formula-incomplete", 8),
        ("60分 <= 甲 < 90分", "two-comparisons", 10),
        ("甲 + 乙)", "extra-bracket", 6),
        ("(甲))", "extra-bracket", 4),
        ("甲 乙", "unexpected", 3),
        ("甲 3分", "unexpected", 3),
        ("× 甲", "unexpected", 1),
        ("分配(甲, 零头 不分)", "unexpected", 7),
        ("合计(表.列 当 甲)", "unexpected", 8),
        ("合计(表.列；缺 甲)", "unexpected", 10),
        ("甲 为 乙", "unexpected", 5),
        ("甲 >= ) 乙", "extra-bracket", 6),
        ("(" * 130 + "甲" + ")" * 130, "", 0),
        ("-" * 130 + "甲", "formula-too-deep", 121),
    ],
)
def test_a_text_that_is_no_formula(text, code, column):
    if not code:  # brackets alone make a formula no deeper
        assert plain(parse(text)) == "甲"
        return
    fault = wrong(text)
    assert (fault.code, fault.at.column) == (code, column)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("甲 乙", "两个数之间要写明运算，例如 × 或 +。"),
        ("步进(甲；起点 1, 零头 不计)", "带名目的部分（如 零头、当、缺）之间用分号“；”隔开。"),
        ("合计(表.列 当 甲)", "“当”前面要有分号“；”。"),
        ("合计(表.列；缺 甲)", "这里写一个处理办法的词。"),
        ("(甲 >= ) 乙", "对照办法语言手册里这个函数的写法。"),
    ],
)
def test_a_hint_says_what_to_do(text, hint):
    assert wrong(text).hint_zh == hint


def test_what_could_stand_instead_is_listed():
    fault = wrong("甲 为 乙")
    assert fault.zh == "在“为”后面不能接“乙”，这里应当是数、“文字”。"
    assert fault.en == "“乙” cannot follow “为”; expected a number, a text in quotes."


# -------------------------------------------------------------------------------------------------- the closed lists


def test_every_function_is_found_by_each_of_its_names():
    for function in FUNCTIONS:
        for name in (function.zh, *function.en, *(name.upper() for name in function.en)):
            assert function_named(name) is function
    assert function_named("没有的") is None


def test_the_example_of_every_function_is_a_formula_of_that_function():
    for function in FUNCTIONS:
        node = parse(function.example)
        assert any(isinstance(each, t.Call) and function_named(each.function.text) is function for each in within(node)), function.zh
        assert set(function.required) <= set(function.labels)


def within(node):
    yield node
    for child in children(node):
        yield from within(child)


def test_every_word_is_read_as_itself():
    for word in WORDS:
        for spelling in (*word.zh, *word.en):
            assert BY_SPELLING[spelling].token == word.token
