"""An example in a docstring is true."""

import doctest
import importlib

import pytest

from tests.house.tree import texts

WITH_EXAMPLES = [
    name.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    for name, text in texts().items()
    if name.startswith("src/") and name.endswith(".py") and ">>> " in text
]


@pytest.mark.parametrize("name", WITH_EXAMPLES or [pytest.param("quanheng", id="none-yet")])
def test_the_examples_of_the_module_hold(name: str):
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0
