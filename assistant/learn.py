"""Learning that a data owner reviews: what askers taught becomes a synonym or a verified question of the domain, in its YAML.

In: a domain with its index and rules (`Ground`), the notes of `lessons`, questions that somebody found right. Out: proposals; what
was written where. A word goes into the member's own YAML with the smallest insertion; of a domain that comes with a package, or
that this user cannot write, into an overlay in the data folder. What may fail: `ConfigError` with why a proposal cannot be accepted.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from assistant.domains import Domain, writable
from assistant.errors import ConfigError
from assistant.language.mentions import covers, spot
from assistant.language.text import detect_language, normalise
from assistant.language.values import Sense, ValueIndex, fold
from assistant.lessons import Lessons, Swap, Verdict, replaced
from assistant.planners.agent.examples import of_verified
from assistant.planners.agent.grammar import short
from assistant.planners.agent.personal import PersonalValues, pattern
from assistant.planners.rules import RulesPlanner
from assistant.qa import Lang, Question
from semantic_layer.errors import ModelError
from semantic_layer.issues import Place
from semantic_layer.learned import Placed, Synonym, Verified, with_words
from semantic_layer.loader import read
from semantic_layer.model import SemanticModel
from semantic_layer.query import SemanticQuery, from_json, to_json
from semantic_layer.yaml_edit import with_synonym, written

_ROOMS = ("metrics", "tags", "dimensions", "segments", "entities")
_KINDS: Mapping[str, str] = {"metric": "metrics", "dimension": "dimensions", "segment": "segments", "entity": "entities"}
_TAUGHT = frozenset({"metric", "dimension", "segment", "entity", "value"})
_SHORTEST: Mapping[Lang, int] = {"zh": 2, "en": 3}
_NOWHERE = Place()
Kind = Literal["synonym", "question"]


@dataclass(frozen=True, slots=True)
class Right:
    """A question whose answer somebody found right (a thumb up). `id`: what it is known by; `days`: what was today, perhaps."""

    id: str
    question: str
    lang: Lang
    query: str
    days: tuple[date, ...]
    by: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that may be kept. `id`: the number of the note it was first seen in, or of a feedback; it never changes."""

    id: str
    kind: Kind
    synonym: Synonym | None
    verified: Verified | None
    times: int = 1
    by: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What a decision about it is remembered by: the same lesson another time is decided already."""
        if self.synonym is not None:
            word = self.synonym
            return f"{word.lang}:{fold(word.word)}={word.member}={word.value}"
        assert self.verified is not None  # noqa: S101 - one of the two
        return f"{self.verified.lang}:{normalise(self.verified.question).text}={to_json(self.verified.query)}"


@dataclass(frozen=True, slots=True)
class Ground:
    """What is needed to judge a proposal. `rules_of`: the rules over another model of the same data; `personal`: the values of
    personal columns that stand in a text."""

    domain: Domain
    index: ValueIndex
    rules: RulesPlanner
    rules_of: Callable[[SemanticModel], RulesPlanner]
    personal: PersonalValues
    lessons: Lessons
    today: date
    rights: Sequence[Right] = field(default_factory=tuple)


# --- what is proposed ----------------------------------------------------------------------------------------------------


def proposals(ground: Ground) -> tuple[Proposal, ...]:
    """What may be kept, oldest first; what was decided, or is known already, is not."""
    decided = ground.lessons.decided()
    found: dict[str, Proposal] = {}
    for each in (*_noted(ground), *_right(ground)):
        known = found.get(each.key)
        if known is not None:
            by = tuple(dict.fromkeys((*known.by, *each.by)))
            found[each.key] = Proposal(known.id, known.kind, known.synonym, known.verified, known.times + 1, by)
        elif each.key not in decided and not _is_known(each, ground):
            found[each.key] = each
    return tuple(found.values())


def _noted(ground: Ground) -> Iterator[Proposal]:
    """Of each note the word that it teaches, and the question where it stands by itself."""
    for number, note in ground.lessons.notes(ground.domain.name):
        by = (note.by or note.role,)
        swap = replaced(note.question, note.meant) if note.meant is not None else None
        word = _word(swap, note.query, ground, by[0]) if swap is not None else None
        if word is not None:
            yield Proposal(str(number), "synonym", word, None, by=by)
        # a choice that leaves words out says that they count for nothing: that is no definition
        left_out = swap is None and note.meant is not None and len(note.meant) < len(note.question)
        if note.first and not left_out:
            verified = _verified(note.question, note.lang, note.query, note.today, by[0])
            if verified is not None:
                yield Proposal(f"{number}q" if word is not None else str(number), "question", None, verified, by=by)


def _right(ground: Ground) -> Iterator[Proposal]:
    for right in ground.rights:
        made = (_verified(right.question, right.lang, right.query, day, right.by) for day in right.days)
        verified = next((one for one in made if one is not None and _is_general(one, ground)), None)
        if verified is not None:
            yield Proposal(right.id, "question", None, verified, by=(right.by,))


def _verified(question: str, lang: Lang, query: str, today: date, by: str) -> Verified | None:
    try:
        return Verified(question=question, lang=lang, as_of=today, query=from_json(query), by=by)
    except ValueError:  # of an older release
        return None


def _word(swap: Swap, query: str, ground: Ground, by: str) -> Synonym | None:
    """The synonym that a swap of words teaches: the second means one member or declared value, the first nothing yet.

    A name is taken whole (华西 for 华东, not 西 for 东); of several meanings, the one that the query uses.
    """
    swap = _whole(swap, ground.index)
    word = swap.old
    senses = [sense for sense in _senses(swap.new, ground.index) if sense.kind in _TAUGHT and not sense.stored]
    if len(senses) > 1:
        senses = [sense for sense in senses if f'"{sense.name}"' in query]
    lang = detect_language(word)
    if len(senses) != 1 or len(word) < _SHORTEST[lang] or any(char.isdigit() for char in word):
        return None
    sense = senses[0]
    return Synonym(member=sense.name, value=sense.value if sense.kind == "value" else None, lang=lang, word=word, by=by)


def _whole(swap: Swap, index: ValueIndex) -> Swap:
    """The swap of the smallest name around the new words."""
    start, end = swap.start, len(swap.meant) - swap.rest
    around = [hit for hit in index.find(swap.meant) if hit.start <= start and end <= hit.end]
    best = min(around, key=lambda hit: hit.end - hit.start, default=None)
    return swap if best is None else swap.wider(start - best.start, best.end - end)


def _senses(words: str, index: ValueIndex) -> tuple[Sense, ...]:
    """What a whole text means as one name."""
    folded = fold(words)
    return next((hit.senses for hit in index.find(folded) if hit.end - hit.start == len(folded)), ())


def _is_known(proposal: Proposal, ground: Ground) -> bool:
    if proposal.synonym is not None:
        word = proposal.synonym
        return any(s.name == word.member and s.value == word.value for s in _senses(word.word, ground.index))
    one = proposal.verified
    assert one is not None  # noqa: S101 - one of the two
    return any(v.question == one.question and v.query == one.query for v in ground.domain.verified) or (
        _read(one.question, one.lang, one.as_of, ground.rules, ground.domain.model) == one.query
    )


# --- what is decided -----------------------------------------------------------------------------------------------------


def decide(ground: Ground, number: str, verdict: Verdict) -> tuple[Proposal, Path | None]:
    """Accepts or rejects a proposal; where it was written.

    Raises:
        ConfigError: `learn-missing`, or why it cannot be accepted, or that nothing can be written.
    """
    found = next((each for each in proposals(ground) if each.id == number), None)
    if found is None:
        raise ConfigError("learn-missing", number=number)
    written_to = _accepted(found, ground) if verdict == "accepted" else None
    try:
        ground.lessons.decide(found.key, verdict)
    except OSError as failed:
        raise ConfigError("path-unwritable", path="lessons.jsonl", problem=failed.strerror or "") from failed
    return found, written_to


def _accepted(proposal: Proposal, ground: Ground) -> Path:
    if proposal.synonym is not None:
        check_word(proposal.synonym, ground)
        return _keep_word(proposal.synonym, ground.domain)
    assert proposal.verified is not None  # noqa: S101 - one of the two
    check_question(proposal.verified, ground)
    return _append(ground.domain, "verified", _entry_of_question(proposal.verified))


def check_word(word: Synonym, ground: Ground) -> None:
    """Raises ConfigError where a word may not become a synonym: it means something else, it is somebody's, or questions of the
    domain would be read differently with it."""
    others = [s for s in _senses(word.word, ground.index) if (s.name, s.value) != (word.member, word.value)]
    if others:
        model = ground.domain.model
        named = dict.fromkeys(_named(model, sense, word.lang) for sense in others)
        raise ConfigError("learn-collides", word=word.word, other=", ".join(named))
    text = normalise(word.word)
    best = covers(text, spot(text, ground.index, ground.rules.calendar))
    if best and all(piece.role != "unread" for piece in best[0]):
        raise ConfigError("learn-means-already", word=word.word)
    if any(pattern(value).fullmatch(text.text) for value in ground.personal.inside(word.word, ground.domain.model)):
        raise ConfigError("learn-personal", word=word.word)
    changed = _changed(word, ground)
    if changed is not None:
        raise ConfigError("learn-changes", word=word.word, question=changed)


def _named(model: SemanticModel, sense: Sense, lang: Lang) -> str:
    label = model.label(sense.name, lang)
    return f"{label} = {sense.value}" if sense.kind == "value" else label


def _changed(word: Synonym, ground: Ground) -> str | None:
    """A question of the domain that would be read differently with the word."""
    model, _ = with_words(ground.domain.model, (Placed(word, _NOWHERE),))
    rules = ground.rules_of(model)
    for starter in ground.domain.questions:
        for lang in ("zh", "en"):
            text: str = getattr(starter, lang)
            before = _read(text, lang, ground.today, ground.rules, ground.domain.model)
            if before is not None and _read(text, lang, ground.today, rules, model) != before:
                return text
    return None


def check_question(one: Verified, ground: Ground) -> None:
    """Raises ConfigError where a question may not be kept: it names somebody, or its query says what its words do not."""
    personal = ground.personal.inside(one.question, ground.domain.model)
    if personal:
        raise ConfigError("learn-personal", word=", ".join(personal))
    if not _is_general(one, ground):
        raise ConfigError("learn-not-general", question=one.question)


def _is_general(one: Verified, ground: Ground) -> bool:
    return of_verified(one, ground.index, ground.rules.calendar, ground.domain.model) is not None


def _read(text: str, lang: Lang, today: date, rules: RulesPlanner, model: SemanticModel) -> SemanticQuery | None:
    reading = rules.plan(Question(text, lang, today), model, _Nothing())
    return reading.queries[0] if len(reading.queries) == 1 and reading.clarification is None else None


@dataclass(frozen=True, slots=True)
class _Nothing:
    """A conversation that has not begun."""

    last: SemanticQuery | None = None


# --- where it is written -------------------------------------------------------------------------------------------------


def home(domain: Domain) -> Path:
    """The folder for what a domain learns: its own, or its overlay."""
    if writable(domain.folder) or domain.overlay is None:
        return domain.folder
    return domain.overlay


def _keep_word(word: Synonym, domain: Domain) -> Path:
    """The member's own YAML where it can be edited to the letter, else `synonyms.yaml`."""
    if home(domain) == domain.folder:
        for path, text in _edits(word, domain):
            if _means(path, text, word, domain):
                _replace(path, text)
                return path
    return _append(domain, "synonyms", _entry_of_word(word))


