-- id: platform.freshness.villages
-- title: 村登记表新鲜度
-- title_en: Freshness of the villages' forms
-- unit: percent
-- grain: village
-- definition: 年度登记表没有过期的村 ÷ 在册户所在的村和有登记表的村；登记表所属年度结束后或核实后的规定月数内算没有过期
-- definition_en: Villages whose yearly form is not out of date ÷ villages with households in the register or with a form; a form is out of date when neither the end of its year nor its last confirmation lies within the months allowed
-- article: 7
-- parameters: months=quality.confirmation.months
-- evidence_en: Villages without a form that is up to date
with village as (
  select d.division, v.year, v.confirmed_on
  from (
    select division from facts.household where status not in ('removed', 'closed')
    union select division from facts.village
  ) d
  left join facts.village v on v.division = d.division
)
select v.division,
  case when v.year >= extract(year from :on - interval '1 month' * :months)
    or v.confirmed_on >= :on - interval '1 month' * :months then 1 else 0 end as numerator,
  1 as denominator
from village v

-- evidence: 登记表过期的村
with village as (
  select d.division, v.year, v.confirmed_on
  from (
    select division from facts.household where status not in ('removed', 'closed')
    union select division from facts.village
  ) d
  left join facts.village v on v.division = d.division
)
select v.division as id, 'village' as kind, v.division, cast(v.year as varchar) as label,
  case when v.year is null then '没有登记表' else '登记表已过期' end as why
from village v
where not coalesce(v.year >= extract(year from :on - interval '1 month' * :months), false)
  and not coalesce(v.confirmed_on >= :on - interval '1 month' * :months, false)
