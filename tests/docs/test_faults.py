"""The list of faults holds every code of the source, each in words of both languages, and nothing else."""

import re

import pytest

from tests.docs.faults import IN_WORDS, PAGE, Said, codes, page, real

ENTRY = re.compile(r"^\[`([a-z0-9-]+)`\]\{#\1\}", re.MULTILINE)


@pytest.fixture(scope="module")
def source() -> dict[str, Said]:
    return codes()


def test_the_page_is_what_the_source_says():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.docs.faults"


def test_every_code_has_one_entry(source: dict[str, Said]):
    assert sorted(ENTRY.findall(PAGE.read_text(encoding="utf-8"))) == sorted(source)


def test_every_code_that_really_occurs_is_listed(source: dict[str, Said]):
    assert real().keys() - source.keys() == set()


def test_every_entry_says_in_both_languages_what_is_wrong(source: dict[str, Said]):
    seen = real()
    silent = {code for code, said in source.items() if code not in seen and code not in IN_WORDS and not (said.zh and said.en)}
    assert silent == set()


def test_codes_are_plain_words(source: dict[str, Said]):
    assert [code for code in source if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)] == []
