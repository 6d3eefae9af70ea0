"""How a source's sample deliveries are made, as its `sample.yaml` says: columns, and who of the register stands in them.

    rows: 6000000                  # people outside the register, at the size of the province
    rows_from: {confirmed: false, note: assumed}   # where that number comes from: source, whether confirmed, or what it rests on
    columns:                       # how each column is filled; those that name the person fill themselves
      plate: {serial: 赣########}   # a number counted up in the place of the marks
      kind: {one_of: {小型轿车: 50, 摩托车: 50}}
      price: {amount: [3000, 180000], step: 100}
    registered:                    # in this order; a person stands in one part only
      - planted: vehicles.car      # rows that the rule must find
        share: 0.004               # of those who fit `who`, in the whole province
        who: age >= 18             # SQL over the person and household, under the names of `facts`
        set: {kind: 小型轿车, state: 正常}
      - near: 车辆已注销            # rows that nothing must find, though they look alike
        rule: vehicles.car
        share: 0.001
        who: age >= 18
        set: {kind: 小型轿车, state: 注销}
      - harmless: 摩托车            # what people ordinarily have; `rest: true` means everybody else who fits
        share: 0.02
        who: age >= 18
        set: {kind: 摩托车}

A rule that names those whom a list leaves out is reached by `absent: true`: no row is made of them. `stranger: name`
makes a row of somebody else with the same name, `stranger: number` of one whose number is next to it. With `family: age >= 18`
the grown-up members of the chosen persons' households stand in it, with `times: 2` each person twice.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from zerentian.rulebook.rules.pack import Entry

Scalar = bool | int | float | str | None


class Fill(Entry):
    """How the cells of a column are drawn; one of these, and `blank` for the share that stays empty."""

    one_of: dict[str, float] | tuple[str, ...] = ()
    number: tuple[float, float] = (0, 0)  # each number of the range is as likely
    amount: tuple[float, float] = (0, 0)  # small ones more likely: the logarithm is even
    step: float = 1
    days_ago: tuple[int, int] = (0, 0)  # a day so long before the delivery; negative: after it
    years_ago: tuple[int, int] = (0, 0)  # a year
    serial: str = ""  # counted up: the marks # become digits
    firm: int = 0  # a credit code: of so many firms, or with 1 the row's own
    copy_of: str = ""  # what the register says of the person (or, of strangers, sex, birth_on, division)
    words: dict[str, str] = {}  # for `copy_of`: what stands for what
    days_before: tuple[int, int] = (0, 0)  # for `copy_of` of a date: so many days before it
    parts: tuple[tuple[str, ...], ...] = ()  # put together from one of each
    each: tuple[Scalar, ...] = ()  # with `times`: the first row of a person, the second
    blank: Annotated[float, Field(ge=0, le=1)] = 0

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = self.model_fields_set - {"step", "words", "days_before", "blank"}
        if len(given) > 1 or (not given and self.blank < 1):
            raise ValueError("每列只写一种填法，如 one_of、number、amount、days_ago、serial")
        return self


Cell = Fill | Scalar


class Part(Entry):
    """Persons of the register who stand in the delivery (or, absent, do not), and how their rows are filled."""

    planted: str | tuple[str, ...] = ()
    near: str = ""
    harmless: str = ""
    rule: str = ""
    share: Annotated[float, Field(ge=0, le=1)] = 0
    rest: bool = False
    who: str = "true"
    absent: bool = False
    stranger: Literal["", "name", "number"] = ""
    family: str = ""  # with each chosen person those of the household who fit this
    times: Annotated[int, Field(ge=1, le=5)] = 1
    set: dict[str, Cell] = {}

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(map(bool, (self.planted, self.near, self.harmless))) != 1:
            raise ValueError("应写 planted、near、harmless 之一")
        if bool(self.near) != bool(self.rule):
            raise ValueError("near 要同时写明 rule：它险些触发哪条规则")
        if self.rest == bool(self.share):
            raise ValueError("应写 share 或 rest: true")
        return self

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that must name the persons."""
        return (self.planted,) if isinstance(self.planted, str) and self.planted else tuple(self.planted)


class Origin(Entry):
    """Where a size comes from: a source that can be looked up, or what was assumed; unconfirmed unless a source is named."""

    source: str = ""
    confirmed: bool
    note: Annotated[str, Field(min_length=8)]

    @model_validator(mode="after")
    def _sourced(self) -> Self:
        if self.confirmed and not self.source:
            raise ValueError("写 confirmed: true 时要写明 source")
        return self


class Recipe(Entry):
    """sample.yaml."""

    rows: int = Field(ge=0)
    rows_from: Origin
    damaged: float = Field(0.08, ge=0, le=0.5)  # of the planted rows, those with a mistake in number or name
    columns: dict[str, Cell] = {}
    # What a card adds to the identity number; `copy_of` copies a column of the row here.
    number_ends: tuple[Cell, ...] = ()
    registered: tuple[Part, ...] = Field(min_length=1)
