"""Neighbouring nouns become one: `customer name`, `car models`, `bank branch`; and what is listed before `of` learns whose it is.

In: the tokens of a question. Out: the same with compounds joined. Raises `Unreadable` where two nouns have nothing to do with each
other.
"""

from dataclasses import replace

from assistant.language.inflections import singular
from assistant.language.values import ValueIndex
from assistant.planners.plain.cut import Token
from assistant.planners.plain.frame import Noun, Unreadable
from assistant.planners.rules.world import World

_GENERIC = ("name", "names", "value", "values", "code", "codes", "title", "titles", "名称", "名字", "名", "姓名")


def joined(tokens: tuple[Token, ...], world: World, index: ValueIndex) -> tuple[Token, ...]:
    """The tokens with neighbouring nouns made one."""
    tokens = _turned(tokens, world, index)
    out: list[Token] = []
    for token in tokens:
        before = out[-1] if out else None
        made = None
        if before is not None and before.noun is not None and before.noun.rows and token.text in ("数量", "数目", "总数", "人数"):
            out.append(token)
            continue
        if len(out) > 1 and out[-1].text == "的" and out[-2].noun is not None and token.noun is not None:
            generic = token.text in _GENERIC and bool(out[-2].noun.dimensions) and not out[-2].noun.rows  # 歌曲的名字
            own = out[-2].noun if generic else _attribute(out[-2].noun, token.noun, world)
            if own is not None and len(out) > 2 and out[-3].has("each") and all(world.is_number(d) for d in own.dimensions):
                own = None  # 每个分行的客户数量: by what, and how many
            if own is not None:
                out[-2:] = [replace(token, noun=own, roles=frozenset(), values=())]
                continue
        if before is not None:
            told = len(out) > 1 and (out[-2].has("each") or out[-2].piece.number is not None) and not before.text.isascii()
            made = _numbered(before, token, world, index) or _compound(before, token, world, told=told)
        if made is not None:
            out[-1] = made
        elif token.text in ("'s", "'", "’s", "’") and before is not None and before.noun is not None:
            continue
        else:
            out.append(token)
    return tuple(_owned(out, world))


