-- id: quality.timeliness
-- title: 档案及时性
-- title_en: Timeliness of the records
-- unit: percent
-- grain: village
-- definition: 在规定月数内核实过的在册户 ÷ 在册户
-- definition_en: Households confirmed within the months allowed ÷ households in the register
-- article: 22
-- parameters: months=quality.confirmation.months
-- evidence_en: Households that fail a check
select q.division, sum(q.passed) as numerator, sum(q.checks) as denominator
from (
select h.division, sum(case when h.confirmed_on is not null and h.confirmed_on >= :on - interval '1 month' * :months then 1 else 0 end) as passed, count(*) as checks
from facts.household h
where h.status not in ('removed', 'closed')
group by h.division
) q
group by q.division

-- evidence: 有检查项未通过的户
select distinct e.id, 'household' as kind, e.division, e.label, e.why
from (
select h.household as id, h.division, h.number as label, case when h.confirmed_on is not null and h.confirmed_on >= :on - interval '1 month' * :months then '' else '核实已过期或从未核实' end as why
from facts.household h
where h.status not in ('removed', 'closed')
) e
where e.why <> ''
