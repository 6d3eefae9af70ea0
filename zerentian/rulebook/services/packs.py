"""Loading a rule pack: check every file, then write only what differs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.db import ask_anew
from zerentian.kernel.effects import announce
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.rulebook import queries
from zerentian.rulebook.models import Article, DutyRecord, ParameterRecord, Regulation, Stamp
from zerentian.rulebook.rules.pack import (
    ArticleFile,
    CodeFile,
    DutyEntry,
    DutyFile,
    MeasureFile,
    ParameterEntry,
    ParameterFile,
    ProgrammeFile,
    RegulationFile,
)
from zerentian.rulebook.rules.reading import read_yaml


@dataclass
class Loaded:
    """What a load changed, in rows."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    same: int = 0

    @property
    def is_change(self) -> bool:
        """Whether the law differs from before."""
        return bool(self.added or self.changed or self.removed)


@dataclass
class Pack:
    """The checked content of one folder."""

    regulation: RegulationFile
    articles: ArticleFile
    duties: DutyFile
    programmes: ProgrammeFile
    parameters: list[ParameterEntry] = field(default_factory=list)
    titles: set[str] = field(default_factory=set)


@act("rulebook.load", _("载入规则"), needs=Permission.RULEBOOK_LOAD)
def load_rulebook(*, by: Actor, folder: Path | None = None) -> Loaded:
    """Load the shipped rule packs, or the one in `folder`; a second load changes nothing.

    Refused with one reason for each fault when any file breaks its form or the files don't fit together; then
    nothing is loaded.
    """
    packs = [read_pack(f) for f in ([folder] if folder else queries.pack_folders())]
    done = Loaded()
    for pack in packs:
        _write(pack, done)
    if done.is_change or not Stamp.objects.exists():
        restamp()
        for pack in packs:
            announce("rules.changed", division=pack.regulation.area, by=by)
    return done


def restamp() -> None:
    """Let every process read the law anew."""
    Stamp.objects.update_or_create(pk=1, defaults={"stamp": uuid4()})
    ask_anew(queries.STAMP)


def read_pack(folder: Path) -> Pack:
    """The checked pack; Refused names file, line, key and reason of every fault."""
    pack = Pack(
        regulation=_read(RegulationFile, folder / "regulation.yaml"),
        articles=_read(ArticleFile, folder / "articles.yaml"),
        duties=_read(DutyFile, folder / "duties.yaml"),
        programmes=_read(ProgrammeFile, folder / "programmes.yaml"),
    )
    for path in sorted(folder.glob("parameters/*.yaml")):
        pack.parameters += _read(ParameterFile, path).parameters
    if (folder / "measures.yaml").exists():
        pack.titles = set(_read(MeasureFile, folder / "measures.yaml").measures)
    faults = _misfits(pack, folder)
    if faults:
        raise Refused(*faults)
    return pack


def _read(kind: type[Any], path: Path) -> Any:
    if not path.is_file():
        raise Refused(Reason("规则包缺少这个文件", path.name))
    return read_yaml(kind, path.read_text("utf-8"), path.name)


def _misfits(pack: Pack, folder: Path) -> list[Reason]:
    """Faults between files: unknown articles, parameters, kinds of body and departments; ids that occur twice."""
    lists = {entry.id: {v.key for v in entry.values} for entry in _code_entries(folder)}
    numbers = {article.number for article in pack.articles.articles}
    parameters = [p.id for p in pack.parameters]
    faults = _twice(parameters, "parameters") + _twice([d.id for d in pack.duties.duties], "duties.yaml")
    faults += _article_misfits(pack, numbers)
    for duty in pack.duties.duties:
        faults += _duty_misfits(duty, numbers, parameters, lists)
    leads = lists.get("department", set()) | lists.get("body_kind", set())
    for programme in pack.programmes.programmes:
        unknown = [lead for lead in programme.leads if lead not in leads]
        faults += [Reason(f"没有部门 {lead}", f"programmes.yaml {programme.id}") for lead in unknown]
    return faults + _measure_misfits(pack, parameters)


def _article_misfits(pack: Pack, numbers: set[int]) -> list[Reason]:
    faults = []
    for chapter in pack.regulation.chapters:
        missing = set(range(chapter.articles[0], chapter.articles[1] + 1)) - numbers
        faults += [Reason(f"第 {chapter.number} 章的第 {n} 条没有写", "articles.yaml") for n in sorted(missing)]
    for parameter in pack.parameters:
        if parameter.article not in numbers:
            faults.append(Reason(f"没有第 {parameter.article} 条", f"parameters {parameter.id}"))
    return faults


def _duty_misfits(
    duty: DutyEntry, numbers: set[int], parameters: list[str], lists: dict[str, set[str]]
) -> list[Reason]:
    where, faults = f"duties.yaml {duty.id}", []
    if int(duty.id.split(".")[0]) not in numbers:
        faults.append(Reason("没有这一条", where))
    if duty.due and duty.due.parameter and duty.due.parameter not in parameters:
        faults.append(Reason(f"没有参数 {duty.due.parameter}", f"{where} due"))
    for subject in duty.subjects:
        if subject.kind not in lists.get("body_kind", set()):
            faults.append(Reason(f"没有主体类别 {subject.kind}", f"{where} subjects"))
        if subject.department and subject.department not in lists.get("department", set()):
            faults.append(Reason(f"没有部门 {subject.department}", f"{where} subjects"))
    return faults


