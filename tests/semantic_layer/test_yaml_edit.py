"""A synonym goes into a file by the smallest insertion: everything else stays to the letter."""

import pytest
import yaml

from semantic_layer.yaml_edit import with_synonym, written

FLOW = """\
# numbers
sales: {label: {zh: 销售额, en: sales}, synonyms: {zh: [营收, 收入], en: [revenue]}}  # the headline
"""
BLOCK = """\
# numbers
sales:
  label: {zh: 销售额, en: sales}  # the label

  measure: amount
  synonyms:
    zh: [营收]   # said in shops
    en:
      - revenue  # said abroad
      - "takings"
    # the end of sales
orders:
  label: {zh: 订单数, en: orders}
  measure: rows
"""
VALUES = """\
region:
  label: {zh: 大区, en: region}
  values:
    华东: East China
    华南: {en: South China, synonyms: {zh: [粤]}}
channel:
  label: 渠道
  values:
    - {value: app, zh: 应用, en: app}
    - value: web
      zh: 网站
      en: web
"""
SINGLE = "sales: {label: x, synonyms: {zh: 营收}}\n"

CASES = (
    ("flow", FLOW, ("sales",), "zh", "进账", "收入]", "收入, 进账]"),
    ("flow, other language", FLOW, ("sales",), "en", "net sales", "[revenue]", "[revenue, net sales]"),
    ("block, flow list", BLOCK, ("sales",), "zh", "进账", "[营收]", "[营收, 进账]"),
    ("block list", BLOCK, ("sales",), "en", "income", '      - "takings"\n', '      - "takings"\n      - income\n'),
    ("no synonyms", BLOCK, ("orders",), "zh", "单量", "orders:\n", "orders:\n  synonyms: {zh: [单量]}\n"),
    ("a bare value", VALUES, ("region", "values", "华东"), "zh", "江浙沪", "East China", "{en: East China, synonyms: {zh: [江浙沪]}}"),
    ("a value", VALUES, ("region", "values", "华南"), "zh", "两广", "[粤]", "[粤, 两广]"),
    ("a value without a word in that language", VALUES, ("region", "values", "华南"), "en", "the south", "[粤]}", "[粤], en: [the south]}"),
    ("a listed value", VALUES, ("channel", "values", "app"), "zh", "手机端", "en: app}", "en: app, synonyms: {zh: [手机端]}}"),
    ("one word without a list", SINGLE, ("sales",), "zh", "进账", "zh: 营收", "zh: [营收, 进账]"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "path", "lang", "word", "old", "new"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_one_insertion(text: str, path: tuple[str, ...], lang: str, word: str, old: str, new: str) -> None:
    edited = with_synonym(text, path, lang, word)
    assert edited == text.replace(old, new, 1)
    yaml.safe_load(edited)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (BLOCK, ("nothing",)),
        (VALUES, ("region", "values", "火星")),
        ("sales: [1, 2\n", ("sales",)),
        ("sales: {synonyms: [a]}\n", ("sales",)),
    ],
)
def test_what_is_not_known_is_left_alone(text: str, path: tuple[str, ...]) -> None:
    assert with_synonym(text, path, "zh", "词") is None


@pytest.mark.parametrize("word", ["吸金能力", "net sales", "yes", "a: b", "618", "c#", "it's", "“x”", "{x}", "- a", "null"])
def test_a_word_is_read_back_as_it_is(word: str) -> None:
    assert yaml.safe_load(f"[{written(word)}]") == [word]
    edited = with_synonym(FLOW, ("sales",), "zh", word)
    assert edited is not None
    assert yaml.safe_load(edited)["sales"]["synonyms"]["zh"][-1] == word


def test_line_ends_stay() -> None:
    text = BLOCK.replace("\n", "\r\n")
    edited = with_synonym(text, ("sales",), "zh", "进账")
    assert edited == text.replace("[营收]", "[营收, 进账]")
