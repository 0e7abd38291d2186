"""What the asker is going to do with a list, said in front of it: we are preparing a beauty mailing. Give me the gold members.

In: a normalised question, its best cover, the `World`, today. Out: the span of that sentence or clause, or None. It names the thing that
is planned (a mailing, 一轮回访) and what sort it is, and nothing of people; behind it people are asked for. What is set aside is told
to the asker, never dropped in silence. Never fails.
"""

import re
from collections.abc import Sequence
from datetime import date

from assistant.language.asides import Span
from assistant.language.mentions import Cover, Piece
from assistant.language.purposes import purposes
from assistant.language.text import Normalised
from assistant.planners.rules.world import World

_THING_EN = (
    "mailing|mailshot|mail-out|campaign|push|promo|promotion|event|outreach|blast|launch|newsletter|round of calls|call round|callback|"
    "callbacks|follow-up|survey|offer|drive|sms|email|text message|giveaway|party|workshop|webinar|"
    "win-back|winback|win back|re-engagement|reengagement|reactivation|retention|recall|upsell|cross-sell|coupon run|gift run"
)
_DOING = (
    "putting together|planning|preparing|prepping|working on|setting up|organi[sz]ing|running|launching|drafting|building|doing|sending|"
    "sending out|starting|about to (?:run|send|start|launch)|going to (?:run|do|send|launch|start)"
)
_TO_DO = "run|do|send|send out|launch|prepare|plan|set up|start|put together|organi[sz]e|build"
_ENGLISH = re.compile(
    r"(?:(?:hi|hey|hello|morning|good morning|good afternoon)(?: there| team| all)?[,!. ]+)?"
    rf"(?:(?:(?:i'm|i am|we're|we are|my team is|our team is)(?: just| now| currently)? )?(?:{_DOING})"
    rf"|(?:i|we)(?:'d like| would like| want| need| plan| intend| hope| have)(?: to) (?:{_TO_DO})|(?:i|we)(?:'ll| will) (?:{_TO_DO}))"
    rf" (?:[a-z'-]+ ){{0,6}}(?:{_THING_EN})(?![a-z])[a-z' ]{{0,40}}?[.:;!,—-](?=\s*\S)"
)
_THING_ZH = "活动|回访|召回|推送|短信|促销|地推|外呼|沙龙|邮件|投放|触达|唤醒|关怀|调研|大促|宣传|邀约|拉新|复购|发券|送礼|直播"
_CHINESE = re.compile(
    r"(?:你好|您好|hi)?[,，!！ ]*(?:我们|咱们|我|咱|团队|部门|市场部|运营部)?(?:这边|这里)?[^,，。;；!！]{0,6}?"
    r"(?:要|想|准备|打算|计划|正在|在|需要|得)(?:去)?(?:做|搞|办|推|发|上|策划|筹备|跑|安排|开展|来|启动|组织)"
    rf"(?:一|个|场|轮|波|次|批|下|些)*[^,，。;；!！]{{0,12}}?(?:{_THING_ZH})(?:的事|了)?[,，。;；!！: ](?=\s*\S)"
)


def plan_told(text: Normalised, cover: Cover, world: World, today: date) -> Span | None:
    """The words before a question about people that only tell what is planned for them."""
    found = _ENGLISH.match(text.text) or _CHINESE.match(text.text)
    if found is None:
        return _kind_of_list(text, cover, world, today) or _planned_behind(text, cover, world, today)
    told = [piece for piece in cover if piece.start < found.end() - 1]
    rest = [piece for piece in cover if piece.start >= found.end() - 1]
    free = all(piece.end <= found.end() for piece in told) and not any(limits_people(piece, world, today) for piece in told)
    return found.span() if free and asks_for_people(rest, world) else None


def purposes_told(text: Normalised, cover: Cover, world: World) -> tuple[Span, ...]:
    """The clauses that only say what people are wanted for: 沉睡客户名单，准备发券; 短信召回：…, where it is people who are asked for.

    要做会员日活动，金卡的转化率: a word of the model may limit a number, and stays."""
    named = purposes(text, titles=True)
    rest = [piece for piece in cover if not any(start <= piece.start < end for start, end in named)]
    columns = any(piece.has("with") for piece in rest)
    if named and asks_for_people([p for p in rest if not (columns and p.of("metric"))], world):
        return named
    known = [piece for piece in cover if piece.senses and not piece.has("filler")]
    return tuple(s for s in purposes(text, titles=False) if not any(s[0] <= piece.start < s[1] for piece in known))


