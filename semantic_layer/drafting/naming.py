"""What tables and columns are called: a label that people read, and the other words that they use for it.

In: the facts, and the general words of words.yaml (client for customer, 顾客 for 客户). Out: for each table what a row of it is
called, for each column its label and synonyms in both languages. Pure; nothing fails: a name without known words stays itself.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field, replace

from semantic_layer.drafting.facts import ColumnFacts, SchemaFacts, TableFacts
from semantic_layer.drafting.words import chinese, further_chinese, has_chinese, lexicon, plural, singular, spelt

MOST_FORMS = 16
"""Other words for one thing; more are no pleasure to edit."""
MOST_FORMS_ZH = 24
"""Of Chinese: what English says with one word, Chinese says with several."""
_MOST_ALTERNATIVES = 8
_IDS = ("id", "code", "number", "key", "no")
_ASKING = ("is", "has", "whether", "if")
"""First words of yes-or-no columns."""
_TAILS = ("data", "list", "info", "information", "record", "table", "master")
"""Last words of a table's name that say nothing of what its rows are."""


@dataclass(frozen=True, slots=True)
class Names:
    """What everything of one database is called. `rows`: table -> what one row is called, best first."""

    facts: SchemaFacts
    rows: dict[str, tuple[str, ...]]
    shared: Counter[str] = field(default_factory=Counter)

    def one(self, table: TableFacts) -> str:
        """What one row of a table is called."""
        return self.rows[table.name][0]

    def bare(self, table: TableFacts, column: ColumnFacts) -> str:
        """The column's own words, spelt out; an initial of the table in front of `name` is left out."""
        return bare_words(table, column)

    def full(self, table: TableFacts, column: ColumnFacts) -> str:
        """The column's words with what the row is called before them, unless they share a word."""
        bare, owner = self.bare(table, column), self.one(table)
        shared = set(owner.split()) & {singular(w) for w in bare.split()}
        return bare if shared else f"{owner} {bare}"

    def shown(self, table: TableFacts, column: ColumnFacts) -> str:
        """The column's label: its own words where no other table has them."""
        bare = self.bare(table, column)
        return bare if self.shared[bare] <= 1 else self.full(table, column)

    def forms(self, table: TableFacts, column: ColumnFacts) -> tuple[str, ...]:
        """Everything that people call a column, the likeliest first."""
        bare = self.bare(table, column)
        own_words = [] if _is_phrase(bare) else [self.full(table, column)]
        short = [w for row in self.rows[table.name] if (w := bare.removeprefix(f"{row} ")) != bare]
        own = [*own_words, bare, *short]
        own += [other for w in (bare, *short) for other in _reshaped(w)]
        own += [f"{row} {last}" for row in self.rows[table.name][1:] for last in (short or [bare])[:1] if not _is_phrase(last)]
        own += lexicon()["same_whole"].get(bare, [])
        own += self._tail(bare)
        own = [w for w in dict.fromkeys(own) if w]
        own += [f"{w}s" for w in own if w.split()[-1] == "id"]
        found = dict.fromkeys([*own, *(other for w in own for other in alternatives(w))])
        taken = {self.bare(table, other) for other in table.columns if other is not column}
        starts = tuple(f"{row} " for row in self.rows[table.name])
        return tuple(w for w in found if w == bare or (w not in taken and _without(w, starts) not in taken))

    def _tail(self, bare: str) -> list[str]:
        """The last word of a name where it may stand for it and nothing else in the database ends so: year of open year."""
        tail = bare.rsplit(maxsplit=1)[-1]
        ends = [name for name in self.shared if name.split()[-1] == tail]
        alone = ends == [bare] and self.shared[bare] == 1 and tail != bare
        return [tail] if alone and tail in lexicon()["tails"] else []

    def taken_chinese(self, table: TableFacts, column: ColumnFacts) -> frozenset[str]:
        """What the other columns of the table are called in Chinese: no other word for this one."""
        bare = [chinese(self.bare(table, other)) for other in table.columns if other is not column]
        return frozenset((*bare, *(f"{chinese(row)}{name}" for row in self.rows[table.name] for name in bare)))


def _without(phrase: str, starts: Iterable[str]) -> str:
    """A phrase without what it is of."""
    return next((phrase.removeprefix(s) for s in starts if phrase.startswith(s)), phrase)


def _is_phrase(words: str) -> bool:
    """number of seats, directed by: nobody says `cinema number of seats`, `film directed by`."""
    return words.startswith("number of ") or words.endswith(" by")


def _reshaped(phrase: str) -> Iterator[str]:
    """type of type code, membership level of level of membership, price of price in euros, industry of main industry."""
    words = phrase.split()
    if len(words) > 1 and (words[-1] == "code" or words[0] in _ASKING):
        yield " ".join(words[:-1] if words[-1] == "code" else words[1:])
    head, of, rest = phrase.partition(" of ")
    if of and head == "number":
        yield f"number of {plural(rest)}"
        yield f"{singular(rest)} number"
        yield f"{singular(rest)} count"
    if of and head not in ("number", "is"):
        yield f"{rest.removeprefix('the ')} {head}"
    before, per, _ = phrase.partition(" per ")
    if per and len(before.split()) > 1:
        yield before
    units: list[str] = lexicon()["units"]
    if len(words) > 1 and words[-1] in units:
        yield " ".join(words[: -2 if words[-2] == "in" and len(words) > 2 else -1])
    if len(words) > 1 and words[0] in lexicon()["qualifiers"]:
        yield " ".join(words[1:])


