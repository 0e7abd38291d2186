"""How many people did something once, how many twice, three times and so on; none, 1, 2-3, 4 or more orders; 没有、1单、2单以上.

In: a `Reading` before its bands are read. It gains a `Group` over the number of each that the list is of: the noun of its numbers (one
order), the verb in front of them (complained once), the number in front of the list (by ticket count: 1, 2, 3 or more). Never fails: a
list that leaves a number out, or ends without a word that it goes on, is left to other passes.
"""

import re
from itertools import pairwise

from assistant.planners.rules.bands import band_at
from assistant.planners.rules.draft import Group, NumberTest, VerbTest
from assistant.planners.rules.kin import names_of
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.spread import GOES_ON, as_people

_NONE = re.compile(
    r"(?:have |has |had |with |made |placed )?(?:no|none|never|zero|nothing|not at all|not once)|从?没有?|从未|没有过|零单?"
)
_TIES = ("and", "or", "comma", "versus", "count", "how_much", "filler", "copula", "people", "who", "with", "examples", "particle")
_IN_FRONT = 7


def read_one_two_three(r: Reading) -> None:
    """The one list of numbers of a question."""
    run = _run(r)
    none = bool(run) and _is_none(r, run[0])
    people = any(r.is_person(i) or r.counts_people(i) or t.has("people") for i, t in enumerate(r.tokens))
    if not run or r.follows is not None or not people or (not none and _has_window(r)):
        return
    found = _thing(r, run, windows=none)
    if found is None:
        return
    name, at, inside = found
    window = name if name in r.world.model.dimensions else None
    edges = () if _band(r, run[-1])[1] is not None else tuple(float(_band(r, i)[0]) for i in run)
    dimensions, metrics = ((window,), ()) if window is not None else ((), (name,))
    r.groups.append(Group(run[0], dimensions, metrics=metrics, edges=edges, width=None if edges else 1.0))
    if not none and _band(r, run[0])[0] > 0:
        deed = next((b for b in r.world.model.behaviours if r.world.count_of_deeds(b) == name), None)
        r.tests.append(VerbTest(run[0], (deed,)) if deed is not None else NumberTest(run[0], ">=", (1.0,), metrics, dimensions))
    if window is None:
        as_people(r, name)
    r.counted, r.count_words = True, r.count_words[:1]
    r.take(*_words(r, run, at, inside))


# --- the list ------------------------------------------------------------------------------------------------------------


def _run(r: Reading) -> list[int]:
    """The places of the numbers, each one more than that before it, up to one that is open or goes on."""
    run: list[int] = []
    for at in range(len(r.tokens)):
        if not r.free(at) or _band(r, at) == _NO_BAND:
            continue
        if run and not all(_ties(r, i) for i in r.between(run[-1], at)):
            if _ends(r, run):
                return run
            run = []
        run.append(at)
    return run if _ends(r, run) else []


Band = tuple[int, int | None]
_NO_BAND: Band = (-1, -1)


def _band(r: Reading, at: int) -> Band:
    """The lowest and the highest number of a place."""
    token = r.tokens[at]
    if _is_none(r, at):
        return (0, 0)
    if token.text == "one":  # one order, how many two: no number to other passes
        return (1, 1)
    found = band_at(r, at) if token.time is None and not token.senses else None
    return found if found is not None else _NO_BAND


def _is_none(r: Reading, at: int) -> bool:
    """none, 1, 2 or more: no number, in front of the first one."""
    behind = next((i for i in range(at + 1, len(r.tokens)) if not _ties(r, i)), None)
    token = r.tokens[at]
    said = token.number is None and _NONE.fullmatch(token.text) is not None
    return said and behind is not None and not r.tokens[behind].senses and _band(r, behind)[0] == 1


def _ends(r: Reading, run: list[int]) -> bool:
    """Whether the numbers follow each other from 0 or 1, and the last one is open, or a word behind it says that they go on."""
    bands = [_band(r, at) for at in run]
    rises = len(run) > 1 and bands[0][0] in (0, 1) and all(b[0] == (-1 if a[1] is None else a[1]) + 1 for a, b in pairwise(bands))
    return rises and (bands[-1][1] is None or bool(_marks(r, run)))


def _marks(r: Reading, run: list[int]) -> list[int]:
    """and so on: the places behind the last number."""
    said = [m for m in GOES_ON.finditer(r.text.text) if m.start() >= r.tokens[run[-1]].end]
    return [i for i, t in enumerate(r.tokens) if any(t.start < m.end() and m.start() < t.end for m in said)]


