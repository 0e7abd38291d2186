"""English verbs of cause in two parts: what held sales back, what pulled the score down, something knocked it down - what was it?

In: a normalised text. Out: the spans of both parts: the first asks why, the second says nothing more (back, there, undoes nothing). Never
fails.
"""

import re
from collections.abc import Iterator

WHY = frozenset(("why",))
CAUSED = frozenset(("filler",))
"""What is said of the second part; instead of anything else that it may mean."""
_HOLD = r"(?:held|holding|holds|hold|kept|keeping|keeps|keep|set|setting|sets)"
_PULL = (
    r"(?:pull(?:ed|ing|s)?|drag(?:ged|ging|s)?|brought|bringing|brings|bring|knock(?:ed|ing|s)?|push(?:ed|ing|es)?|weigh(?:ed|ing|s)?|sent"
    r"|sending|sends|drove|driving|drives|drive|forc(?:ed|ing|es)|lift(?:ed|ing|s)?|mov(?:ed|ing|es))"
)
_BETWEEN = r"(?P<{0}>(?: [^\s,.;:?!()]+){{1,8}}?) "
_TWO = (
    rf"(?:{_HOLD}{_BETWEEN.format('a')}(?P<back>back|down)|{_PULL}{_BETWEEN.format('b')}(?P<down>down|up|lower|higher))(?![a-z])"
)
_ASKED = re.compile(
    rf"(?<![a-z])(?P<what>what(?:'s|s|ever| is| was| has| have| had| exactly| actually| really| mainly| could have| might have)*) {_TWO}"
)
_TOLD = re.compile(
    rf"(?<![a-z])(?P<what>(?:something|some thing)(?: has| had| must have)?) {_TWO}"
    r"(?=.*(?<![a-z])what (?:was|is|might|could|did)(?![a-z]))"
)


def find_causes(line: str) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Both parts of each such verb."""
    for pattern in (_ASKED, _TOLD):
        for found in pattern.finditer(line):
            name, end = ("a", "back") if found["back"] else ("b", "down")
            yield found.start(), found.start(name), WHY
            yield *found.span(end), CAUSED