_LIST = re.compile(
    r"(?:(?:我)?要个?|来个|给个|拉个)?([^,，。:：]{1,8}?)(?:用的?)?(?:名单|清单)[:：]|(?:an? |the )?([a-z -]{2,20}) list:"
)


_DO_TO_THEM = (
    "remind|thank|call|ring|contact|text|message|email|mail|reach(?: out to)?|win|invite|send|reward|target|reactivate|nudge|ping|treat"
    "|give|write to|offer|leave|put|follow up with"
)
_MEANT = (
    "'d like| would like| want| need| plan| intend|'ll| will|'m going|'re going",
    "想|要|准备|打算|需要",
    "给他们|提醒他们|联系他们|通知他们|回访他们|感谢他们|召回他们|邀请他们",
)
_BEHIND = re.compile(
    rf"[,.;—-] *(?:because |as |so |so that |since )?(?:i|we)(?:{_MEANT[0]})(?: to)?"
    rf" (?:{_DO_TO_THEM}) (?:[a-z]+ ){{0,4}}?(?:them|these people|those people)(?![a-z])[^.;,?]*[.! ]*$"
    rf"|[,，。;；] *(?:因为|好)?(?:我|我们|咱们?)?(?:这边)?(?:{_MEANT[1]})(?:去)?(?:{_MEANT[2]})[^,，。;；?？]{{0,12}}[。.!！ ]*$"
)


def _planned_behind(text: Normalised, cover: Cover, world: World, today: date) -> Span | None:
    """who opened it but didn't click, I want to remind them: what they are wanted for, behind who they are."""
    found = _BEHIND.search(text.text)
    if found is None:
        return None
    told = [piece for piece in cover if piece.end > found.start() + 1]
    front = [piece for piece in cover if piece.end <= found.start() + 1]
    free = not any(limits_people(piece, world, today) and not piece.of("behaviour") for piece in told)
    people = asks_for_people(front, world) or any(p.has("who", "people") and not p.is_content for p in front)
    return found.span() if free and people else None


def _kind_of_list(text: Normalised, cover: Cover, world: World, today: date) -> Span | None:
    """短信名单：…, SMS list: …: what the list is for, in front of the colon behind which it is described."""
    found = _LIST.match(text.text)
    group = (1 if found[1] else 2) if found is not None else 0
    said = [piece for piece in cover if found is not None and piece.start < found.end(group) and piece.end > found.start(group)]
    if found is None or not any(p.of("value") for p in said) or any(limits_people(piece, world, today) for piece in said):
        return None
    return found.span(group) if asks_for_people([p for p in cover if p.start >= found.end()], world) else None


def limits_people(piece: Piece, world: World, today: date) -> bool:
    """Whether a piece could be a condition of who is meant: a number, people, what they are, when something was."""
    past = piece.time is not None and (piece.time.period.start is None or piece.time.period.start < today)
    numeric = piece.comparison is not None or (piece.number is not None and piece.number.unit not in (None, "piece", "time"))
    named = any(sense.kind in ("segment", "metric") for sense in piece.senses) or _is_of_people(piece, world)
    return past or numeric or (named and not piece.has("filler"))


def _is_of_people(piece: Piece, world: World) -> bool:
    """Whether a piece names people, or a value that they have; what they like best is a thing's name first."""
    entity = world.entity
    if entity is None:
        return False
    dimensions = [
        world.model.dimensions.get(sense.name) for sense in piece.of("value") if sense.name not in world.attributes.favourites
    ]
    return any(s.name == entity.name for s in piece.of("entity")) or any(
        d is not None and world.is_about(d, entity) for d in dimensions
    )


def asks_for_people(rest: Sequence[Piece], world: World) -> bool:
    """Whether what follows is about people alone: no number is asked for that the plan could be a part of."""
    numbers = [sense.name for piece in rest for sense in piece.of("metric") if not piece.of("entity")]
    people = any(_is_of_people(piece, world) or piece.of("segment") for piece in rest)
    return people and all(map(world.counts_people, numbers))
