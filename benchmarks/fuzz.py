"""Texts that are no formulas, and documents that are no schemes: the product answers, never stumbles, never dawdles.

    python -m benchmarks.fuzz --n 20000 --documents 2000 --seed 1

A formula text is a mutation of a good one, a soup of the language's own words, something nested without end, a number
without end, or any signs at all. It is parsed alone, and (with some dozens of others) as rules of a document that is
checked as a whole, so that what does parse goes on into the compiler. What is asked of every text:

* no exception but `InputRefused`, which carries faults;
* an answer within a second of process time;
* every fault lies inside the text, and says something in Chinese and in English.
"""

from __future__ import annotations

import argparse
import itertools
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from random import Random

from quanheng.engine.checking import check
from quanheng.engine.document.lines import normal
from quanheng.engine.faults import Fault, InputRefused, Place
from quanheng.engine.formula.functions import FUNCTIONS
from quanheng.engine.formula.parser import parse
from quanheng.engine.formula.words import WORDS
from tests.engine.at_random import Block, Draft, random_scheme

SLOWEST = 1  # seconds of process time
PATIENCE = 20  # after these an endless answer is broken off
TOGETHER = 50  # formulas that are checked in one document

SIGNS = "+-*/×÷（）()[]【】,，;；:：、。.=<>≥≤≠%％“”\"'「」 　\t\n\\|#&{}～~!！?？@$^_`"
STRANGE = "\x00\x07\r\u200b\u202e\ufeff\u00ad\u0301\ud800𝟘😀٣Ⅷ①㈠½²ª﹪﹢︰﷽ﬀ\u3000\u2028"
ATOMS = (
    "得分", "金额", "1", "0", "2.50分", "10万元", "5%", "“优秀”", "2026-12-31", "2026年2月", "员工", "对方", "基准日", "3个百分点", "记录.金额", "是",
)  # fmt: skip
NESTS = (
    "({})", "-{}", "非 {}", "如果({} > 1分, 1分, 2分)", "分档({}；>= 1分：1分；其余：2分)", "内插({}；1分：1分；5分：9分；9分：3分)",
    "累进({}；<= 1分：50%；其余：1%)", "步进({}；起点 1分；每多 1分 加 1分；每少 1分 扣 1分；零头 不计)", "封顶({}, 9分)", "四舍五入({} / 3, 1)",
    "较大({}, {})", "缺则({}, 1分)", "平均({}；同 全体)", "相除({}, {}, 1分)", "绝对值({})", "上期({})", "{} + {}", "标准[{}]", "合计(员工.{})",
)  # fmt: skip


# --------------------------------------------------------------------------------------------------------------- the texts


def formulas(rng: Random, good: Sequence[str]) -> Iterator[str]:
    """Formula texts without end."""
    ways: tuple[Callable[[Random, Sequence[str]], str], ...] = (_mutation,) * 8 + (_splice, _splice, _soup, _soup, _nest, _huge, _strange, _long)
    while True:
        yield rng.choice(ways)(rng, good)


def _mutation(rng: Random, good: Sequence[str]) -> str:
    text = rng.choice(good)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        start = rng.randint(0, len(text))
        end = min(len(text), start + rng.choice((0, 1, 1, 2, 5, 20)))
        instead = rng.choice(("", "", " ", rng.choice(SIGNS), rng.choice(SIGNS), rng.choice(STRANGE), rng.choice(ATOMS), _token(rng), text[start:end] * 2))
        text = text[:start] + instead + text[end:]
    return text


def _splice(rng: Random, good: Sequence[str]) -> str:
    one, other = rng.choice(good), rng.choice(good)
    return one[: rng.randint(0, len(one))] + other[rng.randint(0, len(other)) :]


def _token(rng: Random) -> str:
    return rng.choice((rng.choice(rng.choice(WORDS).zh), rng.choice(rng.choice(WORDS).en), rng.choice(FUNCTIONS).zh))


def _soup(rng: Random, good: Sequence[str]) -> str:
    parts = (lambda: rng.choice(SIGNS), lambda: rng.choice(ATOMS), lambda: _token(rng), lambda: f"{rng.choice(FUNCTIONS).zh}(")
    return rng.choice(("", " ")).join(rng.choice(parts)() for _ in range(rng.choice((1, 3, 8, 20, 60))))


