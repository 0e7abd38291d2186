"""In: the package's vocabulary.yaml. Out: `Vocabulary`, the words and weights the demo data is made of.

Fails with pydantic's ValidationError only when that file was edited into something else than the shapes below.
"""

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

CHANNELS = ("APP", "小程序", "官网", "门店", "天猫", "京东")
OWN_CHANNELS = 3  # the first three are our own digital channels, where events are recorded
STORE, TMALL = CHANNELS.index("门店"), CHANNELS.index("天猫")
CATEGORIES = ("女装", "男装", "童装", "鞋靴", "配饰", "美妆", "家居", "食品")
WOMENSWEAR = CATEGORIES.index("女装")
GENDERS = ("男", "女", "未知")
REGIONS = ("华东", "华南", "华北", "华中", "西南", "西北", "东北")
LEVELS = ("普通", "银卡", "金卡", "钻石")
STATUSES = ("已完成", "已退款", "已取消")
PAYMENTS = ("微信", "支付宝", "银行卡", "现金")
EVENT_TYPES = ("登录", "搜索", "浏览", "加购", "分享", "下单", "支付")  # in the order of a session
TICKET_TYPES = ("投诉", "咨询", "退换货", "物流", "其他")
TICKET_CHANNELS = ("电话", "在线", "微信", "门店")
TICKET_STATUSES = ("已解决", "处理中")
TOUCHPOINTS = ("购买后", "售后", "门店", "APP")
TOUCH_CHANNELS = ("短信", "APP推送", "微信", "邮件")
STORE_TYPES = ("旗舰店", "标准店", "社区店")
WAKE_UP = "唤醒券"

City = tuple[str, str, str, float, str, int]
Fragments = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


class Category(BaseModel):
    """The brands, modifiers and subcategories (typical price in yuan, items) of a category."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    brands: tuple[str, ...]
    modifiers: tuple[str, ...]
    subcategories: dict[str, tuple[int, tuple[str, ...]]]


class Vocabulary(BaseModel):
    """Everything in vocabulary.yaml; the comments there say what the parts of a row are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cities: tuple[City, ...]
    store_sites: dict[str, tuple[str, ...]]
    other_sites: tuple[str, ...]
    surnames: tuple[tuple[str, str, float], ...]
    given_female: str
    given_male: str
    email_domains: tuple[str, ...]
    phone_prefixes: tuple[str, ...]
    categories: dict[str, Category]
    campaigns: dict[int, tuple[tuple[str, str, int, int, float], ...]]
    comments: dict[str, Fragments]
    contents: dict[str, Fragments]
    awkward_names: tuple[str, ...]
    awkward_texts: tuple[str, ...]


def load_vocabulary() -> Vocabulary:
    """Return the vocabulary shipped with the package."""
    text = (Path(__file__).parent / "vocabulary.yaml").read_text(encoding="utf-8")
    return Vocabulary.model_validate(yaml.safe_load(text))