def _measure_misfits(pack: Pack, parameters: list[str]) -> list[Reason]:
    """Measures with unknown parameters, or whose unit differs from the one a duty gives them."""
    faults = []
    known = queries.measures()
    for measure in known.values():
        unknown = [p for _name, p in measure.parameters if p not in parameters]
        faults += [Reason(f"没有参数 {p}", f"{measure.file} parameters") for p in unknown]
    named = {r.measure for duty in pack.duties.duties for r in duty.requires}
    faults += [Reason(f"没有责任用到指标 {id}", "measures.yaml") for id in sorted(pack.titles - named)]
    for duty in pack.duties.duties:
        for requirement in duty.requires:
            found = known.get(requirement.measure)
            if found is not None and found.unit != requirement.unit:
                text = f"指标 {found.id} 的单位是 {found.unit}，不是 {requirement.unit}"
                faults.append(Reason(text, f"duties.yaml {duty.id} requires"))
    return faults


def _code_entries(folder: Path) -> list[Any]:
    found: list[Any] = []
    for path in sorted(folder.glob("codes/*.yaml")):
        found += _read(CodeFile, path).lists
    return found


def _twice(ids: Sequence[str], where: str) -> list[Reason]:
    return [Reason(f"编号 {one} 写了两次", where) for one in sorted({i for i in ids if ids.count(i) > 1})]


def _write(pack: Pack, done: Loaded) -> None:
    key = pack.regulation.id
    _sync(Regulation, ("key",), [_regulation(pack)], done, key=key)
    _sync(Article, ("number",), _articles(pack), done, regulation=key)
    duties = [d.duty(key, pack.duties.defaults) for d in pack.duties.duties]
    rows = [queries.duty_fields(duty) for duty in duties]
    _sync(DutyRecord, ("key", "valid_from"), rows, done, regulation=key)
    _sync(ParameterRecord, ("key", "area", "valid_from"), _values(pack), done, regulation=key)


def _sync(model: type[Model], keys: tuple[str, ...], wanted: list[dict[str, Any]], done: Loaded, **own: Any) -> None:
    """Make the pack's rows equal to the wanted ones, touching only those that differ; removals first."""
    manager = model._default_manager
    present = {tuple(getattr(row, k) for k in keys): row for row in manager.filter(**own)}
    by_key = {tuple(entry[k] for k in keys): entry for entry in wanted}
    gone = [row.pk for key, row in present.items() if key not in by_key]
    if gone:
        manager.filter(pk__in=gone).delete()
    fresh = []
    for key, entry in by_key.items():
        row = present.get(key)
        if row is None:
            fresh.append(model(**entry))
        elif changed := [name for name, value in entry.items() if getattr(row, name) != value]:
            for name in changed:
                setattr(row, name, entry[name])
            row.save(update_fields=changed)
            done.changed += 1
        else:
            done.same += 1
    manager.bulk_create(fresh)
    done.added += len(fresh)
    done.removed += len(gone)


def _regulation(pack: Pack) -> dict[str, Any]:
    r = pack.regulation
    return {
        "key": r.id,
        "title": r.title.zh,
        "title_en": r.title.en,
        "short_title": r.short_title.zh,
        "short_title_en": r.short_title.en,
        "area": r.area,
        "document_number": r.document_number,
        "issued_on": r.issued_on,
        "valid_from": r.effective_on,
        "valid_to": r.effective_to,
        "source": r.source,
        "confirmed": r.confirmed,
        "based_on": r.based_on,
        "chapters": [
            {"number": c.number, "title": c.title.zh, "title_en": c.title.en, "articles": list(c.articles)}
            for c in r.chapters
        ],
    }


def _articles(pack: Pack) -> list[dict[str, Any]]:
    chapter_of = {
        number: chapter.number
        for chapter in pack.regulation.chapters
        for number in range(chapter.articles[0], chapter.articles[1] + 1)
    }
    return [
        {
            "regulation": pack.regulation.id,
            "number": a.number,
            "chapter": chapter_of.get(a.number, 0),
            "title": a.title.zh,
            "title_en": a.title.en,
            "summary": a.summary.zh,
            "summary_en": a.summary.en,
        }
        for a in pack.articles.articles
    ]


def _values(pack: Pack) -> list[dict[str, Any]]:
    rows = []
    for entry in pack.parameters:
        parameter = entry.parameter(pack.regulation.area)
        for value in parameter.values:
            rows.append(
                {
                    "regulation": pack.regulation.id,
                    "key": parameter.id,
                    "title": parameter.title,
                    "title_en": parameter.title_en,
                    "unit": parameter.unit,
                    "article": parameter.article,
                    "description": parameter.description,
                    "description_en": parameter.description_en,
                    "area": value.area,
                    "valid_from": value.valid_from,
                    "valid_to": value.valid_to,
                    "value": {"decimal": str(value.value)} if isinstance(value.value, Decimal) else value.value,
                    "source": value.source,
                    "confirmed": value.confirmed,
                }
            )
    return rows
