"""The document → the plan: declare tables, lower every rule, collect all faults, put the columns in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from quanheng.engine.document import model as doc
from quanheng.engine.faults import Fault, InputRefused, Place, Severity
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.units import MONEY, PURE, SCORE, Unit
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.declare import declare, subject_table
from quanheng.engine.plan.drafts import ColumnDraft, Origin, ScanDraft, Workshop, fault
from quanheng.engine.plan.loops import find_loops
from quanheng.engine.plan.lower.core import Here, condition, is_zero, kind_zh
from quanheng.engine.plan.lower.expr import lower
from quanheng.engine.plan.types import YESNO, Kind, Num, Type
from quanheng.engine.values import Rounding, decimal_text, round_exact


@dataclass(frozen=True, slots=True)
class Compilation:
    """The plan (None when there are faults) and everything the compiler has to say, faults and advice."""

    plan: m.Plan | None
    faults: tuple[Fault, ...]


def compile_scheme(scheme: doc.Scheme) -> Compilation:
    """Compile a read scheme. The document's own faults are included; a scheme with faults has no plan."""
    shop = Workshop(scheme)
    declare(shop)
    find_loops(shop)
    compiler = _Compiler(shop)
    compiler.all_rules()
    compiler.musts()
    from quanheng.engine.plan.advice import advise

    faults = [*scheme.faults, *shop.faults]
    broken = any(each.severity is Severity.FAULT for each in faults)
    subject = _subject(shop, faults)
    if not broken:
        faults.extend(advise(shop))
    plan = None
    if not any(each.severity is Severity.FAULT for each in faults) and subject is not None:
        plan = _plan(shop, subject)
    return Compilation(plan, in_order(faults, scheme.file))


def in_order(faults: Iterable[Fault], file: str) -> tuple[Fault, ...]:
    """Faults and advice in the order of the text, each naming the file it speaks of."""
    placed = (replace(each, at=replace(each.at, file=file)) if isinstance(each.at, Place) and not each.at.file else each for each in faults)
    return tuple(sorted(placed, key=lambda each: (each.at.line, each.at.column) if isinstance(each.at, Place) else (0, 0)))


def _plan(shop: Workshop, subject: str) -> m.Plan:
    scheme = shop.scheme
    rules = [draft for table in shop.tables.values() for draft in table.columns.values() if draft.rule is not None]
    assert all(draft.state == "done" for draft in rules), "a rule must not get lost without a fault"
    tables = {name: draft.table() for name, draft in shop.tables.items()}
    return m.Plan(scheme.id, scheme.version, scheme.digest, tables, tuple(shop.steps), tuple(shop.guards), subject)


def _subject(shop: Workshop, faults: list[Fault]) -> str | None:
    """The table that is assessed: named by 对象, else the one with most rules."""
    named = shop.scheme.subject
    if named:
        table = subject_table(shop, t.Name(Place(1, 1), named))
        if table is not None:
            return table.name
        if named in shop.unread:
            return None
        faults.append(
            Fault(
                "unknown-subject", Place(1, 1, 1, 1, shop.scheme.file), f"文件头的对象“{named}”没有这张数据表。", f"There is no table {named}.",
                "写一张数据表的名称。", "Name a data table.",
            )
        )  # fmt: skip
        return None
    counts = Counter(draft.table.name for table in shop.tables.values() for draft in table.columns.values() if draft.rule is not None)
    if counts:
        return max(counts, key=lambda name: counts[name])
    if not any(each.severity is Severity.FAULT for each in faults):
        faults.append(
            Fault(
                "no-rules", Place(1, 1, 1, 1, shop.scheme.file), "这份办法没有一条规则。", "This scheme has no rule.",
                "在条文下面写“- 每…：名称 = 式子”。", "Write a rule under an article.",
            )
        )  # fmt: skip
    return None


