"""`wenke learn`: what askers taught, for the data owner to accept or reject.

In: the settings. Out: the proposals as lines or plain values; a sentence about what was decided. Opens the domain as `app` does,
and reads what people thought of answers in the chat where there is a chat. What may fail: `ConfigError` (see `learn`), and as `app`.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from importlib.util import find_spec

import prompts
from assistant.answers import format as formats
from assistant.answers.reading import reading_of
from assistant.answers.titles import title
from assistant.app import Told, build_index, calendar_of, day_of, find_place, lessons_of, open_engine, rules_over
from assistant.conversation import Conversation
from assistant.errors import ConfigError
from assistant.learn import Ground, Proposal, Right, decide, proposals, shown
from assistant.lessons import Verdict
from assistant.planners.agent.personal import PersonalValues
from assistant.planners.rules import RulesPlanner
from assistant.qa import Lang
from assistant.settings import Settings, folders
from semantic_layer.model import SemanticModel


def listed(settings: Settings, lang: str) -> list[str]:
    """The proposals to read."""
    with _ground(settings) as ground:
        found = proposals(ground)
        if not found:
            return [prompts.render("learn.none", lang)]
        model = ground.domain.model
        return [*(_line(each, model, lang) for each in found), prompts.render("learn.how", lang)]


def plain(settings: Settings) -> list[dict[str, object]]:
    """The proposals as plain values."""
    with _ground(settings) as ground:
        return shown(proposals(ground))


def decided(settings: Settings, number: str, verdict: Verdict, lang: str) -> str:
    """Accepts or rejects one of them; a sentence about it."""
    with _ground(settings) as ground:
        found, path = decide(ground, number, verdict)
        what = _what(found, ground.domain.model, lang)
        return prompts.render(f"learn.{verdict}", lang, what=what, path=path)


def _line(each: Proposal, model: SemanticModel, lang: str) -> str:
    by = prompts.render("app.list_separator", lang).join(each.by)
    return prompts.render("learn.line", lang, id=each.id, what=_what(each, model, lang), times=each.times, by=by)


def _what(each: Proposal, model: SemanticModel, lang: str) -> str:
    tongue: Lang = "zh" if lang == "zh" else "en"
    if each.synonym is not None:
        word = each.synonym
        label = model.label(word.member, tongue)
        meant = label if word.value is None else f"{label} = {word.value}"
        return prompts.render("learn.synonym", lang, word=word.word, member=meant)
    assert each.verified is not None  # noqa: S101 - one of the two
    told = reading_of(each.verified.query, model, tongue)
    details = [item.label for item in told.filters]
    name = title(each.verified.query, model, tongue)
    meant = prompts.render("app.reading_label", lang, title=name, details=formats.join(details, tongue)) if details else name
    return prompts.render("learn.question", lang, question=each.verified.question, meant=meant)


@contextmanager
def _ground(settings: Settings) -> Iterator[Ground]:
    """What proposals are judged on, open for a moment."""
    where = folders(settings)
    place = find_place(settings, where, Told())
    today = day_of(settings, place)
    engine = open_engine(settings, place, today)
    try:
        rules = rules_over(place, engine, today)

        def rules_of(model: SemanticModel) -> RulesPlanner:
            return RulesPlanner(build_index(model, engine), calendar_of(model.domain, today))

        yield Ground(
            place.domain,
            rules.index,
            rules,
            rules_of,
            PersonalValues(engine),
            lessons_of(where),
            today,
            tuple(_rights(settings, today)),
        )
    finally:
        engine.close()


def _rights(settings: Settings, today: date) -> Iterator[Right]:
    """Answers of the chat with a thumb up that began a conversation. Which day counted as today is not kept with them: the one
    that does now, or that of the clock then."""
    where = folders(settings)
    kept_elsewhere = settings.server.history is not None
    if find_spec("sqlalchemy") is None or not (kept_elsewhere or (where.data / "chat" / "history.db").is_file()):
        return
    from assistant.serving import open_history

    store = open_history(settings)
    try:
        for said in store.feedback():
            answer = said.answer
            if (
                not said.value
                or answer.status != "answered"
                or answer.query is None
                or answer.number
                or not _begins(answer.before)
            ):
                continue
            lang: Lang = "en" if answer.lang == "en" else "zh"
            yield Right(said.id[:8], answer.question, lang, answer.query, (today, *_day(answer.asked)), answer.owner)
    finally:
        store.close()


def _begins(before: str) -> bool:
    """Whether nothing had been asked in the conversation."""
    if not before:
        return True
    try:
        return Conversation.from_json(before).last is None
    except ConfigError:
        return False


def _day(asked: str) -> Iterator[date]:
    with suppress(ValueError):
        yield datetime.fromisoformat(asked).date()
