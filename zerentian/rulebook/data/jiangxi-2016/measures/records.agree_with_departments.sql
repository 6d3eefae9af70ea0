-- id: records.agree_with_departments
-- title: 与部门数据一致率
-- title_en: Records that agree with the departments
-- unit: percent
-- grain: village
-- definition: 与部门数据没有未解决出入的在册户 ÷ 比对过的在册户；出入经核实属实而登记尚未更正的，仍算不一致
-- definition_en: Households without an unsettled difference from a department's data ÷ households in the register that were compared; a difference that was confirmed counts until the register is corrected
-- article: 22
-- evidence_en: Differences from departments' data that are open, or confirmed and not yet corrected
select h.division, sum(case when d.household is null then 1 else 0 end) as numerator, count(*) as denominator
from facts.household h
left join (
  select distinct c.household from facts.clue c
  where c.kind = 'record' and c.gone_on is null and (c.state <> 'settled' or c.conclusion = 'confirmed')
) d on d.household = h.household
where h.status not in ('removed', 'closed')
  and exists (select 1 from facts.match m where h.division >= m.division and h.division < m.until)
group by h.division

-- evidence: 未解决和未更正的出入
select c.clue as id, 'clue' as kind, c.division, c.rule as label,
  case when c.state <> 'settled' then '与部门数据的出入尚未办结' else '核实属实，登记尚未更正' end as why
from facts.clue c
where c.kind = 'record' and c.gone_on is null and (c.state <> 'settled' or c.conclusion = 'confirmed')
