"""The reference is complete: every function, every closed word, every unit and header key has its place."""

from pathlib import Path

import pytest

from quanheng.engine.document.header import KEYS, PERIODS
from quanheng.engine.document.tables import COLUMNS
from quanheng.engine.formula.functions import FUNCTIONS, Function
from quanheng.engine.formula.units import COUNTS, MULTIPLES, PLAIN
from quanheng.engine.formula.words import ATTRIBUTES, LINE_WORDS, ROUNDINGS, WORDS
from tests.docs.examples import DOCS, examples
from tests.docs.functions import head

LANGUAGE = sorted((DOCS / "language").glob("*.md"))
TEXTS = {path: path.read_text(encoding="utf-8") for path in LANGUAGE}
GLOSSARY = (DOCS / "glossary.md").read_text(encoding="utf-8")
PATTERNS = [f"P{number:02d}" for number in range(1, 59)] + [f"F{number:02d}" for number in range(1, 11)]


def entry(function: Function) -> str:
    """The entry of a function: from its heading to the next one."""
    title = f"## {function.zh}\n\n`"
    found = [text for text in TEXTS.values() if title in text]
    assert len(found) == 1, f"{function.zh} has {len(found)} entries"
    return found[0].split(title, 1)[1].split("\n#", 1)[0]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.zh)
def test_every_function_has_its_entry(function: Function):
    told = "`" + entry(function)
    assert told.startswith(head(function)), f"should begin: {head(function)}"
    assert function.says_zh in told


def test_every_function_is_shown_at_work():
    shown = "\n".join(example.text for path in DOCS.rglob("*.md") for example in examples(path) if example.faults is None)
    assert [function.zh for function in FUNCTIONS if f"{function.zh}(" not in shown] == []


def test_the_glossary_holds_every_closed_word():
    pairs = [(zh, word.en[0]) for word in WORDS for zh in word.zh]
    pairs += [*LINE_WORDS.items(), *ATTRIBUTES.items(), *ROUNDINGS.items(), *KEYS.items(), *PERIODS.items(), *COLUMNS.items()]
    lines = [line for line in GLOSSARY.splitlines() if line.startswith("|")]
    absent = [f"{zh} {en}" for zh, en in pairs if not any(zh in line and f"`{en}`" in line for line in lines)]
    assert absent == []


def test_the_page_on_numbers_names_every_unit():
    text = (DOCS / "language" / "numbers.md").read_text(encoding="utf-8")
    assert [unit for unit in (*COUNTS, *MULTIPLES, *PLAIN) if unit not in text] == []


def test_the_page_on_names_lists_every_reserved_word():
    text = (DOCS / "language" / "names.md").read_text(encoding="utf-8")
    assert [zh for word in WORDS for zh in word.zh if zh not in text] == []


def test_the_page_on_the_document_names_every_header_key():
    text = (DOCS / "language" / "document.md").read_text(encoding="utf-8")
    assert [zh for zh, en in KEYS.items() if f"| {zh} | {en} |" not in text] == []


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_has_an_entry_with_an_example(pattern: str):
    pages: list[Path] = sorted((DOCS / "cookbook").glob("*.md"))
    entries = [part for page in pages for part in page.read_text(encoding="utf-8").split("\n## ") if part.startswith(f"{pattern} ")]
    assert len(entries) == 1
    assert "```{scheme}" in entries[0] and "```{rows}" in entries[0]
