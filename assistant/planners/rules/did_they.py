"""Questions put behind or around what was done: 评分低于3分的客户近30天有没有再买; signed up in August and no order, how many is that.

In: a fresh `Reading`. Out: 有没有 in front of a verb as a word that carries nothing, so that those who did are shown, and no denial; `that`
behind people who are told of in the same message as no pointer at what was shown before. Never fails.
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


_THAT = re.compile(r"[,;.?:] ?(?:so )?how many (?:people )?(?:is|are|does|do) (?:that|those|it)(?: make| come to)?\W*$")


def how_many_that_is(r: Reading) -> None:
    """Takes the pointer out of a number that is asked of what the message itself says was done."""
    found = _THAT.search(r.text.text)
    told = any(t.of("behaviour") and not r.helps_only(at) for at, t in enumerate(r.tokens) if found and t.end <= found.start())
    if found is not None and told:
        pointing = [at for at, t in enumerate(r.tokens) if t.start >= found.start() and t.has("refer") and not t.is_content]
        plainly = {at: replace(r.tokens[at], ops=frozenset(["filler"])) for at in pointing}
        r.tokens = tuple(plainly.get(at, t) for at, t in enumerate(r.tokens))
