# ruff: noqa: S608 - the statements are put together from the declared rules only
"""The statements that ask every rule of the records of an area at once, and those that keep what they found."""

from zerentian.kernel.privacy import SealedField
from zerentian.registry.models import GROUPS, Household, HouseholdIncome, Person
from zerentian.registry.rules.quality import RULES

# By the numbers, which are few of a kind; a common name has thousands of bearers in a province.
_POOR = "q.left_on is null and k.status in ('poor', 'pre_exit', 'returned')"
_RECORDS = f"""
with h as materialized (
  select * from registry_household
  where division >= %(lo)s and division < %(hi)s and status <> all(%(uncounted)s)
), p as materialized (
  select p.*, extract(year from age(%(today)s, p.birth_on))::int as age
  from registry_person p join h on h.id = p.household_id where p.left_on is null
), i as materialized (
  select distinct on (i.household_id) i.* from registry_householdincome i join h on h.id = i.household_id
  order by i.household_id, i.year desc
), sums as materialized (
  select household_id, count(*) as members,
    count(*) filter (where relation = 'head') as heads, count(*) filter (where relation = 'spouse') as spouses,
    count(*) filter (where relation in ('head', 'spouse')) as couple,
    count(distinct sex) filter (where relation in ('head', 'spouse')) as couple_sexes,
    count(*) filter (where school_status = 'dropped_out') as dropped,
    count(*) filter (where school_status not in ('', 'dropped_out', 'preschool_age')) as students,
    count(*) filter (where health not in ('', 'healthy')) as sick,
    count(*) filter (where health like '%%illness%%' and has_serious_illness_insurance = false) as sick_uninsured,
    count(*) filter (where disability_kind <> '' or health like '%%disabled%%') as disabled,
    count(*) filter (where has_allowance) as allowance, count(*) filter (where has_extreme_support) as extreme,
    count(*) filter (where labour in ('ordinary', 'skilled')
      and age between %(labour__from_age)s and %(labour__to_age)s) as able,
    count(*) filter (where work_months > 0) as working,
    count(*) filter (where job_channel in ('public_post', 'workshop', 'leading_enterprise', 'organised')
      or public_post <> '') as placed
  from p group by household_id
), helpers as materialized (
  select w.* from (
    select distinct helper_name, helper_phone_token from h where helper_name <> '' and helper_phone_token is not null
  ) w where exists (
    select 1 from registry_person q join registry_household k on k.id = q.household_id
    where q.name = w.helper_name and q.phone_token = w.helper_phone_token and {_POOR}
  ) or exists (
    select 1 from registry_household k join registry_person q on q.household_id = k.id
    where k.phone_token = w.helper_phone_token and q.name = w.helper_name and {_POOR})
), m as (
  select h.id as household_id, w.helper_name is not null as poor_helper, coalesce(s.members, 0) as members, coalesce(s.heads, 0) as heads,
    coalesce(s.spouses, 0) as spouses, coalesce(s.couple, 0) as couple, coalesce(s.couple_sexes, 0) as couple_sexes,
    coalesce(s.dropped, 0) as dropped, coalesce(s.students, 0) as students, coalesce(s.sick, 0) as sick,
    coalesce(s.sick_uninsured, 0) as sick_uninsured, coalesce(s.disabled, 0) as disabled,
    coalesce(s.allowance, 0) as allowance, coalesce(s.extreme, 0) as extreme, coalesce(s.able, 0) as able,
    coalesce(s.working, 0) as working, coalesce(s.placed, 0) as placed
  from h left join sums s on s.household_id = h.id
  left join helpers w on w.helper_name = h.helper_name and w.helper_phone_token = h.helper_phone_token
)
"""
_TABLES = {
    "household": "h join m on m.household_id = h.id left join i on i.household_id = h.id",
    "person": "h join p on p.household_id = h.id",
    "income": "h join m on m.household_id = h.id join i on i.household_id = h.id",
}
_KEY = {"household": "h.id", "person": "p.id", "income": "i.id"}


def _asked(subject: str) -> str:
    """Every record of the kind with the rules that ask about it."""
    hits = ", ".join(
        f"case when {rule.condition} then '{rule.id}' end" for rule in RULES.values() if rule.subject == subject
    )
    return (
        f"select h.division, h.id, {_KEY[subject]}, rule from {_TABLES[subject]}"
        f" cross join lateral unnest(array_remove(array[{hits}], null)) as rule"
    )


FIND = (
    "create temp table zt_quality (division, household_id, subject_id, rule) as "
    + _RECORDS
    + " union all ".join(_asked(subject) for subject in _TABLES)
)


def _plain(alias: str, model: type[Household | Person | HouseholdIncome]) -> str:
    """A row as text, without what changes although nothing about the record did: seals and confirmations."""
    left_out = [f.column for f in model._meta.concrete_fields if isinstance(f, SealedField)]
    left_out += [name for name in ("confirmed_on", "confirmed_by", "confirmed_how") if hasattr(model, name)]
    names = ", ".join(f"'{name}'" for name in left_out)
    return f"(to_jsonb({alias}) - array[{names}]::text[])"


_FILE = f"""(select md5({_plain("h", Household)}::text
  || coalesce((select jsonb_agg({_plain("q", Person)} order by q.id) from registry_person q
      where q.household_id = h.id and q.left_on is null)::text, '')
  || coalesce((select {_plain("j", HouseholdIncome)} from registry_householdincome j
      where j.household_id = h.id order by j.year desc limit 1)::text, ''))
  from registry_household h where h.id = {{household}})"""