class _Compiler:
    def __init__(self, shop: Workshop) -> None:
        self.shop = shop
        self.loops = {id(member): scan for scan in shop.scans for member in scan.members.values()}

    def all_rules(self) -> None:
        for table in list(self.shop.tables.values()):
            for draft in list(table.columns.values()):
                if draft.rule is not None and draft.state == "new":
                    self.compile(draft)

    def compile(self, draft: ColumnDraft) -> None:
        """Lower one rule (or the loop it belongs to); what is wrong goes into the list, never up."""
        scan = self.loops.get(id(draft))
        if scan is not None:
            self._loop(scan)
            return
        draft.state = "busy"
        try:
            self._one(draft)
        except InputRefused as refused:
            draft.state = "broken"
            self._report(draft.origin.article, refused)

    def _report(self, article: str, refused: InputRefused) -> None:
        self.shop.faults.extend(replace(each, article=each.article or article) for each in refused.faults)

    def here(self, draft: ColumnDraft, scan: ScanDraft | None = None) -> Here:
        indicator = draft.rule.indicator if draft.rule is not None else None
        full = indicator.full if indicator is not None else None
        return Here(self.shop, draft.table, draft, lower, self.compile, full=full, scan=scan)

    def _one(self, draft: ColumnDraft) -> None:
        rule = draft.rule
        assert rule is not None
        self._describe(draft)
        if rule.formula is None:
            self._mark(draft)
            return
        expr = lower(self.here(draft), rule.formula)
        kind, expr = self._finish(draft, expr)
        self.shop.add(draft, kind, m.Row(expr))
        self._check_full(draft)
        self._check_range(draft)

    def _describe(self, draft: ColumnDraft) -> None:
        rule = draft.rule
        assert rule is not None
        origin = draft.origin
        origin.text = " ".join(line.strip() for line in rule.lines)
        origin.is_veto, origin.reviewer = rule.attributes.veto, rule.attributes.reviewer
        origin.readings = _readings(self.shop.scheme, rule)
        if rule.indicator is not None:
            origin.source, origin.full = rule.indicator.source, rule.indicator.full
            origin.reviewer = origin.reviewer or "、".join(rule.indicator.raters)

    def _mark(self, draft: ColumnDraft) -> None:
        """计分 评分: the indicator is marked directly, an entered column between 0 and the full mark."""
        rule = draft.rule
        assert rule is not None and rule.indicator is not None
        full = rule.indicator.full.value if rule.indicator.full is not None else Fraction(100)
        unit = Unit(((SCORE, 1),), SCORE)
        keep = rule.attributes.keep
        draft.digits = keep
        draft.origin.is_mark = True
        raters = "、".join(rule.indicator.raters)
        data = doc.DataColumn(rule.at, rule.name, "number", raters, unit=unit, lo=Fraction(0), hi=full, decimals=2 if keep is None else keep)
        draft.data = data
        self.shop.add(draft, b.number(0, full, data.decimals, unit=unit), m.Input())

    # ------------------------------------------------------------------------------------------------------- finishing

    def _finish(self, draft: ColumnDraft, expr: m.Expr) -> tuple[Type, m.Expr]:
        """Hold the expression against what the rule's brackets say: kind, unit, digits."""
        rule = draft.rule
        assert rule is not None and rule.formula is not None
        attributes, at = rule.attributes, rule.formula.at
        if attributes.yesno or attributes.veto:
            if expr.type.kind is not Kind.YESNO:
                declared = "否决" if attributes.veto else "是否"
                raise fault("not-a-condition", at, f"“{draft.name}”写的是{declared}，式子却算出{kind_zh(expr.type)}。", "The formula is no condition.")
            return expr.type, expr
        if expr.type.kind is not Kind.NUMBER:
            if attributes.unit is not None or attributes.keep is not None or attributes.show is not None:
                raise fault(
                    "unit-on-text", attributes.at, f"“{draft.name}”算出的是{kind_zh(expr.type)}，不能写单位或位数。", "It is no number.",
                    "删去括号里的单位和位数。", "Remove them.",
                )  # fmt: skip
            return expr.type, expr
        expr = self._in_unit(draft, expr)
        return self._digits(draft, expr)

    def _in_unit(self, draft: ColumnDraft, expr: m.Expr) -> m.Expr:
        rule = draft.rule
        assert rule is not None and rule.formula is not None
        declared, unit = rule.attributes.unit, expr.type.unit
        if declared is None:
            principal = unit.principal
            if principal is None and not unit.is_count_mixture:
                raise fault(
                    "unit-unclear", rule.formula.at, f"“{draft.name}”的单位是“{unit}”，说不清是什么。", f"The unit {unit} is unclear.",
                    "检查是不是两个分数或两笔钱相乘了；在括号里写明单位。", "Check for 分 × 分 or 元 × 元; declare the unit.",
                )  # fmt: skip
            named = Unit(((principal, 1),), principal) if principal else PURE
            return replace(expr, type=replace(expr.type, unit=named))
        plain_figure = isinstance(rule.formula, t.Number | t.Lookup) and not unit.dims
        if not _fits(unit, declared) and not is_zero(expr) and not plain_figure:
            hint = (f"给式子里的数写上单位，例如 30{declared}。", f"Write units in the formula, such as 30{declared}.") if not unit.dims else ("", "")
            raise fault(
                "unit-mismatch", rule.formula.at, f"“{draft.name}”应当是“{declared}”，式子算出来是“{unit}”。", f"Declared {declared}, computed {unit}.", *hint
            )
        factor = rule.attributes.factor
        if factor != 1 and declared.dims:
            expr = b.arith("/", expr, b.const(factor))
        return replace(expr, type=replace(expr.type, unit=declared))

    def _digits(self, draft: ColumnDraft, expr: m.Expr) -> tuple[Type, m.Expr]:
        rule = draft.rule
        assert rule is not None and rule.formula is not None
        attributes = rule.attributes
        shift = 2 if expr.type.unit.written == "%" else 0
        mode = attributes.rounding or self.shop.scheme.rounding or Rounding.HALF_UP
        draft.rounding = mode
        if attributes.keep is not None:
            draft.digits = attributes.keep + shift
            expr = b.rounded(expr, draft.digits, mode)
        elif attributes.show is not None:
            draft.digits = attributes.show + shift
        elif expr.type.num is not None and not expr.type.num.is_ratio and expr.type.unit.written == MONEY and expr.type.num.scale <= 2:
            draft.digits = 2  # money is shown to the fen
        elif expr.type.num is not None and expr.type.num.is_ratio:
            raise fault(
                "ratio-without-digits", rule.name.at, f"“{draft.name}”有除法，没有说取几位。", f"{draft.name} divides but does not say how many digits.",
                "后面要用舍入后的数写“保留 2 位”，只在打印时舍入写“显示 2 位”。", "保留 n 位 rounds for later rules, 显示 n 位 only on paper.",
            )  # fmt: skip
        return expr.type, expr

    def _check_full(self, draft: ColumnDraft) -> None:
        """An indicator lies between 0 and its full mark, whatever the data."""
        rule = draft.rule
        assert rule is not None and rule.formula is not None
        indicator = rule.indicator
        if indicator is None or indicator.full is None or draft.type is None or draft.type.num is None:
            return
        num, full = draft.type.num, indicator.full.value
        if num.lo < 0 or num.hi > full:
            low, high = decimal_text(_near(num.lo)), decimal_text(_near(num.hi))
            raise fault(
                "beyond-full-mark", rule.formula.at, f"“{draft.name}”满分 {indicator.full.figure}，式子却可能算出 {low} 到 {high}。",
                f"{draft.name} can lie between {low} and {high}, beyond its full mark.", f"用“限于(…, 0分, {indicator.full.figure}分)”，或用 封顶、保底。",
                "Use 限于(…).",
            )  # fmt: skip

    def _check_range(self, draft: ColumnDraft) -> None:
        """A declared range is a promise that every run checks."""
        rule, kind = draft.rule, draft.type
        assert rule is not None and kind is not None
        lo, hi = rule.attributes.lo, rule.attributes.hi
        if lo is None or hi is None or kind.num is None:
            return
        if kind.num.lo < lo or kind.num.hi > hi:
            self._range_guard(draft, self._outside(draft, kind, lo, hi), lo, hi)
        draft.type = replace(kind, num=replace(kind.num, lo=max(kind.num.lo, lo), hi=min(kind.num.hi, hi)))

    def _outside(self, draft: ColumnDraft, kind: Type, lo: Fraction, hi: Fraction) -> m.Expr:
        """Does the value lie outside its declared range?"""
        assert kind.num is not None
        step = Fraction(1, 10**kind.num.scale)  # the guard must be able to see what lies outside, or it could never refuse
        seen = replace(kind.num, lo=min(kind.num.lo, lo - step), hi=max(kind.num.hi, hi + step))
        kind = replace(kind, num=seen)
        value = m.Col(kind, draft.name)
        outside = [b.compare("<", value, b.const(lo, kind.unit)), b.compare(">", value, b.const(hi, kind.unit))]
        bad: m.Expr = b.logic("or", [replace(each, type=YESNO) for each in outside])
        if kind.optional:
            known = m.Col(kind.maybe(False), draft.name)
            outside = [b.compare("<", known, b.const(lo, kind.unit)), b.compare(">", known, b.const(hi, kind.unit))]
            bad = b.logic("and", [b.known(value), b.logic("or", outside)])
        return bad

    def _range_guard(self, draft: ColumnDraft, bad: m.Expr, lo: Fraction, hi: Fraction) -> None:
        zh = f"{{row}}：“{draft.name}”超出了办法写明的范围 {decimal_text(lo)}～{decimal_text(hi)}。"
        says = "out-of-declared-range", zh, f"{{row}}: {draft.name} leaves its declared range."
        self.shop.guard(draft.table, bad, says, draft.at, draft.origin.article, bounded=draft.name)

    # ------------------------------------------------------------------------------------------------------------ loops

    def _loop(self, scan: ScanDraft) -> None:
        members = [scan.members[name] for name in scan.order]
        try:
            for draft in members:
                self._describe(draft)
                draft.type, draft.state = self._declared(draft), "busy"
            made = {draft.name: self._scanned(draft, scan) for draft in members}
        except InputRefused as refused:
            for draft in members:
                draft.state = "broken"
            self._report(members[0].origin.article, refused)
            return
        table = scan.table
        assert table.period is not None
        table.dense = True
        for draft in members:
            draft.op, draft.state = m.Scanned(made[draft.name]), "done"
        names = tuple(scan.order)
        self.shop.steps.append(m.Step(table.name, names, m.Scan(table.name, table.entity, table.period, names)))
        self._guard_loop(scan, [draft for draft in members if _leaves(draft.ready, made[draft.name].type)])

    def _guard_loop(self, scan: ScanDraft, beyond: Sequence[ColumnDraft]) -> None:
        """Tell the first period in which a value leaves its range: those after it stand on nonsense."""
        table = scan.table
        outside = []
        for draft in beyond:
            num = draft.ready.num
            assert num is not None
            outside.append((draft, self._outside(draft, draft.ready, num.lo, num.hi), num))
        if not outside:
            return
        assert table.period is not None
        count = b.case([(b.logic("or", [bad for _, bad, _ in outside]), b.const(Fraction(1)))], b.const(Fraction(0)))
        op = m.Over("cumsum", table.entity, (m.Key(table.period),), None, self.shop.as_column(table, count))
        so_far = self.shop.hoist(table, op, b.over_type("cumsum", count.type, 10_000, only=False))
        first = b.compare("=", m.Col(so_far.ready, so_far.name), b.const(Fraction(1)))
        for draft, bad, num in outside:
            self._range_guard(draft, b.logic("and", [first, bad]), num.lo, num.hi)

    def _declared(self, draft: ColumnDraft) -> Type:
        """The declared type of a rule that reads its own past: 是否, or a unit with a range."""
        rule = draft.rule
        assert rule is not None
        attributes = rule.attributes
        if attributes.yesno or attributes.veto:
            return YESNO
        if attributes.lo is None or attributes.hi is None:
            raise fault(
                "loop-needs-range", rule.name.at, f"“{draft.name}”用到自己上一期的数，要写明它的范围。", f"{draft.name} reads its own past and needs a range.",
                f"例如“（{attributes.unit or '分'}，保留 2 位，0～1000000）”；条件写“（是否）”。", "For example （分，保留 2 位，0～100）.",
            )  # fmt: skip
        unit = attributes.unit or PURE
        scale = (attributes.keep or 0) + (2 if unit.written == "%" else 0)
        draft.digits = scale if attributes.keep is not None else None
        return Type(Kind.NUMBER, unit=unit, num=Num(attributes.lo, attributes.hi, scale))

    def _scanned(self, draft: ColumnDraft, scan: ScanDraft) -> m.Expr:
        rule = draft.rule
        assert rule is not None and rule.formula is not None
        expr = lower(self.here(draft, scan), rule.formula)
        declared = draft.ready
        if expr.type.optional:
            raise fault(
                "missing-in-condition", rule.formula.at, f"“{draft.name}”可能缺数，用到上期的规则每期都要有数。", f"{draft.name} can be missing.",
                "写“上期(…；无则 初值)”，并用“缺则”补上别的缺数。", "Give 无则 and 缺则.",
            )  # fmt: skip
        if declared.kind is Kind.YESNO:
            if expr.type.kind is not Kind.YESNO:
                raise fault("not-a-condition", rule.formula.at, f"“{draft.name}”写的是是否，式子却算出{kind_zh(expr.type)}。", "The formula is no condition.")
            return expr
        if expr.type.kind is not Kind.NUMBER:
            raise fault("not-a-number", rule.formula.at, f"“{draft.name}”应当是一个数。", "A number is needed.")
        assert declared.num is not None and expr.type.num is not None
        expr = self._in_unit(draft, expr)
        assert expr.type.num is not None
        if rule.attributes.keep is not None or expr.type.num.is_ratio or expr.type.num.scale > declared.num.scale:
            if rule.attributes.keep is None:
                zh, en = f"“{draft.name}”有小数，没有说取几位。", f"{draft.name} needs 保留 n 位."
                raise fault("ratio-without-digits", rule.name.at, zh, en, "写“保留 n 位”。", "Write 保留 n 位.")
            mode = rule.attributes.rounding or self.shop.scheme.rounding or Rounding.HALF_UP
            draft.rounding = mode
            expr = b.rounded(expr, declared.num.scale, mode)
        return expr

    # ------------------------------------------------------------------------------------------------------------ 必须

    def musts(self) -> None:
        for must in self.shop.scheme.of(doc.Must):
            table = subject_table(self.shop, must.subject)
            if table is None and {must.subject.text, must.subject.text[1:]} & self.shop.unread:
                continue
            if table is None:
                zh, en = f"没有叫“{must.subject.text}”的数据表。", f"There is no table {must.subject.text}."
                self.shop.faults.append(Fault("unknown-subject", must.subject.at, zh, en, article=must.article))
                continue
            owner = ColumnDraft(table, "必须", must.at, origin=Origin("rule", must.article, must.at))
            try:
                holds = condition(self.here(owner), must.condition)
                text = " ".join(line.strip() for line in must.lines).removeprefix("- ")
                says = "must-broken", f"{{row}}：不符合“{text}”。", f"{{row}}: “{text}” does not hold."
                self.shop.guard(table, b.not_(holds), says, must.at, must.article)
            except InputRefused as refused:
                self._report(must.article, refused)


def _leaves(declared: Type, reached: Type) -> bool:
    """Can a value leave the range that was declared for it?"""
    return declared.num is not None and reached.num is not None and (reached.num.lo < declared.num.lo or reached.num.hi > declared.num.hi)


def _near(value: Fraction) -> Fraction:
    return round_exact(value, 2, Rounding.HALF_UP)


def _fits(unit: Unit, declared: Unit) -> bool:
    """May a value with `unit` be written down as `declared`?"""
    if declared.written == "%" or not declared.dims:
        return not unit.power(MONEY) and not unit.power(SCORE)
    if declared.principal in (MONEY, SCORE):
        return unit.principal == declared.principal
    return unit.principal == declared.principal or not unit.dims or unit.is_count_mixture


def _readings(scheme: doc.Scheme, rule: doc.Rule) -> tuple[str, ...]:
    """The 口径 written under the rule's paragraph."""
    return tuple(reading.text for reading in scheme.of(doc.Reading) if reading.article == rule.article)


