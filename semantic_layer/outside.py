"""SQL text from a model or a person -> one tree, or a refusal before anything expensive happens.

In: text. Out: a fresh sqlglot tree of one query, without comments, identifiers quoted where they must be. Fails with
`UnsafeSQLError`: too long, characters that do not belong in SQL, too deep, too many clauses, not one SELECT, not SQL. Limits are
counted on tokens, before the parser (which recurses) sees them.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from semantic_layer.errors import UnsafeSQLError
from semantic_layer.issues import Issue

MAX_BYTES = 20_480
MAX_DEPTH = 40
MAX_TREE_DEPTH = 200
_RUN = 8
"""Operators before an operand: NOT NOT NOT …"""

_LIMITS: tuple[tuple[str, frozenset[TokenType], int], ...] = (
    ("select", frozenset({TokenType.SELECT}), 40),
    ("join", frozenset({TokenType.JOIN}), 20),
    ("union", frozenset({TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT}), 20),
    ("case", frozenset({TokenType.CASE}), 50),
    ("and / or", frozenset({TokenType.AND, TokenType.OR}), 150),
    ("not", frozenset({TokenType.NOT}), 60),
    ("::", frozenset({TokenType.DCOLON}), 100),
    ("[", frozenset({TokenType.L_BRACKET}), 40),
)
MAX_CALLS = 6
"""Calls inside calls: the parser reads some of them twice at each level (type names, sort_array)."""
_NO_CALLS = frozenset(
    {
        *("all", "and", "any", "as", "between", "by", "case", "distinct", "else", "except", "exists", "filter", "from", "group"),
        *("having", "in", "intersect", "is", "join", "lateral", "like", "limit", "not", "on", "or", "order", "over", "partition"),
        *("qualify", "select", "sets", "then", "union", "using", "values", "when", "where", "with", "within"),
    }
)
_OPEN = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE})
_CLOSE = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE})
_PREFIX = frozenset({TokenType.NOT, TokenType.DASH, TokenType.PLUS, TokenType.TILDE})
_STARTS = frozenset({TokenType.SELECT, TokenType.WITH, TokenType.FROM, TokenType.L_PAREN})
_SPACES = frozenset(" \t\r\n")
_CONFUSED = (SqlglotError, RecursionError, ValueError, TypeError, AttributeError, LookupError, AssertionError)
"""What the parser raises on text that is no SQL."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def parse_outside(text: str) -> exp.Expr:
    """The query that `text` holds."""
    _check_characters(text)
    tokens = _tokens(text)
    _check_tokens(tokens)
    try:
        statements = [s for s in DuckDB().parser().parse(list(tokens), text) if s is not None]
    except _CONFUSED as error:
        raise _refused("not-sql") from error
    if len(statements) != 1:
        raise _refused("not-one-statement")
    tree = statements[0]
    _check_depth(tree)
    return _cleaned(tree)


def _refused(code: str, **params: str) -> UnsafeSQLError:
    return UnsafeSQLError((Issue(code, params=params),))


def _check_characters(text: str) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise _refused("bad-characters") from error
    if size > MAX_BYTES:
        raise _refused("sql-too-long", limit=str(MAX_BYTES))
    if not text.isascii() or not text.isprintable():
        odd = (c for c in text if c not in _SPACES and unicodedata.category(c)[0] in "CZ")
        if next(odd, None) is not None:
            raise _refused("bad-characters")


def _tokens(text: str) -> Sequence[Token]:
    try:
        return DuckDB().tokenize(text)
    except _CONFUSED as error:
        raise _refused("not-sql") from error


def _check_tokens(tokens: Sequence[Token]) -> None:
    kinds = [token.token_type for token in tokens]
    if not kinds or kinds[0] not in _STARTS:
        raise _refused("not-a-query")
    counts = Counter(kinds)
    for name, members, limit in _LIMITS:
        if sum(counts[member] for member in members) > limit:
            raise _refused("too-many-clauses", what=name, limit=str(limit))
    open_calls: list[bool] = []
    run, before = 0, ""
    for token in tokens:
        if token.token_type in _OPEN:
            open_calls.append(_PLAIN.match(before) is not None and before not in _NO_CALLS)
        elif token.token_type in _CLOSE and open_calls:
            open_calls.pop()
        run = run + 1 if token.token_type in _PREFIX else 0
        if len(open_calls) > MAX_DEPTH or sum(open_calls) > MAX_CALLS or run > _RUN:
            raise _refused("statement-too-deep")
        before = token.text.lower()


def _check_depth(tree: exp.Expr) -> None:
    stack = [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        if depth > MAX_TREE_DEPTH:
            raise _refused("statement-too-deep")
        stack.extend((child, depth + 1) for child in node.iter_expressions())


def _cleaned(tree: exp.Expr) -> exp.Expr:
    """Without comments; every name that is not plain in quotes, so that no engine reads it as anything but a name."""
    for node in tree.walk():
        node.comments = None
        if isinstance(node, exp.Identifier) and not _PLAIN.match(node.this):
            node.set("quoted", True)
    return tree
