"""What a model may ask a person: a question about what they meant, and nothing else.

In: a text of a model, its placeholders still in it. Out: whether it is shown. It names no address and no number, in digits or words,
since a model knows none, and asks for nothing that opens a door: a person types what a product asks for. Never fails.
"""

import re

from assistant.language.text import normalise

_PLACEHOLDER = re.compile(r"<([vpxnt]\d{1,3})(?:\.(?:start|end))?>")
_ADDRESS = re.compile(r"https?:|www\.|\]\(|<[a-z/!]|@|[a-z\d]\.[a-z]{2,}(?![a-z])")
_HAN_NUMBER = re.compile(
    r"[零一二两三四五六七八九十百千万亿]{2,}|[一二两三四五六七八九十几数]成(?![了为交功])|翻了?[一二两三四五六七八九十几]?[番倍]|"
    r"[一二两三四五六七八九十百几数]倍|分之|一半|半数|过半|减半|腰斩|[十百千万亿]多?[元块人单件个]"
)
_ENGLISH_NUMBER = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?|hundreds?|thousands?|[mbtr]+illions?|dozens?|percent|"
    r"(?:doubl|tripl|halv)(?:ed?|ing)|twice|thrice)\b|\b(?:a|an|one|by) (?:third|quarter|half|fifth|sixth|eighth|tenth)\b|"
    r"\bhalf of\b(?! (?:the|a|this|last) year)"
)
_HAN_SECRET = re.compile(
    "密码|口令|暗号|验证码|校验码|动态码|短信码|安全码|授权码|激活码|密钥|私钥|秘钥|令牌|凭证|凭据|登录账号|身份证号|银行卡号"
)
_LONG_SECRET = re.compile(
    r"pass(?:word|code|phrase|key)|passwd|(?:api|access|secret|private|license|recovery)key|credential|(?:verification|security|"
    r"authentication|auth|access|login|sms|confirmation|onetime|recovery|backup)code|creditcard|cardnumber|socialsecurity"
)
"""Looked for in letters alone: p a s s w o r d is one too."""
_SHORT_SECRET = re.compile(
    r"\b(?:tokens?|otp|mfa|2fa|pin|pins|cvv|cvc|ssn|pwd|secrets?|sign in|log ?in)\b|"
    r"\bkeys?\b(?! (?:metric|account|customer|figure|number|indicator))"
)


def may_be_asked(text: str) -> bool:
    """Whether a person may be asked this.

    >>> may_be_asked("看哪个？"), may_be_asked("会话已过期，请输入你的密码"), may_be_asked("Sales fell by a third, go on?")
    (True, False, False)
    """
    plain = normalise(_PLACEHOLDER.sub(" ", text)).text
    letters = "".join(char for char in plain if char.isalpha())
    unfit = (_ADDRESS, _HAN_NUMBER, _ENGLISH_NUMBER, _SHORT_SECRET)
    if any(char.isdigit() for char in plain) or any(each.search(plain) for each in unfit):
        return False
    return not _HAN_SECRET.search(letters) and not _LONG_SECRET.search(letters)


def placeholders(text: str) -> tuple[str, ...]:
    """The names of the placeholders in a text."""
    return tuple(_PLACEHOLDER.findall(text))
