"""What the conditions of a SELECT test: literals and columns that filter rows, not those that only stand in the text."""

import pytest

from semantic_layer.errors import UnsafeSQLError
from semantic_layer.governed import conditions_of

IN_CONDITIONS = (
    "SELECT count(*) FROM orders WHERE a = 'x'",
    "SELECT count(*) FROM orders WHERE b > 1 AND NOT (lower(a) IN ('y', 'x'))",
    "SELECT city FROM orders GROUP BY city HAVING max(a) = 'x'",
    "SELECT 1 FROM orders o JOIN customers c ON o.id = c.id AND c.a LIKE '%x%'",
    "SELECT a FROM orders QUALIFY first_value(a) OVER (ORDER BY b) = 'x'",
    "SELECT count(*) FILTER (WHERE a = 'x') FROM orders",
    "SELECT count(*) FROM orders WHERE id IN (SELECT id FROM customers WHERE a = 'x')",
    "WITH e AS (SELECT * FROM orders WHERE a = 'x') SELECT count(*) FROM e",
    "SELECT count(*) FROM orders WHERE a BETWEEN DATE 'x' AND DATE 'y'",
    "SELECT count(*) FROM orders WHERE contains(a, 'x')",
)
NOT_IN_CONDITIONS = (
    "SELECT count(*) FROM orders /* a = 'x' */",
    "SELECT count(*) FROM orders -- WHERE a = 'x'",
    "SELECT count(*), 'x' AS p FROM orders WHERE b = 1",
    'SELECT count(*) AS "x" FROM orders WHERE b = 1',
    "SELECT count(*) FROM orders WHERE 'x' = 'x'",
    "SELECT count(*) FROM orders WHERE b = 1 AND 'x' <> ''",
    "SELECT count(*) FROM orders WHERE b = 1 OR 'x' IN ('x')",
    "SELECT count(*) FROM orders WHERE EXISTS (SELECT 'x' FROM customers)",
    "WITH e AS (SELECT * FROM orders WHERE a = 'x') SELECT count(*) FROM orders",
    "WITH e AS (SELECT * FROM orders WHERE a = 'x'), f AS (SELECT * FROM e) SELECT count(*) FROM orders",
    "SELECT count(*) FROM orders ORDER BY a = 'x'",
)


@pytest.mark.parametrize("text", IN_CONDITIONS)
def test_what_filters_rows_is_tested(text: str) -> None:
    assert any("x" in literal for literal in conditions_of(text).literals)


@pytest.mark.parametrize("text", NOT_IN_CONDITIONS)
def test_what_only_stands_there_is_not_tested(text: str) -> None:
    assert not any("x" in literal for literal in conditions_of(text).literals)


def test_columns_and_limits_of_conditions() -> None:
    found = conditions_of("SELECT city FROM orders WHERE Region = 'x' ORDER BY 1 LIMIT 7")
    assert (found.columns, found.limits) == (frozenset({"region"}), frozenset({"7"}))
    with pytest.raises(UnsafeSQLError):
        conditions_of("DELETE FROM orders")
