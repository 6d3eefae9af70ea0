"""Why an act was not carried out: reasons for people, with the article or the place they rest on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence on what is wrong; `where` names the field, row or file, `article` the ground."""

    text: str
    where: str = ""
    article: str = ""

    def __str__(self) -> str:
        place = f"{self.where}：" if self.where else ""
        ground = f"（{self.article}）" if self.article else ""
        return f"{place}{self.text}{ground}"


class Refused(Exception):
    """The act is allowed to this actor but not in this state; answered as 422 with its reasons."""

    def __init__(self, *reasons: Reason | str) -> None:
        self.reasons = tuple(r if isinstance(r, Reason) else Reason(r) for r in reasons)
        super().__init__("；".join(str(r) for r in self.reasons))


class Denied(Exception):
    """The actor lacks the permission; answered as 403."""


class Outrun(Refused):
    """Somebody else was first: the state that the act started from no longer holds (409)."""
