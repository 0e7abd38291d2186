"""What a list of people is for, said beside it: coupon list: …; … for the birthday mailing; so we can send them a voucher.

In: a normalised question, its best cover, the `World`, today. Out: the spans that only say what will be done with the people, none where
a word of them could be a condition: a number of theirs, what they are, a past time, a name of the model that the rest does not say too.
Behind or in front of it people are asked for. What is set aside is told to the asker, never dropped in silence. Never fails.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from assistant.language.asides import Span, any_of, asides, introduction
from assistant.language.headings import occasions
from assistant.language.mentions import Cover, Piece
from assistant.language.remarks import remarks
from assistant.language.text import Normalised
from assistant.planners.rules.plans import asks_for_people, limits_people, plan_told, purposes_told
from assistant.planners.rules.wanted_for import wanted_for
from assistant.planners.rules.world import World
from semantic_layer.issues import Issue
from semantic_layer.query import Records, SemanticQuery

_ACT = any_of("acts")
"""Things that a colleague does with people: each may stand alone in front of a colon, or end a phrase behind `for`."""
_SORT = any_of("act_sorts")
_LIST = (
    "lists?|audiences?|segments?|targets?|target list|target group|candidates?|recipients?|group|pool|selection|people|contacts|base|"
    "names|extract|pull|ids|customers"
)
_NEED = r"(?:(?:please |pls )?(?:i |we )?(?:need|want|build|pull|get me|give me|make|prepare)(?: me| us)? )?"
_HEAD = re.compile(
    rf"{_NEED}(?:(?:an?|the|my|our|this) )?(?P<what>(?:(?:{_SORT}|{_ACT}) )*(?:{_ACT})(?: (?:programme|program|scheme))?)"
    rf" ?(?:{_LIST})? ?(?::| -+ | — ?|—)(?=\s*\S)"
    rf"|{_NEED}(?:(?:an?|the|my|our|this) )?(?:{_LIST})(?P<for> for (?:[a-z0-9'-]+ ){{0,5}}?(?:{_ACT})) ?(?::|,| -+ |—)(?=\s*\S)"
    rf"|(?P<lead>for (?:the|our|a|an|my|this|next|tomorrow's|some)(?: [a-z0-9'-]+){{0,5}}? (?:{_ACT})) ?"
    rf"(?:[,:—]| -+ |(?= (?:i|we|can|could|please|pls|list|give|show|pull|get|need|who|which)(?![a-z])))(?=\s*\S)"
    rf"|(?P<one>(?:[a-z]+[- ])?(?:coupons?|vouchers?|gifts?|cards?|invitations?|invites?|apology|calls?|emails?|sms) for )"
    r"(?=everyone|everybody|anyone|all)"
)
_MIDDLE = re.compile(
    rf"(?:(?<=[,;.—(]) ?| -+ )(?:as |our |the |these are |they are |to be |possible |potential )*"
    rf"(?:(?:{_SORT}|{_ACT}) )*(?:{_ACT}) (?:{_LIST})"
    r"(?: please| pls)? ?(?=[).,;:?!—]| -|$)"
)
_TAIL_FOR = re.compile(
    r"(?:(?<=[,.;—(]) ?| -+ ?| )(?:it's |this is |that's |to be used )?for (?:the|our|my|a|an|this|next|tomorrow's|some|an upcoming)"
    rf"(?: [a-z0-9'-]+){{0,4}}? (?:{_ACT})(?: list| campaign| tomorrow| next week| next month| next year)? ?(?=[).,;:?!—]| -|$)"
)
_ACTS = (
    "send|sending|give|giving|offer|offering|invite|inviting|call|calling|ring|phone|contact|text|message|email|mail|write to|remind|"
    "thank|reward|target|targeting|treat|nudge|ping|win|wake|get|bring|reach out to|follow up with|talk to|approach|apologi[sz]e to|"
    "upgrade|move|push|surprise|convince|survey|interview|ask|warn|post"
)
_THEM = "them|these people|those people|these|those|these customers|those customers|each of them|everyone|everybody|all of them|these guys"
_TO_DO = (
    r"(?:(?:i|we|the team|marketing|crm)(?:'d| would)? ?(?:just )?"
    r"(?:wants?|needs?|like|plans?|intend|hope|hoping|planning|wanting)"
    r"|want|wanna|need|planning|plan|looking|hoping|going|(?:i'm|i am|we're|we are)(?: just)? (?:going|looking|planning|hoping|thinking of"
    r"|about)|(?:i|we)(?:'ll| will| can| could| should| might)|would like|i'd like|we'd like|so (?:that )?(?:i|we) (?:can|could|may)|"
    r"in order|so as|thinking of|to be able|time)(?: to)?"
)
_TAIL_DO = re.compile(
    rf"(?:(?<=[,.;?!—(])|(?<= -)|(?<=--)| (?=so |to |in order )) ?(?:because |as |and |since |so )?(?:{_TO_DO} |to |we )(?:{_ACTS})"
    rf"(?: (?:out|a|an|the|this|our|some|another|small|little|special|[a-z-]+ (?:to|for|at)))* ?"
    rf"(?:[a-z-]+ (?:to|for) )?(?:{_THEM})(?![a-z])[^.;?!:,]*?"
    rf"(?=[.;?!)—,]| -|$)"
    rf"|(?:(?<=[,.;?!—(])|(?<= -)|(?<=--)) ?(?:please |and |to |so (?:that )?(?:i|we) can |(?:i|we) (?:want|need|plan) to )?"
    rf"(?:leave|keep|take|exclude|skip|drop|suppress|remove|include|put)"
    rf" (?:{_THEM})(?: all)? ?(?:out of|from|in|into|on|off|for) (?:the|our|this|my|a|any) ?(?:[a-z0-9'-]+ ){{0,3}}(?:{_ACT}|{_LIST}) ?"
    rf"(?=[.;?!)—,]| -|$)"
)
_WORTH = re.compile(
    r"(?:(?<=[.;!?—])|(?<= -)) ?(?:and |because |as )?(?:they|(?:these|those)(?: people| customers)?|(?:some|all) of them)"
    r" (?:(?:may|might|could|should|would|probably|perhaps|surely|really|well|all|do|will) ?)+(?:deserve|be worth|like|appreciate|need|get"
    r"|earn|respond to|be interested in|love|benefit from|enjoy|be due|merit|be ready for|be good for) [^.;?!:,]{3,60}(?=[.!]|$)"
    r"|(?:(?<=[,.;—])|(?<= -)) ?(?:i|we) (?:need|want|will use|'ll use) (?:the|this|that) (?:list|names|ids) (?:for|to)"
    r" [^.;?!:,]{3,60}(?=[.!]|$)"
)
"""They may deserve an upgrade; I need the list for the gold upgrade."""
_RAISED = re.compile(r" ?(?:level |tier |status |card |membership )?(?:upgrade|promotion)s?(?![a-z])")
"""the gold upgrade: what they are given, and not what they are."""
_LIMITING = re.compile(
    r"(?<![a-z])(?:who|whose|whom|only|except|but|unless|if|without|not|never|no|all but|other than|apart|last|previous|past|recent"
    r"|(?:those|these|everyone|everybody) (?:with|in|from|at|on|under|over))(?![a-z])"
)


def told_ahead(text: Normalised, cover: Cover, world: World, today: date) -> tuple[Span, ...]:
    """Everything beside a question that only tells who asks it, and what for."""
    if told_first := occasions(text, cover) or wanted_for(text) or remarks(text, cover):
        return told_first
    told = introduction(text, cover) or plan_told(text, cover, world, today)
    return (told,) if told is not None else purposes_told(text, cover, world) or purposes(text, cover, world, today)


_LEFT_OUT = re.compile(r"(?:leave|keep|take|exclude|skip|suppress|hold) (?:them|these|those)(?![a-z])", re.I)


def not_those(words: str, queries: Sequence[SemanticQuery]) -> bool:
    """I want to leave them out of the next send: people are meant to be listed, and no number of them."""
    return _LEFT_OUT.search(words) is not None and not all(isinstance(query, Records) for query in queries)


def around_subject(refused: Issue, text: Normalised, cover: Cover) -> tuple[Span, ...]:
    """The CFO wants a memo: no question about the CFO, though such a subject would be refused."""
    return asides(text, cover) if refused.code == "refuse-outside" else ()


def purposes(text: Normalised, cover: Cover, world: World, today: date) -> tuple[Span, ...]:
    """The spans that say what a list of people is for; none where the question asks for anything but people."""
    spans = [span for span in _spans(text.text) if _sets_nothing(text, span, cover, world, today)]
    if not spans:
        return ()
    rest = [piece for piece in cover if not any(_within(piece.start, piece.end, span) for span in spans)]
    people = asks_for_people(rest, world) or any(p.has("who", "people") and not p.is_content for p in rest) or _describes(rest)
    people = people or (
        _COLUMNS.search(text.text) is not None and any(p.of("value") and limits_people(p, world, today) for p in rest)
    )
    counted = [s.name for p in rest for s in p.of("metric") if not p.of("entity") and not p.of("behaviour")]
    return tuple(spans) if people and (all(map(world.counts_people, counted)) or _shows(rest, text)) else ()


def _spans(line: str) -> Iterator[Span]:
    head = _HEAD.match(line)
    if head is not None:
        group = next(name for name in ("what", "for", "lead", "one") if head[name] is not None)
        yield (head.start(), head.end(group)) if group == "what" else head.span(group)
    for pattern in (_MIDDLE, _TAIL_FOR, _TAIL_DO, _WORTH):
        for found in pattern.finditer(line, head.end() if head is not None else 0):
            yield found.span()


def _sets_nothing(text: Normalised, span: Span, cover: Cover, world: World, today: date) -> bool:
    """Whether nothing in a span could be a condition of who is meant."""
    start, end = span
    if _LIMITING.search(text.text[start:end]):
        return False
    inside = [p for p in cover if p.end > start and p.start < end and p.role != "break" and not _RAISED.match(text.text, p.end)]
    outside = {(s.kind, s.name, s.value) for p in cover if p not in inside for s in p.senses}
    apart = _stands_apart(text.text, start) or text.text[end : end + 1] == ":"
    if not apart and any(p.of("behaviour") or (p.of("metric") and not p.of("entity")) for p in cover if p not in inside):
        return False  # who signed up for the workshop: what they did, and not what they are wanted for
    limited = [
        p for p in inside if not _is_act(p, apart=apart) and (limits_people(p, world, today) or (p.of("value") and not apart))
    ]
    return all({(s.kind, s.name, s.value) for s in p.senses} & outside for p in limited)


def _stands_apart(line: str, start: int) -> bool:
    """Whether a stop or a dash cuts words off from what is in front of them."""
    front, behind = line[:start].rstrip(), line[start:].lstrip()
    return not front or front[-1] in _STOPS or behind.startswith(("-", "—", "so ", "to ", "in order "))


_STOPS = ",.;:?!—("
_IS_ACT = re.compile(rf"(?:(?:{_SORT}|{_ACT}) ?)+")


def _is_act(piece: Piece, *, apart: bool) -> bool:
    """Whether a word only names what is done with them; of several words (a new product trial) only where it stands apart."""
    return _IS_ACT.fullmatch(piece.text) is not None and (apart or " " not in piece.text)


def _within(start: int, end: int, span: Span) -> bool:
    return start < span[1] and end > span[0]


_COLUMNS = re.compile(r"[.;:] *(?:please |pls |and |also )*(?:show|include|give me|add|display|put)(?![a-z])")


def _shows(rest: Sequence[Piece], text: Normalised) -> bool:
    """Whether a list is asked for, or a sentence of its own says what is shown of each: … Show that spend, and the last order date."""
    return _lists(rest) or _COLUMNS.search(text.text) is not None


def _lists(rest: Sequence[Piece]) -> bool:
    """Whether a list is asked for by that word."""
    return any(p.has("list", "who") or (p.has("people") and not p.has("count")) for p in rest)


def _describes(rest: Sequence[Piece]) -> bool:
    """Whether the rest tells what people did or are."""
    return any(p.of("behaviour") or p.of("segment") for p in rest)
