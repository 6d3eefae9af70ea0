-- id: quality.consistency
-- title: 档案一致性
-- title_en: Consistency of the records
-- unit: percent
-- grain: village
-- definition: 互相一致的检查项 ÷ 检查项（人口与成员、户主唯一、状态与日期、网格与村）
-- definition_en: Checks passed between fields: size and members, one head, state and day, grid and village ÷ checks
-- article: 22
-- evidence_en: Households that fail a check
select q.division, sum(q.passed) as numerator, sum(q.checks) as denominator
from (
select h.division, sum(case when coalesce(m.members, 0) = h.size then 1 else 0 end
    + case when coalesce(m.heads, 0) = 1 then 1 else 0 end
    + case when (h.status in ('exited', 'exited_no_policy')) = (h.exited_on is not null and h.status not in ('returned', 'poor', 'pre_exit')) then 1 else 0 end
    + case when g.grid is null or g.division = h.division then 1 else 0 end) as passed, count(*) * 4 as checks
from facts.household h
left join (
  select p.household, count(*) as members, sum(case when p.is_head then 1 else 0 end) as heads
  from facts.person p where p.left_on is null group by p.household
) m on m.household = h.household
left join facts.grid g on g.grid = h.grid
where h.status not in ('removed', 'closed')
group by h.division
) q
group by q.division

-- evidence: 有检查项未通过的户
select distinct e.id, 'household' as kind, e.division, e.label, e.why
from (
select h.household as id, h.division, h.number as label, case when not (coalesce(m.members, 0) = h.size) then '家庭人口与在册成员数不符' when not (coalesce(m.heads, 0) = 1) then '户主不是恰好一人' when not ((h.status in ('exited', 'exited_no_policy')) = (h.exited_on is not null and h.status not in ('returned', 'poor', 'pre_exit'))) then '脱贫状态与脱贫日期不符' when not (g.grid is null or g.division = h.division) then '所在网格不属于本村' else '' end as why
from facts.household h
left join (
  select p.household, count(*) as members, sum(case when p.is_head then 1 else 0 end) as heads
  from facts.person p where p.left_on is null group by p.household
) m on m.household = h.household
left join facts.grid g on g.grid = h.grid
where h.status not in ('removed', 'closed')
) e
where e.why <> ''