def _edits(word: Synonym, domain: Domain) -> Iterator[tuple[Path, str]]:
    steps = (word.member,) if word.value is None else (word.member, "values", _as_key(word.value))
    for room in _ROOMS:
        path = domain.folder / f"{room}.yaml"
        if path.is_file():
            edited = with_synonym(path.read_bytes().decode("utf-8"), steps, word.lang, word.word)
            if edited is not None:
                yield path, edited


def _as_key(value: str | bool | int) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _means(path: Path, text: str, word: Synonym, domain: Domain) -> bool:
    """Whether the edited file makes the same model but for the one word."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / domain.folder.name
        copy.mkdir()
        for own in domain.folder.glob("*.yaml"):
            shutil.copyfile(own, copy / own.name)
        (copy / path.name).write_bytes(text.encode())
        try:
            edited = read(copy, domain.overlay).model
        except ModelError:
            return False
    wanted, missing = with_words(domain.model, (Placed(word, _NOWHERE),))
    return not missing and edited == wanted


def _entry_of_word(word: Synonym) -> str:
    value = "" if word.value is None else f", value: {_scalar(word.value)}"
    by = "" if word.by is None else f", by: {written(word.by)}"
    return f"- {{member: {word.member}{value}, lang: {word.lang}, word: {written(word.word)}{by}}}\n"


def _scalar(value: str | bool | int) -> str:
    return json.dumps(value, ensure_ascii=False)


def _entry_of_question(one: Verified) -> str:
    """An entry of verified.yaml; its query is JSON, which is YAML."""
    lines = [f"- question: {json.dumps(one.question, ensure_ascii=False)}", f"  lang: {one.lang}", f"  as_of: {one.as_of}"]
    lines += [f"  by: {written(one.by)}"] if one.by is not None else []
    query = json.dumps(short(one.query), ensure_ascii=False)
    return "\n".join((*lines, f"  query: {query}")) + "\n"


def _append(domain: Domain, name: str, entry: str) -> Path:
    """One more entry at the end of a list file, made where there is none."""
    path = home(domain) / f"{name}.yaml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        known = path.read_bytes().decode("utf-8") if path.is_file() else ""
    except OSError as failed:
        raise ConfigError("path-unwritable", path=str(path), problem=failed.strerror or "") from failed
    _replace(path, known + ("\n" if known and not known.endswith("\n") else "") + entry)
    return path


def _replace(path: Path, text: str) -> None:
    """Whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(text.encode())
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    except OSError as failed:
        beside.unlink(missing_ok=True)
        raise ConfigError("path-unwritable", path=str(path), problem=failed.strerror or "") from failed


def shown(found: Iterable[Proposal]) -> list[dict[str, object]]:
    """Proposals as plain values."""
    return [
        {
            "id": each.id,
            "kind": each.kind,
            "times": each.times,
            "by": list(each.by),
            **(each.synonym.model_dump(exclude={"by"}, exclude_none=True) if each.synonym is not None else {}),
            **(
                {"question": each.verified.question, "query": json.loads(to_json(each.verified.query))}
                if each.verified is not None
                else {}
            ),
        }
        for each in found
    ]
