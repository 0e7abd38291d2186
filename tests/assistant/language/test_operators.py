"""The words that relate things: read fast, and just as YAML reads them."""

from importlib import resources

import pytest
import yaml

from assistant.language import operators
from assistant.language.operators import operator_words


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_words_are_read_as_yaml_reads_them(lang: str) -> None:
    text = resources.files("assistant.language").joinpath(f"operators.{lang}.yaml").read_text(encoding="utf-8")
    assert operators._lists(text)
    assert operator_words(lang) == {key: tuple(map(str, words)) for key, words in yaml.safe_load(text).items()}


def test_what_is_no_plain_list_is_left_to_yaml() -> None:
    assert operators._lists("a: [x, 'y,z']\n") == {}
    assert operators._lists("a:\n  - x\n") == {}
    assert operators._lists("# c\na: [x, it's, 'on', '''q''']\n") == {"a": ("x", "it's", "on", "'q'")}
