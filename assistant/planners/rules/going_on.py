"""What people still do: 投诉过但还在继续购买, complained and are still buying, 2024年以前注册还活跃的.

In: a `Reading` whose verbs are being read; later the finished one. Out: the verbs that come after another deed because they still go on;
the places of those that go on since nothing, for `misread` to ask about: at any time whatever is no `still`. Never fails.
"""

import re
from collections.abc import Iterator, Sequence

from assistant.planners.rules.draft import VerbTest
from assistant.planners.rules.reading import Reading

_STILL = re.compile(
    r"(?<![a-z])(?:still(?: be(?:en)?)?|continued?s?(?: to)?|continuing(?: to)?|ke(?:ep|eps|pt)(?: on)?|go(?:es)? on|went on)"
    r"(?: (?:actively|regularly|happily|being))*\s*$"
    r"|(?:还|仍)(?:是|都|会)?(?:在|一直|继续|持续|坚持|照样)+$|(?:仍然|依然|依旧|仍旧|照样|照旧|继续|持续|一直在?)(?:还|都|会|在)*$"
)
_NOW = re.compile(
    r"(?<![a-z])(?:are|is)(?: (?:still|currently|now|all))?\s*$|[还仍](?:是|然|都|很|算)?$|(?:现在|目前|当前)(?:还|都|很)*$"
)
"""What stands in front of how somebody is: are active, 还活跃."""


def goes_on(r: Reading, at: int) -> bool:
    """Whether a verb is said of now, or of all the time up to now; who still has an open ticket is how it is anyway."""
    if r.tokens[at].of("behaviour") and r.helps_only(at):
        return False
    before = r.text.text[: r.tokens[at].start].rstrip()
    inside = r.tokens[at].text.startswith("在") and before.endswith(("还", "仍"))
    anything = any((b := r.world.behaviour(name)) is not None and b.where is None for name in r.behaviours(at) or _names(r, at))
    state = anything and _NOW.search(before) is not None and not r.tokens[at].text.endswith(("过", "了"))
    return inside or state or _STILL.search(before) is not None


def still_after(r: Reading, verbs: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The verb that goes on behind the only other one, which it comes after: each as (earlier, later)."""
    if len(verbs) != 2 or not goes_on(r, verbs[1]):
        return
    early, late = verbs
    told = [t for t in r.tests if isinstance(t, VerbTest) and t.verb == early]
    done = {*r.behaviours(early), *(name for t in told for name in t.behaviours)}
    joined = any(r.world.count_of_joining(name) is not None for name in done)  # they joined before anything else anyway
    if done and not joined and not done & set(r.behaviours(late)) and not _timed(r, early, late):
        yield early, late


def goes_on_since_nothing(r: Reading) -> list[int]:
    """The places of deeds that are said to go on and have neither a time nor anything that they come after."""
    deeds = [t for t in r.tests if isinstance(t, VerbTest) and 0 <= t.verb < len(r.tokens)]
    bare = [t for t in deeds if t.did and not t.same and (t.period, t.after, t.behind) == (None, None, None)]
    return [t.verb for t in bare if goes_on(r, t.verb)]


def _names(r: Reading, at: int) -> tuple[str, ...]:
    return tuple(s.name for s in r.tokens[at].of("behaviour"))


def _timed(r: Reading, early: int, late: int) -> bool:
    """Whether the later verb has a time of its own: in front of it in Chinese, behind it in English."""
    chinese = not r.tokens[late].text.isascii()
    return any(r.tokens[at].time is not None for at in (range(early + 1, late) if chinese else range(late + 1, len(r.tokens))))
