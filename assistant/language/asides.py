"""Clauses that tell of the asker's own situation and set no condition: 刚开完会老板追着问, quick one before my 9am.

In: a normalised question and its best cover. Out: the spans of its asides. An aside is a whole clause, cut off by punctuation (or by
a space between Chinese words), in which nothing of the model is named, nothing is limited or left out, and a word says that it is
about the asker (`asides.zh.yaml`, `asides.en.yaml`). What is set aside is told to the asker, never dropped in silence. Never fails.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import resources

import yaml
from pydantic import TypeAdapter

from assistant.language.mentions import Cover, Piece
from assistant.language.text import HAN, Normalised

Span = tuple[int, int]

_WORDS = TypeAdapter(dict[str, tuple[str, ...]])
_STOPS = re.compile(r"[,，.。;；?？!！:：\n()—…~]")
_HAN = re.compile(f"[{HAN}]")
_LIMITS = frozenset(
    ["only", "except", "neg", "drop", "with", "without", "add", "or", "refer", "what_about", "contain", "rest",
     "list", "count", "how_much", "which", "who", "most", "least", "best", "worst", "sort", "export", "share", "why", "define"]
)  # fmt: skip
"""Operators that ask or limit: a clause with one of them is no aside."""
_WANTED = ("要", "想要", "需要")
"""要做一波召回 wants to do something, 要蓝鲸 limits to something."""
_SPEAKER = re.compile(
    r"(?:我|我们|咱|咱们)?(?:是|在)?.{1,6}?(?:这边|这里|这头|部门|部的|组的|的同事|的新人)(?:想|来|要)?"
    r"(?:问|请教|打听|了解|确认|核对)?(?:一下|下|个事|一句|一嘴|问)?"
)
_SELF = re.compile(r"(?:我|我们|咱|咱们)是(?:做|搞|管|负责|卖|干|跑)?.{1,10}(?:的|部|组|岗|线)")
_SOON = re.compile(
    r"(?<![a-z])(?:need|want|due|have|got).{0,30} in (?:about )?(?:\d{1,2}|a few|five|ten) (?:min|mins|minutes|hours?|hrs?)(?![a-z])"
)
_WONDERING = re.compile(
    r"(?:就|只是|主要)?(?:想(?:看看|看下|看|知道|了解|搞清楚|弄明白|摸清)|i (?:want|wanna|would like)(?: to)? (?:see|know))\s?"
    r"(?:到底|究竟)?"
    r"(?:是?从?(?:哪|谁|什么|怎么|为什么|是不是|几月|几号))"
)
_USED_FOR = re.compile(r"(?:给|供|拿来|拿去|准备).{1,10}用(?:的|呀|哈)?")
"""给新人讲客群用"""
_PURPOSE = re.compile(r".{2,8}用(?:的|呀|哈)?")
_LEADS = frozenset(
    ["for", "in", "of", "by", "with", "from", "at", "on", "among", "within", "excluding", "only", "where", "whose", "who", "that",
     "which", "under", "over", "above", "below"]
)  # fmt: skip
_DESCRIBED = ("metric_word", "dimension_word", "tag_word", "segment_word", "help")
_MODELLED = ("metric", "dimension", "value", "segment", "behaviour")


def asides(text: Normalised, cover: Cover) -> tuple[Span, ...]:
    """The spans of `text` that are asides, in order; empty where nothing else would be left to read."""
    clauses = tuple(_clauses(text, cover))
    heading = _list_for(text, clauses) or _people_for(text)
    if heading is not None:
        return (heading,)
    core = [at for at, (_, _, pieces) in enumerate(clauses) if _is_about_data(pieces)]
    core = core[:1] + [at for at in core[1:] if not _wonders(text.text[clauses[at][0] : clauses[at][1]], clauses[at][2])]
    named = _values(piece for at in core for piece in clauses[at][2])
    if not core or any(not _values(p) <= named for at, (_, _, p) in enumerate(clauses) if at not in core):
        return ()  # 我是负责华东的: may well be a condition, where nothing else says East China
    times = [at for at, (_, _, pieces) in enumerate(clauses) if any(p.time for p in pieces)]
    return tuple(
        (start, end)
        for at, (start, end, pieces) in enumerate(clauses)
        if at not in core and _is_aside(text.text[start:end], pieces, before=at < core[0], timed=any(t != at for t in times))
    )


def musing(text: Normalised, cover: Cover) -> Span | None:
    """I wonder whether people who complain come back. Who comes back? A sentence that only says what the next one asks for.

    None where it names a number, a time, a metric or a value that the rest does not, or where the rest asks for nothing.
    """
    found = _MUSING.match(text.text)
    if found is None:
        return None
    said = [p for p in cover if p.end <= found.end()]
    rest = [p for p in cover if p.start >= found.end()]
    told = any(p.time or p.number or p.comparison or p.of("metric") for p in said) or not _values(said) <= _values(rest)
    asks = any(p.of("metric") or (p.has("count", "list") and not p.is_content) for p in rest)
    kinds = [{sense.name for sense in p.of("dimension")} for p in said if p.of("dimension")]
    shown = {sense.name for p in rest for sense in p.of("dimension")}
    told = told or any(not kind & shown for kind in kinds)  # 想看看哪个渠道…，给一下复购率: by channel, nothing else says so
    return (found.start(), found.end()) if asks and not told else None


_MUSING = re.compile(
    r"(?:(?:i|we|i'm|i am|we're|we are|just)?\s?(?:just )?(?:wonder(?:ing)?|curious)(?![a-z])[^.?!]*[.?!]|who [a-z' ]{2,40}\?"
    r"|(?:我|我们)?(?:就是|只是|一直)?(?:想知道|好奇|在想|琢磨|不知道)[^。.？?!！]*[。.？?!！]"
    r"|(?:我|我们)?(?:就是|只是|主要)?想(?:要)?(?:评估|验证|判断|复盘|研究|搞清楚|弄清楚|摸清)[^。.？?!！:：]*[。.？?!！:：]"
    r"|(?:我|我们)?(?:就是|只是|主要)?想(?:看看|知道|了解)(?:下|一下)?(?:到底|究竟)?(?:是?哪|谁)[^。.？?!！:：,，]*[,，:：])(?=\s*\S)"
)


_INTRODUCTION = re.compile(
    r"(?:(?:hi|hello|hey|good morning|good afternoon|morning)(?: there| all| team)?[,.!: ]*)?(?:sorry[,.]? |apologies[,.]? )?"
    r"(?:(?:i|i've|i have|we) (?:just|only|recently)(?: just)? (?:joined|started|arrived|moved|came)"
    r"|(?:just |only )?(?:joined|started) (?:on|this|last|today)|if this is (?:a |an )?(?:silly|dumb|stupid|basic)"
    r"|(?:i'm|i am) (?:quite |very |pretty )?new|new (?:here|to this|in the team))(?![a-z])[^.?!:;,]*[.?!:;,](?=\s*\S)"
    r"|as an? (?:[a-z-]+ ){0,2}(?:newcomer|newbie|beginner|intern|trainee|new joiner|new starter),? "
    r"(?=i(?:'d|'m| would| want| need| am)(?![a-z]))"
    r"|(?:你好|您好|hi|hello)?[,，。!！ ]*(?:我|我是)?(?:刚刚|刚|才|新)"
    r"(?:入职|来|到岗|调来|调过来|转岗|加入|上岗|进公司|接手这块|接这块)[^,，。;；?？!！:：]*[,，。;；!！:：](?=\s*\S)"
)


def introduction(text: Normalised, cover: Cover) -> Span | None:
    """I just joined the service team. 我刚入职一周还不太熟，… Who is asking, said first; None where it names a value or a metric."""
    end = 0
    while (found := _INTRODUCTION.match(text.text, end)) is not None:
        end = found.end() + len(text.text[found.end() :]) - len(text.text[found.end() :].lstrip())
    said = [p for p in cover if p.start < end - 1]
    whose = _values(p for p in said if not _AS_WHO.match(text.text))
    return (0, end) if end and not whose and not any(p.of("metric") for p in said) else None


_AS_WHO = re.compile(r"as an? ")
"""As a newcomer: who is asking, though the name is also one of the model."""


_HEADED = re.compile(
    r"((?:(?:cross-?\s?sell(?:ing)?|up-?sell(?:ing)?|sanity|reality|fact|quick|head ?count|data|numbers?|final|last|morning|daily"
    r"|weekly|monthly|budget|planning|retention|loyalty|stock-?taking|follow-?up|urgent|small|short|another|new) ){1,2}"
    r"(?:check|question|request|recap|update|review|report|prep|ask|task|one|thing)): *(?=\S)"
)
"""Of these words alone: a name that nobody knows (Blue Whale: …) may well be a condition."""


def heading(text: Normalised, cover: Cover) -> Span | None:
    """Cross-sell check: how many …. A title in front of the question that names nothing of the model."""
    found = _HEADED.match(text.text)
    said = [p for p in cover if found is not None and p.start < found.end(1)]
    plain = (
        found is not None and any(p.role == "unread" for p in said) and not any(p.senses or p.time or _limits(p) for p in said)
    )
    return found.span() if found is not None and plain else None


def _list_for(text: Normalised, clauses: Sequence[tuple[int, int, Cover]]) -> Span | None:
    """need a list for the beauty launch: what a list is for, in front of the colon behind which it is described."""
    if len(clauses) < 2 or not text.text[clauses[0][1] :].lstrip().startswith(":"):
        return None
    start, end, pieces = clauses[0]
    words = list(re.finditer(r"(?<![a-z])for(?![a-z])", text.text[start:end]))
    at = start + words[-1].start() if words else end
    inside = [p for p in pieces if p.start >= at]
    named = _values(p for _, _, rest in clauses[1:] for p in rest)
    told = [p for p in inside if p.senses and not _marks(p.text, "purpose")]
    known = all(p.of("value") and _values([p]) <= named for p in told)
    lists = any(p.has("list") and p.end <= at for p in pieces)
    return (at, end) if lists and known and _marks(text.text[at:end], "purpose") and not any(map(_limits, inside)) else None


def _people_for(text: Normalised) -> Span | None:
    """帮我捞一批人发券：…: what people are picked for, in front of the colon behind which they are described."""
    found = re.match(r"[^:：,，。]*?[批拨波群些](?:人|客户|会员|用户)(?P<what>[^:：,，。]{1,8})[:：]", text.text)
    return found.span("what") if found is not None and _marks(found["what"], "purpose") else None


def _clauses(text: Normalised, cover: Cover) -> Iterator[tuple[int, int, Cover]]:
    """The stretches between stops, each with its pieces."""
    line = text.text
    held: list[Piece] = []
    for piece in cover:
        last = held[-1] if held else None
        stops = piece.role == "break" and bool(_STOPS.search(piece.text))
        gap = last is not None and last.end < piece.start and all(map(_HAN.match, (line[last.end - 1], line[piece.start])))
        if held and (stops or gap):
            yield held[0].start, held[-1].end, tuple(held)
            held = []
        if not stops:
            held.append(piece)
    if held:
        yield held[0].start, held[-1].end, tuple(held)


def _is_about_data(pieces: Cover) -> bool:
    named = any(p.of(kind) for p in pieces for kind in _MODELLED) or any(p.has(*_DESCRIBED) for p in pieces)
    return named and not _introduces(pieces)


def _wonders(words: str, pieces: Cover) -> bool:
    """…按渠道分一下，想知道哪边拉来的人更愿意回头: why it is asked, in words that nobody reads, with no number, value or time."""
    told = any(p.of("metric") or p.of("value") or p.of("segment") or p.time or p.number or p.comparison for p in pieces)
    return _WONDERING.match(words.strip()) is not None and not told and any(p.role == "unread" for p in pieces)


def _values(pieces: Iterable[Piece]) -> set[object]:
    return {sense.value for piece in pieces for sense in piece.of("value")}


def _introduces(pieces: Cover) -> bool:
    """客服这边问下: who is asking, though the name is also one of the model."""
    words = "".join(p.text for p in pieces)
    speaks = ((_SPEAKER.fullmatch(words) or _USED_FOR.fullmatch(words)) and not _values(pieces)) or _SELF.fullmatch(words)
    return bool(speaks) and not any(p.of("metric") for p in pieces)


def _is_aside(words: str, pieces: Cover, *, before: bool, timed: bool) -> bool:
    """Whether a clause without names of the model limits nothing. `timed`: the question has a time of its own elsewhere."""
    if _introduces(pieces) or (_PURPOSE.fullmatch(words) and not any(p.is_content for p in pieces)):
        return before
    if _WONDERING.match(words):
        return not before  # …，想看看哪拨人挑剔: what the answer is wanted for
    if _SOON.search(words) and not any(p.senses for p in pieces):
        return True  # need it for a call in 5 min
    strong, purpose, weak = (_marks(words, s) for s in ("strong", "purpose", "weak"))
    limited = any(_limits(p) and not ((strong or purpose) and p.text in _WANTED) for p in pieces)
    if limited or words.endswith("的") or not any(p.role == "unread" for p in pieces):
        return False
    if any(p.time or p.grain for p in pieces) and not timed:
        return False
    if before:
        return strong or purpose or weak
    if pieces[0].text in _LEADS or any(p.has("by") for p in pieces):
        return (strong or purpose) and pieces[0].text == "for"
    return strong


def _limits(piece: Piece) -> bool:
    """Whether a piece of a clause could be a condition: a comparison, a number of something, only, not."""
    counted = piece.number is not None and piece.number.unit
    return bool(piece.comparison or piece.comparator or counted) or (piece.has(*_LIMITS) and not piece.has("filler"))


@cache
def aside_words(kind: str) -> tuple[str, ...]:
    """The words of one kind, of both languages."""
    found: list[str] = []
    for lang in ("zh", "en"):
        text = resources.files(__package__).joinpath(f"asides.{lang}.yaml").read_text(encoding="utf-8")
        found += _WORDS.validate_python(yaml.safe_load(text)).get(kind, ())
    return tuple(found)


def any_of(kind: str) -> str:
    """A pattern of the words of one kind, longer ones first."""
    return "|".join(re.escape(word) for word in sorted(aside_words(kind), key=len, reverse=True))


@cache
def _pattern(strength: str) -> re.Pattern[str]:
    words = [rf"(?<![a-z]){re.escape(w)}(?![a-z])" if w.isascii() else re.escape(w) for w in aside_words(strength)]
    return re.compile("|".join(sorted(words, key=len, reverse=True)))


def _marks(words: str, strength: str) -> bool:
    return bool(_pattern(strength).search(words))
