"""What every piece of the model is made of: frozen values, texts and words in both languages, kinds of columns and numbers."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

ColumnType = Literal["integer", "decimal", "number", "text", "date", "timestamp", "boolean"]
Format = Literal["number", "integer", "currency", "percent", "score", "minutes", "days"]
MaskKind = Literal["mask", "hide", "clear"]
"""How a role sees a class of personal data: masked in place, not at all, or in the clear."""


class Part(BaseModel):
    """A frozen piece of the model that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Part):
    """A text in both languages."""

    zh: str
    en: str

    def __getitem__(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


class Words(Part):
    """Other surface forms, per language."""

    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


class Member(Part):
    """Anything nameable: `name` is unique over all members of a model."""

    name: str
    label: Text
    description: Text | None = None
    synonyms: Words = Words()
