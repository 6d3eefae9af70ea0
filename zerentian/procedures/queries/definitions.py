"""Procedures of the shipped rule packs, and those that cases began with."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils.translation import get_language

from zerentian.accounts.rules import ROLES
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.organisations.models import PostKind
from zerentian.procedures.models import Definition
from zerentian.procedures.rules.checks import Known, clashes, faults
from zerentian.procedures.rules.definition import NamedEntry, Procedure, ProcedureFile, VocabularyFile
from zerentian.rulebook import queries as rulebook
from zerentian.rulebook.rules.pack import ParameterFile
from zerentian.rulebook.rules.reading import read_yaml

VOCABULARY = "vocabulary.yaml"


@lru_cache(maxsize=1)
def vocabulary() -> VocabularyFile:
    """What definitions may name, of all packs together."""
    found: dict[str, Any] = {name: [] for name in VocabularyFile.model_fields}
    for folder in rulebook.pack_folders():
        path = folder / "procedures" / VOCABULARY
        if path.is_file():
            file = read_yaml(VocabularyFile, path.read_text("utf-8"), path.name)
            for name, entries in found.items():
                entries += getattr(file, name)
    return VocabularyFile.model_construct(**found)


@lru_cache(maxsize=1)
def known() -> Known:
    """The names that the house knows, to check definitions against."""
    parameters: set[str] = set()
    for folder in rulebook.pack_folders():
        for path in sorted(folder.glob("parameters/*.yaml")):
            parameters |= {p.id for p in read_yaml(ParameterFile, path.read_text("utf-8"), path.name).parameters}
    roles = {key: role.level for key, role in ROLES.items() if Permission.CASE_DECIDE in role.permissions}
    return Known(vocabulary(), parameters, roles, set(PostKind.values))


@lru_cache(maxsize=1)
def definitions() -> Mapping[tuple[str, str], tuple[str, Procedure]]:
    """(id, version) → (rule pack, procedure); Refused with every fault: file, key and reason."""
    found: list[tuple[str, str, Procedure]] = []
    for folder in rulebook.procedure_folders():
        for path in sorted(folder.glob("procedures/*.yaml")):
            if path.name != VOCABULARY:
                entries = read_yaml(ProcedureFile, path.read_text("utf-8"), path.name).procedures
                found += [(folder.name, path.name, one) for one in entries]
    wrong = [fault for _pack, file, one in found for fault in faults(one, file, known())]
    wrong += clashes([(file, one) for _pack, file, one in found])
    if wrong:
        raise Refused(*wrong)
    return {(one.id, one.version): (pack, one) for pack, _file, one in found}


def definition_in_force(id: str, on: date) -> tuple[str, Procedure]:
    """The rule pack and version under which cases of that procedure begin on the day; Refused when there is none."""
    for pack, one in definitions().values():
        if one.id == id and one.in_force(on):
            return pack, one
    raise Refused(Reason(f"{on} 没有生效的程序“{id[:60]}”"))


_digests: dict[int, tuple[Procedure, str]] = {}  # by identity; the procedure is kept, so that its id stays its own


def digest_of(procedure: Procedure) -> str:
    """The hash of a definition's content; reckoned once for each that is read."""
    if id(procedure) not in _digests:
        text = json.dumps(content_of(procedure), ensure_ascii=False, sort_keys=True)
        _digests[id(procedure)] = procedure, hashlib.sha256(text.encode()).hexdigest()
    return _digests[id(procedure)][1]


def content_of(procedure: Procedure) -> dict[str, object]:
    """A definition as it is stored."""
    return procedure.model_dump(mode="json", by_alias=True, exclude_defaults=True)


@lru_cache(maxsize=256)
def _stored(database: str, pk: int) -> Procedure:
    return Procedure.model_validate(Definition.objects.get(pk=pk).content)


def definition(pk: int) -> Procedure:
    """The stored definition; rows never change, so each is read once a process."""
    return _stored(connection.settings_dict["NAME"], pk)


def words(entry: object) -> str:
    """The text of an entry with `zh` and `en` in the reader's language."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return str(getattr(entry, language))


@lru_cache(maxsize=1)
def _names() -> Mapping[tuple[str, str], NamedEntry]:
    found = vocabulary()
    return {(list_, e.id): e for list_ in VocabularyFile.model_fields for e in getattr(found, list_)}


def name_of(list_: str, id: str) -> str:
    """What people call a paper, a condition, an effect, a part or a subject; its id where nobody named it."""
    entry = _names().get((list_, id))
    return words(entry) if entry else id
