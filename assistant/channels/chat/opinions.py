"""Feedback as lines to read, and a corrected one as a line of an evaluation set.

In: what the store keeps. Out: texts; a JSON object in the form of `assistant.evaluate`. Nothing here fails.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import prompts
from assistant.channels.chat.store import Said, Store


def lines(found: Sequence[Said], lang: str) -> Iterator[str]:
    """What people said, the latest first."""
    if not found:
        yield prompts.render("chat.feedback.none", lang)
    for said in found:
        answer = said.answer
        value = prompts.render(f"chat.feedback.{'up' if said.value else 'down'}", lang)
        when = said.given[:16].replace("T", " ")
        yield prompts.render("chat.feedback.line", lang, time=when, value=value, user=answer.owner, question=answer.question)
        yield prompts.render("chat.feedback.about", lang, id=said.id, status=answer.status, role=answer.role)
        if said.comment:
            yield prompts.render("chat.feedback.comment", lang, comment=" ".join(said.comment.split()))


def plain(said: Said) -> dict[str, Any]:
    """One feedback with its question, reading, SQL and answer, as plain values."""
    answer = said.answer
    return {
        "id": said.id,
        "value": "up" if said.value else "down",
        "comment": said.comment,
        "given": said.given,
        "user": answer.owner,
        "role": answer.role,
        "question": answer.question,
        "status": answer.status,
        "text": answer.text,
        "query": answer.query,
        "sql": answer.sql,
    }


def case(said: Said, store: Store, gold_sql: str | None) -> dict[str, Any]:
    """The line of an evaluation set: the question in its conversation, with the SQL that is right (None: it ran right)."""
    answer = said.answer
    asked = store.answers(answer.thread)
    before = [one.question for one in asked if one.asked < answer.asked and one.number == 0]
    return {
        "id": f"f-{said.id[:8]}",
        "lang": answer.lang,
        "persona": answer.role,
        "kind": "feedback",
        "question": answer.question,
        "context": before,
        "gold_sql": gold_sql or answer.sql,
        "order_matters": False,
        "expect": "answer" if gold_sql or answer.status == "answered" else _EXPECTED.get(answer.status, "answer"),
        "chart": [],
        "note": said.comment or "",
    }


_EXPECTED = {"clarify": "clarify", "refused": "refuse"}