def _ties(r: Reading, at: int) -> bool:
    """What may stand between two numbers: stops, and, how many, the noun that they are of, the time of the first one."""
    token = r.tokens[at]
    if r.is_break(at) or token.time is not None or r.is_person(at) or r.counts_people(at):
        return not token.of("value") and not token.of("segment")
    return (token.has(*_TIES) and (not token.is_content or r.helps_only(at))) or bool(_counted(r, at)) or _said_again(r, at)


def _said_again(r: Reading, at: int) -> bool:
    """下1单、下2单: the verb of each number; 没下单: of none."""
    before = at > 0 and _NONE.fullmatch(r.tokens[at - 1].text) is not None
    numbers = (at + 1 < len(r.tokens) and r.tokens[at + 1].number is not None) or r.tokens[
        min(at + 1, len(r.tokens) - 1)
    ].comparison
    return bool(r.behaviours(at)) and bool(before or numbers)


def _of_kind(r: Reading, at: int) -> list[str]:
    """The metric of which a value is the noun of one: a complaint, of complaints."""
    token = r.tokens[at]
    counts = (m for m in r.world.model.metrics if token.of("value") and r.world.is_count(m) and not r.world.counts_people(m))
    return [m for m in counts if f"{token.text}s" in names_of(r.world, m)][:1] if r.free(at) else []


# --- what it is of -------------------------------------------------------------------------------------------------------


def _has_window(r: Reading) -> bool:
    """Whether a number that people have is named: other passes read it."""
    windows = set(r.world.attributes.windows.values())
    return any(windows & set(r.dimensions(at)) for at in range(len(r.tokens)))


def _thing(r: Reading, run: list[int], *, windows: bool) -> tuple[str, int, bool] | None:
    """The number that the list is of, where it is named, and whether that is inside the list."""
    behind = range(run[-1] + 1, min(run[-1] + 2, len(r.tokens)))
    inside = [(name, at) for at in (*r.between(run[0], run[-1]), *behind) for name in _counted(r, at)]
    exact = [(name, at) for name, at in inside if r.metrics(at)] or inside or _deeds_inside(r, run)
    if exact:
        return (*exact[0], True) if len({name for name, _ in exact}) == 1 else None
    for at in range(run[0] - 1, max(run[0] - 1 - _IN_FRONT, -1), -1):
        held = [d for d in r.dimensions(at) if windows and d in r.world.attributes.windows.values()]
        deeds = [m for b in r.behaviours(at) if not r.helps_only(at) and (m := r.world.count_of_deeds(b)) is not None]
        names = held or _counted(r, at) or deeds[:1]
        if names and r.free(at):
            return names[0], at, False
    return None


def _deeds_inside(r: Reading, run: list[int]) -> list[tuple[str, int]]:
    deeds = ((b, at) for at in r.between(run[0], run[-1]) for b in r.behaviours(at) if not r.helps_only(at))
    return [(m, at) for b, at in deeds if (m := r.world.count_of_deeds(b)) is not None][:1]


def _counted(r: Reading, at: int) -> list[str]:
    """What rows a noun is of: orders, a ticket; nothing for people."""
    if not r.free(at) or r.is_person(at):
        return []
    plain = [m for m in r.metrics(at) if r.world.is_count(m) and not r.world.counts_people(m) and not r.world.is_timeless(m)]
    return plain[:1] or [m for e in r.entities(at) if (m := r.world.counts.get(e)) is not None][:1] or _of_kind(r, at)


def _words(r: Reading, run: list[int], at: int, inside: bool) -> list[int]:
    """All that the list uses up: its numbers and ties, the number in front of it with the words that only say that it is cut."""
    told = [i for i in r.between(run[0], run[-1]) if r.tokens[i].time is None and not r.counts_people(i)]
    noun = run[-1] + 1
    told += [noun] if noun < len(r.tokens) and _counted(r, noun) else []
    if not inside:
        cuts = ("by", "by_after", "refer", "copula", "distribution", "times_asked")
        before = [i for i in range(run[0]) if i > at - 2 and r.tokens[i].has(*cuts) and not r.tokens[i].is_content]
        told += [at, *before, *(i for i in r.between(at, run[0]) if r.tokens[i].of("behaviour") and r.helps_only(i))]
    helper = r.step(run[0], -1)
    told += [helper] if helper is not None and r.tokens[helper].of("behaviour") and r.helps_only(helper) else []
    opens = [i for i in r.where("distribution", "each_other") if not r.tokens[i].is_content]
    return [*run, *told, *_marks(r, run), *opens]