def names_of(facts: SchemaFacts, keys: dict[str, tuple[str, ...]]) -> Names:
    """The names of a database whose tables have these keys."""
    shared = Counter(bare_words(t, c) for t in facts.tables for c in t.columns)
    return Names(facts, _rows(facts, keys), shared)


def bare_words(table: TableFacts, column: ColumnFacts) -> str:
    """A column's own words."""
    words = spelt(column.label or column.name)
    initial = spelt(table.label or table.name)[:1]
    return "name" if words == f"{initial}name" else words


# --- rows ---------------------------------------------------------------------------------------------------------------------


def _rows(facts: SchemaFacts, keys: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """What one row of each table is called: its name, the name of its key, its last word where no other table claims it."""
    first = {table.name: _row_word(table) for table in facts.tables}
    claimed = Counter(first.values())
    further = {t.name: _further(t, first[t.name], keys, bridge=is_bridge(t, facts, keys)) for t in facts.tables}
    for bridge in (False, True):  # what ties others together takes the words that they leave
        for table in facts.tables:
            if is_bridge(table, facts, keys) == bridge:
                claimed.update({w for w in further[table.name] if not bridge or not claimed[w]})
    out = {}
    for table in facts.tables:
        more = [w for w in further[table.name] if claimed[w] == 1 and w not in first.values()]
        out[table.name] = tuple(dict.fromkeys((first[table.name], *more)))
    return out


def is_bridge(table: TableFacts, facts: SchemaFacts, keys: dict[str, tuple[str, ...]]) -> bool:
    """Whether a table ties others together: it refers to two of them, and a key of its own it has none."""
    own = [r for r in facts.references if r.table.lower() == table.name.lower()]
    pointing = {r.column.lower() for r in own}
    return len({r.to.lower() for r in own}) > 1 and (
        {k.lower() for k in keys[table.name]} <= pointing or len(keys[table.name]) == len(table.columns)
    )


def _row_word(table: TableFacts) -> str:
    words = [singular(w) if len(w) > 3 else w for w in spelt(table.label or table.name).split()]
    while len(words) > 1 and words[-1] in _TAILS:
        words.pop()
    return " ".join(words)


def _further(table: TableFacts, own: str, keys: dict[str, tuple[str, ...]], *, bridge: bool) -> tuple[str, ...]:
    last = own.rpartition(" ")[2]
    found = [None if bridge else key_word(table, keys[table.name]), _row_word(replace(table, label=None))]
    found += [last] if " " in own and last not in lexicon()["vague"] else []
    return tuple(dict.fromkeys(w for w in found if w and w != own and len(w) > 2))


def key_word(table: TableFacts, key: tuple[str, ...]) -> str | None:
    """What the only key column of a table identifies: card of card_id."""
    column = table.column(key[0]) if len(key) == 1 else None
    words = bare_words(table, column).split() if column is not None else []
    return " ".join(words[:-1]) if len(words) > 1 and words[-1] in _IDS else None


# --- other words --------------------------------------------------------------------------------------------------------------


def alternatives(phrase: str) -> Iterator[str]:
    """The phrase with one of its words exchanged for another that people use for the same.

    >>> next(alternatives("customer name"))
    'client name'
    """
    padded, count = f" {phrase} ", 0
    for group in lexicon()["same"]:
        for form in (str, plural):
            for word in map(form, group):
                if f" {word} " not in padded:
                    continue
                for other in map(form, group):
                    if other != word and count < _MOST_ALTERNATIVES:
                        count += 1
                        yield padded.replace(f" {word} ", f" {other} ").strip()


def other_chinese(phrase: str) -> Iterator[str]:
    """The Chinese phrase with one of its words exchanged."""
    for group in lexicon()["same_zh"]:
        for word in group:
            if word == phrase or (len(word) > 1 and word in phrase):
                yield from (phrase.replace(word, other) for other in group if other != word)
                break


def texts(english: str) -> dict[str, object]:
    """A label in both languages."""
    return {"zh": chinese(english), "en": english}


def words(english: Iterable[str], label: str, zh: Iterable[str] = (), but: Container[str] = ()) -> dict[str, object]:
    """Synonyms in both languages, without the label itself; singular and plural are one. `but`: Chinese names of something else."""
    en: dict[str, str] = {}
    for word in english:
        if word and (singular(word) != singular(label) or word.endswith(" ids")):
            en.setdefault(word if word.endswith("ids") else singular(word), word)
    known = [chinese(w) for w in (label, *en.values()) if has_chinese(w)]
    known = [z for z in known if z not in but]
    own = chinese(label)
    more = [z for w in (label, *list(en.values())[:3]) for z in further_chinese(w)]
    both = dict.fromkeys((*zh, *known, *more, *(o for k in (*zh, *known[:3]) for o in other_chinese(k))))
    out = {"zh": [z for z in both if z != own and z not in but][:MOST_FORMS_ZH], "en": list(en.values())[:MOST_FORMS]}
    return {k: v for k, v in out.items() if v}
