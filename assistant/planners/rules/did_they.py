"""Whether people did something: 评分低于3分的客户近30天有没有再买.

In: a fresh `Reading`. Out: 有没有 in front of a verb as a word that carries nothing, so that those who did are shown; the words for yes and
no inside of it are no denial. Never fails.
"""

import re
from dataclasses import replace

from assistant.planners.rules.reading import Reading

_WHETHER = re.compile("有没有?(?=[^问异])")


def read_whether(r: Reading) -> None:
    """Takes the denial out of a question for yes or no about what was done."""
    for found in _WHETHER.finditer(r.text.text):
        inside = [at for at, t in enumerate(r.tokens) if t.start < found.end() and found.start() < t.end]
        behind = inside[-1] + 1 if inside else len(r.tokens)
        while behind < len(r.tokens) and not r.tokens[behind].is_content and r.tokens[behind].role != "break":
            behind += 1
        verb = behind < len(r.tokens) and bool(r.tokens[behind].of("behaviour")) and not r.helps_only(behind)
        who = any(r.is_person(at) for at in range(inside[0])) if inside else False
        parts = [r.tokens[at] for at in inside]
        plain = all((t.has("neg") and not t.senses) or "filler" in t.ops for t in parts)
        if verb and who and plain and any(t.has("neg") for t in parts):
            plainly = {at: replace(r.tokens[at], senses=(), ops=frozenset(["filler"]), role="meaning") for at in inside}
            r.tokens = tuple(plainly.get(at, t) for at, t in enumerate(r.tokens))
            return
