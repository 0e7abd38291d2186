"""The members of an entity in a model: the metric that counts them, and the words that name them.

In: a `SemanticModel` and one of its entities. Out: the name of a metric, or None where nothing counts them; the words. Never fails.
"""

from assistant.language.inflections import noun_forms
from assistant.language.values import fold
from semantic_layer.model import Entity, SemanticModel, SimpleMetric


def count_of(model: SemanticModel, entity: Entity) -> str | None:
    """The metric that counts the members of an entity: a plain count of its rows, best the one that shares its name."""
    names = {fold(w) for w in (entity.label.zh, entity.label.en, *entity.synonyms.zh, *entity.synonyms.en)}
    best: tuple[int, str] | None = None
    for name, metric in model.metrics.items():
        measure = model.measures.get(metric.measure) if isinstance(metric, SimpleMetric) else None
        if measure is None or measure.table != entity.table or measure.agg not in ("count", "count_distinct"):
            continue
        words = {fold(w) for w in (metric.label.zh, metric.label.en, *metric.synonyms.zh, *metric.synonyms.en)}
        score = 4 * bool(names & words) + 2 * (isinstance(metric, SimpleMetric) and metric.timeless) + (measure.where is None)
        if best is None or score > best[0]:
            best = (score, name)
    return best[1] if best else None


def people_words(model: SemanticModel) -> tuple[tuple[str, ...], frozenset[str]]:
    """The words for members of the domain's entity: Chinese ones, English ones in all their forms."""
    entity = model.entities.get(model.domain.entity)
    if entity is None:
        return (), frozenset()
    english = {form for word in (entity.label.en, *entity.synonyms.en) for form in noun_forms(fold(word))}
    return tuple(fold(w) for w in (entity.label.zh, *entity.synonyms.zh)), frozenset(english)
