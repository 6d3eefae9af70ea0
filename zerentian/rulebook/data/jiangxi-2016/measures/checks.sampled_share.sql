-- id: checks.sampled_share
-- title: 识别退出抽查比例
-- title_en: Share of registrations and exits that were checked
-- unit: percent
-- grain: village
-- definition: 已入户核查的识别、退出 ÷ 上年以来的识别、退出（错评清退的不计）
-- definition_en: Registrations and exits checked at home ÷ registrations and exits since last year (those removed left out)
-- article: 16
-- evidence_en: Registrations and exits not checked
select e.division, sum(case when c.household is not null then 1 else 0 end) as numerator, count(*) as denominator
from (
  select h.household, h.division, 'exits' as purpose from facts.household h
  where h.exited_on >= :period_start - interval '1 year' and h.status not in ('removed', 'closed')
  union all
  select h.household, h.division, 'identifications' as purpose from facts.household h
  where h.identified_on >= :period_start - interval '1 year' and h.status not in ('removed', 'closed')
) e
left join (
  select k.household, k.purpose from facts.household_check k
  where k.state = 'done' and k.recorded_on >= :period_start - interval '1 year' group by k.household, k.purpose
) c on c.household = e.household and c.purpose = e.purpose
group by e.division

-- evidence: 没有核查过的识别、退出户
select e.household as id, 'household' as kind, e.division, e.number as label, e.why
from (
  select h.household, h.division, h.number, 'exits' as purpose, '退出后没有核查' as why from facts.household h
  where h.exited_on >= :period_start - interval '1 year' and h.status not in ('removed', 'closed')
  union all
  select h.household, h.division, h.number, 'identifications' as purpose, '识别后没有核查' as why from facts.household h
  where h.identified_on >= :period_start - interval '1 year' and h.status not in ('removed', 'closed')
) e
left join (
  select k.household, k.purpose from facts.household_check k
  where k.state = 'done' and k.recorded_on >= :period_start - interval '1 year' group by k.household, k.purpose
) c on c.household = e.household and c.purpose = e.purpose
where c.household is null