_PERSON = f"(select md5({_plain('q', Person)}::text) from registry_person q where q.id = {{subject}})"
_ABOUT_PERSONS = "array[" + ", ".join(f"'{rule.id}'" for rule in RULES.values() if rule.subject == "person") + "]"


def digest(alias: str) -> str:
    """The state of the record that a finding or exception is about: of the person, else of the household's file."""
    return (
        f"case when {alias}.rule = any({_ABOUT_PERSONS}) then {_PERSON.format(subject=alias + '.subject_id')}"
        f" else {_FILE.format(household=alias + '.household_id')} end"
    )


# An explanation holds until its day, and for the record as it was then.
EXCUSED = f"""
create temp table zt_excused as
select e.id, e.rule, e.subject_id from registry_qualityexception e join zt_quality q using (rule, subject_id)
where e.revoked_at is null and e.until >= %(today)s and e.digest = {digest("e")}
"""
GO = """
delete from registry_qualityfinding f where f.division >= %(lo)s and f.division < %(hi)s
and not exists (select 1 from zt_quality q where q.rule = f.rule and q.subject_id = f.subject_id)
"""
COME = """
insert into registry_qualityfinding as f (division, household_id, rule, subject_id, found_on, exception_id)
select q.division, q.household_id, q.rule, q.subject_id, %(today)s, e.id
from zt_quality q left join zt_excused e using (rule, subject_id)
where not exists (select 1 from registry_qualityfinding g where g.rule = q.rule and g.subject_id = q.subject_id
  and g.division = q.division and g.household_id = q.household_id and g.exception_id is not distinct from e.id)
on conflict (rule, subject_id) do update
set division = excluded.division, household_id = excluded.household_id, exception_id = excluded.exception_id
"""
TALLY = """
create temp table zt_tally as
select q.division, q.rule, count(*)::int as found, count(e.id)::int as excepted
from zt_quality q left join zt_excused e using (rule, subject_id) group by q.division, q.rule
"""
TALLIES_GO = """
delete from registry_qualitytally t where t.division >= %(lo)s and t.division < %(hi)s
and not exists (select 1 from zt_tally n where n.division = t.division and n.rule = t.rule)
"""
_WORDS = ", ".join(f"('{r.id}', '{r.group}', '{r.sentence}')" for r in RULES.values())
TALLIES_COME = f"""
insert into registry_qualitytally as t (division, rule, kind, sentence, found, excepted)
select n.division, n.rule, w.kind, w.sentence, n.found, n.excepted
from zt_tally n join (values {_WORDS}) as w (rule, kind, sentence) using (rule)
on conflict (division, rule) do update
set kind = excluded.kind, sentence = excluded.sentence, found = excluded.found, excepted = excluded.excepted
where (t.kind, t.sentence, t.found, t.excepted) is distinct from
  (excluded.kind, excluded.sentence, excluded.found, excluded.excepted)
"""
SCORES_GO = """
delete from registry_qualityscore s where s.division >= %(lo)s and s.division < %(hi)s and not exists
(select 1 from registry_household h where h.division = s.division and h.status <> all(%(uncounted)s))
"""


def _checks(group: str) -> str:
    """How many checks of the kind the records of a village take: each rule once for each record of its subject."""
    number = {
        subject: sum(rule.group == group and rule.subject == subject for rule in RULES.values()) for subject in _TABLES
    }
    return f"({number['household']} * c.households + {number['person']} * c.persons + {number['income']} * c.incomes)"


def _passed(group: str) -> str:
    return f"({_checks(group)} - coalesce(f.{group}, 0))"


_COLUMNS = [f"{group}_{what}" for group in GROUPS for what in ("checks", "passed")]
_FOUND = ", ".join(f"sum(n.found - n.excepted) filter (where w.kind = '{group}') as {group}" for group in GROUPS)
SCORES_COME = f"""
insert into registry_qualityscore (division, checked_on, checked_at, {", ".join(_COLUMNS)})
select c.division, %(today)s, now(), {", ".join(f"{_checks(group)}, {_passed(group)}" for group in GROUPS)}
from (
  select h.division, count(*) as households, sum(x.persons) as persons, sum(x.incomes) as incomes
  from registry_household h cross join lateral (
    select (select count(*) from registry_person p where p.household_id = h.id and p.left_on is null) as persons,
      (select count(distinct i.household_id) from registry_householdincome i where i.household_id = h.id) as incomes
  ) x
  where h.division >= %(lo)s and h.division < %(hi)s and h.status <> all(%(uncounted)s) group by h.division
) c left join (
  select n.division, {_FOUND} from zt_tally n join (values {_WORDS}) as w (rule, kind, sentence) using (rule)
  group by n.division
) f using (division)
on conflict (division) do update set checked_on = excluded.checked_on, checked_at = excluded.checked_at,
{", ".join(f"{column} = excluded.{column}" for column in _COLUMNS)}
"""
STEPS = (FIND, "analyze zt_quality", EXCUSED, GO, COME, TALLY, TALLIES_GO, TALLIES_COME, SCORES_GO, SCORES_COME)
ASIDE = ("zt_quality", "zt_excused", "zt_tally")
