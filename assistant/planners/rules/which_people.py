"""A list of people of whom nothing is said: 帮我圈一批人, give me a customer list. Which ones are meant is asked, nobody wants all of them.

In: a `Reading` of a first question and what was built of it. Out: the question back, or None: where all of them are said to be meant, where
so many of them are (随便给我100个客户), or in what order. Never fails.
"""

import re
from collections.abc import Iterable

from assistant.planners.rules.build import Built
from assistant.planners.rules.leaning import leans_on_nothing
from assistant.planners.rules.reading import Reading
from assistant.qa import Interpretation
from semantic_layer.issues import Issue
from semantic_layer.query import Aggregate, Records

_ALL = re.compile(
    r"(?<![a-z])(?:all|every|everyone|everybody|entire|whole|full|complete|each)(?![a-z])|所有|全部|全体|全量|全库|整个|每[个位一]|全都|全员|完整"
)


def unanswerable(r: Reading, built: Built | None) -> Issue | None:
    """What to ask back of a first question that names nobody at all: by a pronoun (list them), or not even so."""
    return Issue("no-context") if leans_on_nothing(r) else which_people(r, built)


def which_people(r: Reading, built: Built | None) -> Issue | None:
    """What to ask about a list of everybody."""
    query = built.query if built is not None else None
    said = r.listed or names_anybody(r)
    if r.follows is not None or r.tests or r.ranking is not None or _ALL.search(r.text.text) or not said:
        return None
    main = r.world.model.domain.entity
    listed = isinstance(query, Records) and query.entity == main and query.where is None and not (query.order or query.limit)
    return Issue("which-people") if listed or _counted_instead(r, query) else None


_ANYBODY = re.compile(
    r"(?:[圈拉捞挑选找弄搞筛要来]|帮我|给我)[^,，。;；这那]{0,3}?一?(?:批|拨|波|群|些)(?:合适的|新的)?(?:人|客户|会员|用户|顾客)"
    r"|(?<![a-z])(?:get|give|find|pull|pick|grab|send|need|want)(?: me| us| out)? (?:some|a (?:bunch|batch|group|set|couple) of) (?=[a-z])"
)
_OF_THOSE = re.compile(r"其中|里面|里头|当中|[这那]|(?<![a-z])(?:of|from) (?:them|those|these)(?![a-z])")


def names_anybody(r: Reading) -> bool:
    """帮我圈一批人, get me some customers: new ones, of whom nothing is said; no part of those that were spoken of."""
    named = [t for i, t in enumerate(r.tokens) if t.senses and not r.is_person(i)]
    people = any(r.is_person(i) or t.has("people") for i, t in enumerate(r.tokens))
    told = any(t.of("value") or t.of("segment") for t in r.tokens)
    line = r.text.text
    return people and not (named or told) and _ANYBODY.search(line) is not None and _OF_THOSE.search(line) is None


def _counted_instead(r: Reading, query: object) -> bool:
    """圈一批人: a word for listing, and nobody but people; no number was asked for."""
    plain = isinstance(query, Aggregate) and query.where is None and query.period is None and not (query.group_by or query.share)
    asked = [a for a in r.asked if 0 <= a.at < len(r.tokens)]
    people = len(asked) == 1 and r.world.counts.get(r.world.model.domain.entity) in asked[0].names and not asked[0].firm
    word = r.tokens[asked[0].at] if people else None
    named = word is not None and (word.has("people") or bool(word.of("entity")))
    return plain and named and not any(t.has("count", "how_much", "how_is") for t in r.tokens)


def asks_whom(planned: Interpretation) -> bool:
    """Whether that is what is asked."""
    return planned.clarification is not None and planned.clarification.code == "which-people"


def whom_asked(problems: Iterable[Issue]) -> bool:
    return any(problem.code == "which-people" for problem in problems)
