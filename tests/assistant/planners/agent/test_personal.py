"""Personal values in a question: all of them are found, whatever their case; what cannot stand in it is not searched."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pytest

from assistant.errors import EngineError
from assistant.planners.agent import personal as module
from assistant.planners.agent.personal import MOST, PersonalValues
from semantic_layer.model import SemanticModel

Row = tuple[Any, ...]
COLUMNS = "name, phone, email, wechat_unionid, id_card"


@dataclass
class Small:
    """The part of an engine that is needed, over one table of customers."""

    db: duckdb.DuckDBPyConnection
    version: str = "1"
    asked: list[str] = field(default_factory=list)

    def values(self, sql: str) -> Sequence[Row]:
        self.asked.append(sql)
        return self.db.execute(sql).fetchall()

    def data_version(self) -> str:
        return self.version

    def session(self) -> AbstractContextManager[None]:
        return nullcontext()

    def holds(self, *people: Row) -> None:
        """Other data from now on."""
        self.version += "+"
        self.db.execute("DELETE FROM customers")
        self.db.executemany(f"INSERT INTO customers ({COLUMNS}) VALUES (?, ?, ?, ?, ?)", list(people))

    def searched(self) -> str:
        """The last search."""
        return next((sql for sql in reversed(self.asked) if "DISTINCT CASE" in sql), "")


@pytest.fixture
def small() -> Iterator[Small]:
    with duckdb.connect(":memory:") as db:
        db.execute("CREATE TABLE customers (name VARCHAR, phone VARCHAR, email VARCHAR, wechat_unionid VARCHAR, id_card VARCHAR)")
        made = Small(db)
        made.holds(
            ("张伟", "13812345678", "a.b@corp.example", "oWk6_71k7RuY847eCztZRAEN7Nub", "11010519491231002X"),
            ("Strauß", None, None, None, None),
            ("O'Neil", "139", None, None, None),
        )
        yield made


def inside(engine: Small, model: SemanticModel, text: str) -> set[str]:
    return set(PersonalValues(engine).inside(text, model))  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "found"), [
    ("张伟最近买了什么", {"张伟"}),
    ("was STRAUß here, or o'neil?", {"Strauß", "O'Neil"}),
    ("谁是A.B@CORP.EXAMPLE", {"a.b@corp.example"}),
    ("owk6_71k7ruy847ecztzraen7nub的订单", {"oWk6_71k7RuY847eCztZRAEN7Nub"}),
    ("身份证11010519491231002x", {"11010519491231002X"}),
    ("尾号139的", {"139"}),
    ("上个月销售额", set()),
])  # fmt: skip
def test_what_stands_in_a_question_is_found(small: Small, retail: SemanticModel, text: str, found: set[str]) -> None:
    assert inside(small, retail, text) == found


def test_only_columns_with_room_are_searched(small: Small, retail: SemanticModel) -> None:
    personal = PersonalValues(small)  # type: ignore[arg-type]
    personal.inside("上个月张伟在各大区 of 2026", retail)
    assert '"name"' in small.searched()
    assert '"phone"' in small.searched(), "one phone has three digits"
    assert not any(f'"{column}"' in small.searched() for column in ("email", "wechat_unionid", "id_card"))
    asked = len(small.asked)
    personal.inside("上个月张伟在各大区", retail)
    assert len(small.asked) == asked + 1, "how long values are is read once"
    assert '"phone"' not in small.searched()
    personal.inside("上个月各大区", retail)
    assert len(small.asked) == asked + 1, "no name begins as anything here does"


@pytest.mark.parametrize(("name", "text"), [
    ("李", "小李"),  # a lone character is no value that is searched for
    ("Élodie", "what did ÉLODIE buy"),
    ("e\u0301ric", "what did E\u0301RIC buy"),  # a letter and its mark are two characters
    ("Kim", "what did \u212aIM buy"),  # the sign of kelvin, whose small letter is a k
    ("Ismet", "what did İSMET buy"),  # whose small letter is one character to the engine and two to Python
    ("ΑΣ", "what did ΑΣ buy"),  # whose last letter is another one to Python
    ("Ⓐnna", "what did ⓐnna buy"),
    ("欧阳 娜", "欧阳 娜买了什么"),
    ("张\u3000伟", "张\u3000伟买了什么"),
    ("a\tb", "a\tb"),
    ("ᲐᲑᲒ", "აბგ"),
])  # fmt: skip
def test_names_that_no_question_begins_are_those_that_a_search_does_not_find(
    small: Small, retail: SemanticModel, name: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How values begin is a reason not to search, never one not to find, even if no other spelling of the text were known."""
    monkeypatch.setattr(module, "_spellings", str)
    small.holds((name, None, None, None, None), ("Bo", None, None, None, None))
    short = inside(small, retail, text)
    monkeypatch.setattr(module, "MOST_HEADS", -1)
    assert short == inside(small, retail, text)


def test_beginnings_that_are_too_many_are_shorter(small: Small, retail: SemanticModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_HEADS", 2)
    small.holds(*((f"欧阳{second}", None, None, None, None) for second in "娜静平"))
    assert inside(small, retail, "欧洲的销售额") == set()
    assert small.searched() == ""
    assert inside(small, retail, "欧阳平的销售额") == {"欧阳平"}
    small.holds(*((f"{first}平", None, None, None, None) for first in "王李张"))
    assert inside(small, retail, "欧洲的销售额") == set()
    assert '"name"' in small.searched(), "nobody knows how so many begin"


def test_other_data_has_other_lengths(small: Small, retail: SemanticModel) -> None:
    personal = PersonalValues(small)  # type: ignore[arg-type]
    assert personal.inside("卡号 ab12", retail) == ()
    small.holds((None, None, None, None, "ab12"))
    assert personal.inside("卡号 ab12", retail) == ("ab12",)


def test_a_text_of_too_many_names_cannot_be_judged(small: Small, retail: SemanticModel) -> None:
    """Otherwise those beyond the most would leave."""
    small.holds(*((f"{chr(0x4E00 + i)}{chr(0x4E01 + i)}", None, None, None, None) for i in range(MOST + 1)))
    text = "".join(chr(0x4E00 + i) for i in range(MOST + 2))
    with pytest.raises(EngineError):
        inside(small, retail, text)
