"""What a domain calls its people, two of its metrics and a question that can be asked of it, for sentences that give examples.

In: the model as the asker may see it, a language. Out: the variables that any sentence of an issue may use; where the model has nothing
of the kind a variable is left out, and the sentence says what `prompts` says without a model. Nothing fails.
"""

from itertools import islice

from assistant.answers import format as words
from assistant.qa import Lang
from prompts import render
from semantic_layer.model import SemanticModel

SOME = 2
"""How many metrics are named as examples."""


def own_words(model: SemanticModel, lang: Lang) -> dict[str, str]:
    """`people`, `some_metrics` and `example`, escaped for Markdown."""
    found: dict[str, str] = {}
    people = model.entities.get(model.domain.entity)
    if people is not None:
        found["people"] = people.label[lang]
    metrics = [metric.label[lang] for metric in islice(model.metrics.values(), SOME)]
    if metrics:
        found["some_metrics"] = render("app.either", lang).join(metrics)
        found["example"] = _example(model, metrics[0], lang)
    return {name: words.escape_markdown(text) for name, text in found.items()}


def _example(model: SemanticModel, metric: str, lang: Lang) -> str:
    by = next((d for d in model.dimensions.values() if d.groupable and not d.tag and d.values), None)
    if by is None:
        return render("answers.catalog.example_total", lang, metric=metric)
    return render("answers.catalog.example_by", lang, metric=metric, dimension=by.label[lang])