def _turned(tokens: tuple[Token, ...], world: World, index: ValueIndex) -> tuple[Token, ...]:
    """`code of the card type` is the card type code."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        to = at + 2
        while to < len(tokens) and tokens[at + 1].text == "of" and tokens[to].text in ("the", "a", "each", "all", "all the"):
            to += 1
        if to < len(tokens) and tokens[at + 1].text == "of" and (token.noun is not None or token.piece.role == "unread"):
            name = f"{singular(tokens[to].text)} {singular(token.text)}"
            found = tuple(s.name for s in index.terms.get(name, ()) if s.kind == "dimension" and s.name in world.model.dimensions)
            own = token.noun.dimensions if token.noun is not None else ()
            if found and not tokens[to].values and not set(found) <= set(own):
                grouped = next((t for t in tokens[at + 1 : to] if t.text == "each"), None)
                out += [grouped] if grouped is not None else []
                out.append(replace(tokens[to], noun=Noun(tokens[to].at, (), found, text=name), roles=frozenset(), values=()))
                at = to + 1
                continue
        out.append(token)
        at += 1
    return tuple(out)


def _compound(before: Token, token: Token, world: World, *, told: bool = False) -> Token | None:
    """`told`: a number or `each` stands before: 8 缸 汽车, 每 年 汽车."""
    a, b = before.noun, token.noun
    if a is None or b is None or (before.roles & {"tie"} and not token.roles and before.text.endswith("ed")):
        return None
    noun = _joined(a, b, token, world)
    if noun is None:
        if (
            a.dimensions
            and not a.rows
            and b.rows
            and all(world.is_number(d) for d in a.dimensions)
            and not before.values
            and not told
        ):
            raise Unreadable(before.text)  # `discontinued products`: a number that says which, and not how
        if not (before.text.isascii() or before.values or token.values or a.rows or b.rows or a.metrics):
            raise Unreadable(before.text)  # 平均容量, where 平均 is a column too: two attributes are no compound
        return None
    piece = replace(token.piece, start=before.piece.start, text=f"{before.text} {token.text}")
    return replace(token, noun=noun, piece=piece, roles=frozenset(), values=())


def _numbered(before: Token, token: Token, world: World, index: ValueIndex) -> Token | None:
    """`employee number`, said of what has an id."""
    noun = before.noun
    if noun is None or not noun.rows or token.text not in ("number", "numbers") or token.noun is not None:
        return None
    for name in (f"{singular(before.text)} number", f"{singular(before.text)} id"):
        found = tuple(s.name for s in index.terms.get(name, ()) if s.kind == "dimension" and s.name in world.model.dimensions)
        if found:
            return replace(token, noun=Noun(token.at, (), found, text=name), roles=frozenset())
    return None


def _joined(a: Noun, b: Noun, token: Token, world: World) -> Noun | None:
    dimensions = world.model.dimensions
    own = tuple(d for d in b.dimensions if dimensions[d].table in a.rows)
    if a.rows and set(a.rows) & set(b.rows):
        return replace(b, dimensions=own or b.dimensions, owner=next(t for t in a.rows if t in b.rows))
    if own and not (b.rows and not _is_attribute(own, b, world)):
        return replace(b, dimensions=own, rows=(), metrics=(), owner=dimensions[own[0]].table)
    if a.rows and b.rows:
        return b  # car models: the last one is what is meant
    if a.rows and b.dimensions and any(_tied(x, dimensions[d].table, world) for x in a.rows for d in b.dimensions):
        near = tuple(d for d in b.dimensions if any(_tied(x, dimensions[d].table, world) for x in a.rows))
        return replace(b, dimensions=near)
    if a.dimensions and not a.rows and token.text in _GENERIC:
        return a
    return None


def _attribute(a: Noun, b: Noun, world: World) -> Noun | None:
    """客户的姓名: an attribute of what stands before it."""
    own = tuple(d for d in b.dimensions if world.model.dimensions[d].table in a.rows)
    if not own or (b.rows and not _is_attribute(own, b, world)):
        return None
    return replace(b, dimensions=own, rows=(), metrics=(), owner=world.model.dimensions[own[0]].table)


def _is_attribute(own: tuple[str, ...], b: Noun, world: World) -> bool:
    """Whether a noun behind a thing rather names an attribute of it than things of their own."""
    return all(world.model.dimensions[d].table not in b.rows for d in own)


def _tied(a: str, b: str, world: World) -> bool:
    return world.graph.path(a, b) is not None or world.graph.path(b, a) is not None


def _owned(tokens: list[Token], world: World) -> list[Token]:
    """`the name and id of each department`: what is listed right before belongs to it."""
    dimensions = world.model.dimensions
    for at, token in enumerate(tokens):
        noun = token.noun
        if noun is None or not noun.rows or at == 0 or not tokens[at - 1].has("of", "each", "ask", "pronoun"):
            continue
        back = at - 1
        tied = False
        while (
            back >= 0
            and tokens[back].noun is None
            and not tokens[back].is_stop
            and tokens[back].has("of", "each", "ask", "pronoun")
        ):
            tied = tied or tokens[back].has("of", "each") or tokens[back].text == "的"
            back -= 1
        while tied and back >= 0:
            other = tokens[back].noun
            if other is not None:
                homes = [t for t in noun.rows if any(dimensions[d].table == t for d in other.dimensions)]
                if not homes or other.rows or other.owner is not None:
                    break
                own = tuple(d for d in other.dimensions if dimensions[d].table == homes[0])
                tokens[back] = replace(tokens[back], noun=replace(other, dimensions=own, owner=homes[0]))
            elif not tokens[back].has("and", "ask") and "," not in tokens[back].text and "、" not in tokens[back].text:
                break
            back -= 1
    return tokens
