"""What the things are like that a first question ranks, asked for beside them: top 5 campaigns by click rate with type and budget.

In: a `Reading` whose ranking is read. Out: its `traits`; the words are used up, so that they are no breakdown within which is ranked.
Never fails: a word that is no trait of those things stays for other passes.
"""

from assistant.planners.rules.lists import columns_asked
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.traits import home_of, take_own


def read_traits(r: Reading) -> None:
    """Those that a first question asks for beside the things that it ranks: top 5 campaigns by click rate with type and budget."""
    target = r.ranking.target if r.ranking is not None and r.ranking.limit is not None and r.follows is None else ()
    home = home_of(r, target)
    if home is not None and r.ranking is not None:
        take_own(r, home, [at for at in columns_asked(r)[1] if at > r.ranking.at], set(target))
