"""Every deed is told in words, in both languages."""

import importlib
import pkgutil

from django.utils import translation

from quanheng.domain import actions
from quanheng.domain.actions.deed import DEEDS
from quanheng.domain.demo import house
from quanheng.domain.queries.told import TOLD, told


def test_every_deed_has_words_in_both_languages_and_no_two_the_same():
    for each in pkgutil.iter_modules(actions.__path__):
        importlib.import_module(f"{actions.__name__}.{each.name}")
    assert house.found and set(DEEDS) == set(TOLD)
    for language in ("zh-hans", "en"):
        with translation.override(language):
            words = [told(deed) for deed in DEEDS]
        assert len(set(words)) == len(words)
        assert all(word.isascii() == (language == "en") for word in words), language