def _nest(rng: Random, good: Sequence[str]) -> str:
    text, pattern = rng.choice(ATOMS), rng.choice(NESTS)
    for _ in range(rng.choice((2, 5, 12, 40, 119, 130, 1000))):
        if len(text) > 5000:
            break
        pattern = rng.choice(NESTS) if rng.random() < 0.1 else pattern
        text = pattern.replace("{}", text) if rng.random() < 0.3 else pattern.replace("{}", text, 1).replace("{}", "1分")
    return text


def _huge(rng: Random, good: Sequence[str]) -> str:
    digits = "".join(rng.choice("0123456789") for _ in range(rng.choice((15, 38, 39, 40, 41, 300))))
    odd = f"{digits[:4]}-{digits[4:6]}-99"
    figure = rng.choice((digits, f"0.{digits}", f"{digits[:20]}.{digits[20:]}", f"-{digits}", f"{digits}万元", f"{digits}%", f"1e{digits[:3]}", odd))
    patterns = ("{} × {}", "得分 × {}", "{} / {}", "四舍五入({}, {})", "如果({} > {}, {}, {})", "得分 ÷ {}", "步进(得分；起点 {}；每多 {} 加 {}；零头 不计)")
    return rng.choice(patterns).replace("{}", figure)


def _strange(rng: Random, good: Sequence[str]) -> str:
    return "".join(chr(rng.choice((rng.randrange(0x110000), rng.randrange(0x3000), rng.randrange(0x4E00, 0x9FFF)))) for _ in range(rng.choice((1, 5, 40))))


def _long(rng: Random, good: Sequence[str]) -> str:
    piece = rng.choice((*ATOMS, " + ", "得分 + ", "；", "(", "，", "、", "“", "得分 > 1分 且 ", "封顶(", *good[:5]))
    return piece * rng.choice((50, 300, 2000, 20_000))


def documents(rng: Random, good: Sequence[str]) -> Iterator[str]:
    """Document texts without end: good ones with lines or signs lost, doubled, moved, changed."""
    while True:
        lines = rng.choice(good).split("\n")
        for _ in range(rng.choice((1, 1, 2, 5, 30))):
            at = rng.randrange(len(lines))
            match rng.choice(("lose", "double", "move", "sign", "sign", "mutate", "mutate", "join", "other", "soup", "indent")):
                case "lose":
                    del lines[at : at + rng.choice((1, 1, 5))]
                    lines = lines or [""]
                case "double":
                    lines.insert(at, lines[at])
                case "move":
                    lines.insert(rng.randrange(len(lines)), lines.pop(at))
                case "sign":
                    where = rng.randint(0, len(lines[at]))
                    lines[at] = lines[at][:where] + rng.choice(SIGNS + STRANGE) + lines[at][where + rng.choice((0, 1)) :]
                case "mutate":
                    lines[at] = _mutation(rng, [lines[at]])
                case "join":
                    lines[at] = "".join(lines[at : at + 2])
                case "other":
                    lines[at] = rng.choice(rng.choice(good).split("\n"))
                case "soup":
                    start = rng.choice(("- ", "- 每名员工：得分= ", "数据表 ", "标准表 ", "指标表 ", "| ", "## ", "编号：", "- 参数 ", "- 定义 ", ""))
                    lines.insert(at, start + _soup(rng, good))
                case "indent":
                    lines[at] = rng.choice((" ", "    ", "\t", "　")) + lines[at]
        yield rng.choice(("\n", "\n", "\n", "\r\n", "\r")).join(lines)


# ------------------------------------------------------------------------------------------------------------ the questions


Question = Callable[[str], Sequence[Fault]]


class TooSlow(Exception):
    """The answer was broken off."""


