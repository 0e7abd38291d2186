"""The texts: both languages hold the same names with the same variables; nothing is missing in silence."""

import string
from collections import Counter

import pytest

import prompts
from semantic_layer.issues import Issue

FILES = sorted({path.name.split(".")[0] for path in prompts.FOLDER.glob("*.yaml")})


def variables(template: str) -> set[str]:
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("file", FILES)
def test_both_languages_have_the_same_names(file: str) -> None:
    assert sorted(prompts.names(file, "zh")) == sorted(prompts.names(file, "en"))


@pytest.mark.parametrize("file", [file for file in FILES if file.startswith("issues_")])
def test_the_sentences_of_an_issue_say_the_same_things_in_both_languages(file: str) -> None:
    zh, en = prompts.names(file, "zh"), prompts.names(file, "en")
    assert {code: variables(text) for code, text in zh.items()} == {code: variables(text) for code, text in en.items()}


def test_an_issue_code_stands_in_one_pair_only() -> None:
    codes = Counter(code for file in FILES if file.startswith("issues_") for code in prompts.names(file, "zh"))
    assert [code for code, count in codes.items() if count > 1] == []


def test_a_missing_text_language_or_variable_fails_loudly() -> None:
    for name, lang in (("app.no_such_text", "zh"), ("nothing.here", "zh"), ("app.did_you_mean", "fr"), ("app", "en")):
        with pytest.raises(prompts.PromptError, match="no text"):
            prompts.render(name, lang)
    with pytest.raises(prompts.PromptError, match="suggestions"):
        prompts.render("app.did_you_mean", "en", text="x")
    with pytest.raises(KeyError):
        prompts.issue_text(Issue("no-such-code"), "zh")


def test_a_template_never_formats_what_a_variable_holds() -> None:
    assert "{text.__class__}" in prompts.render("app.did_you_mean", "en", text="{text.__class__}", suggestions="")


def test_suggestions_follow_the_sentence_of_an_issue() -> None:
    plain = prompts.issue_text(Issue("path-missing", params={"path": "a.txt"}), "en")
    helped = prompts.issue_text(Issue("path-missing", params={"path": "a.txt"}, suggestions=("b.txt", "c.txt")), "en")
    assert helped.startswith(plain)
    assert "b.txt, c.txt" in helped