@contextmanager
def patience() -> Iterator[None]:
    """Break off what goes on without end; where there are no such signals, wait."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise TooSlow(f"broken off after {PATIENCE} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def asked(text: str, question: Question, slowest: list[float]) -> str:
    """What is wrong with the answer to a text; "" when nothing is. Adds the time it took."""
    began = time.process_time()
    try:
        with patience():
            faults = question(text)
    except InputRefused as refused:
        faults = refused.faults
        if not faults:
            return "refused without a fault"
    except TooSlow as slow:
        return str(slow)
    except Exception:  # noqa: BLE001  whatever it is, it is the finding
        return traceback.format_exc(limit=-4)
    took = time.process_time() - began
    slowest.append(took)
    if took > SLOWEST:
        return f"takes {took:.2f} s"
    lines = (text if question is parsed else normal(text)).split("\n")
    return "; ".join(filter(None, (wrong_with(fault, lines) for fault in faults)))


def wrong_with(fault: Fault, lines: Sequence[str]) -> str:
    """A fault must lie inside the text and say something in both languages."""
    if not (fault.code and fault.zh.strip() and fault.en.strip()):
        return f"{fault.code} says nothing"
    at = fault.at
    if not isinstance(at, Place):
        return f"{fault.code} has no place"
    ends = ((at.line, at.column), (at.end_line, at.end_column))
    inside = all(1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1 for line, column in ends)
    return "" if inside and ends[0] <= ends[1] else f"{fault.code} at {at.line}:{at.column}–{at.end_line}:{at.end_column}, outside of the text"


def parsed(text: str) -> Sequence[Fault]:
    parse(text)
    return ()


def checked(text: str) -> Sequence[Fault]:
    return check(text).faults


# ------------------------------------------------------------------------------------------------------------- going through


def good_formulas(draft: Draft) -> list[str]:
    """The formulas of a document, and the examples of every function."""
    rules = [block.text.split("= ", 1)[1].rstrip("。") for block in draft.blocks if block.text.startswith("- 每") and "= " in block.text]
    return [*rules, *(function.example for function in FUNCTIONS)]


def with_rules(draft: Draft, texts: Sequence[str]) -> Draft:
    """The document with the formulas as further rules."""
    rules = [Block(f"- 每名员工：试算{nr}（分，保留 2 位）= " + text.replace("\n", "\n    "), frozenset(), frozenset()) for nr, text in enumerate(texts)]
    return replace(draft, blocks=(*draft.blocks, *rules))


def fuzz_formulas(seed: int, count: int, slowest: list[float]) -> Iterator[str]:
    """What is wrong with the answers to so many formula texts."""
    rng = Random(seed)  # noqa: S311  not for secrets: the same seed, the same texts
    for nr in itertools.count():
        if nr * TOGETHER >= count:
            return
        draft = random_scheme(Random(f"{seed} {nr}"), 12)  # noqa: S311
        good = good_formulas(draft)
        texts = list(itertools.islice(formulas(rng, good), min(TOGETHER, count - nr * TOGETHER)))
        for text in texts:
            if wrong := asked(text, parsed, slowest):
                yield f"{wrong}\nformula: {text[:2000]!r}"
        text = with_rules(draft, texts).text()
        if wrong := asked(text, checked, slowest):
            for each in texts:  # which of them was it?
                alone = asked(with_rules(replace(draft, blocks=()), [each]).text(), checked, slowest)
                if alone:
                    yield f"{alone}\nrule: {each[:2000]!r}"
                    break
            else:
                yield f"{wrong}\ndocument:\n{text}"


def fuzz_documents(seed: int, count: int, slowest: list[float]) -> Iterator[str]:
    """What is wrong with the answers to so many documents."""
    rng = Random(seed)  # noqa: S311
    good = [random_scheme(Random(f"{seed} {nr}"), rules).text() for nr, rules in enumerate((3, 5, 8, 12, 20))]  # noqa: S311
    for text in itertools.islice(documents(rng, good), count):
        if wrong := asked(text, checked, slowest):
            yield f"{wrong}\ndocument:\n{text}"


def main() -> int:
    parser = argparse.ArgumentParser(description="Ask the parser and the checker about texts that are no formulas and no schemes.")
    parser.add_argument("--n", type=int, default=20_000, help="formula texts")
    parser.add_argument("--documents", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    slowest: list[float] = []
    wrong = 0
    for finding in itertools.chain(fuzz_formulas(given.seed, given.n, slowest), fuzz_documents(given.seed, given.documents, slowest)):
        wrong += 1
        print(finding, flush=True)
        print(f"{wrong} findings", file=sys.stderr)
    print(f"slowest answer: {max(slowest, default=0):.3f} s")
    print(f"wrong answers: {wrong} of {given.n} formulas and {given.documents} documents")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
