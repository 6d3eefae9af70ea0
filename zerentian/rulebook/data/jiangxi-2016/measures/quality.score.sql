-- id: quality.score
-- title: 数据质量得分
-- title_en: Data quality score
-- unit: percent
-- grain: village
-- definition: 完整性、有效性、一致性、及时性各检查项中通过的 ÷ 全部检查项
-- definition_en: Checks of completeness, validity, consistency and timeliness that pass ÷ all checks
-- article: 22
-- parameters: months_most=quality.work.months_maximum, size_most=quality.household.size_maximum, income_most=quality.income.per_capita_maximum, months=quality.confirmation.months
-- evidence_en: Households that fail a check
select q.division, sum(q.passed) as numerator, sum(q.checks) as denominator
from (
select h.division, sum(case when h.cause <> '' then 1 else 0 end
    + case when h.standard <> '' then 1 else 0 end
    + case when h.attribute <> '' then 1 else 0 end
    + case when h.identified_on is not null then 1 else 0 end
    + case when h.house_grade <> '' then 1 else 0 end
    + case when h.water_safe is not null then 1 else 0 end) as passed, count(*) * 6 as checks
from facts.household h
where h.status not in ('removed', 'closed')
group by h.division
union all
select p.division, sum(case when p.sex <> '' then 1 else 0 end
    + case when p.birth_on is not null then 1 else 0 end
    + case when p.relation <> '' then 1 else 0 end
    + case when p.education <> '' then 1 else 0 end
    + case when p.health <> '' then 1 else 0 end
    + case when p.labour <> '' then 1 else 0 end) as passed, count(*) * 6 as checks
from facts.person p
join facts.household h on h.household = p.household and h.division = p.division
where p.left_on is null and h.status not in ('removed', 'closed')
group by p.division
union all
select p.division, sum(case when p.id_valid then 1 else 0 end
    + case when p.birth_on is null or p.birth_on <= :on then 1 else 0 end
    + case when p.work_months is null or p.work_months between 0 and :months_most then 1 else 0 end) as passed, count(*) * 3 as checks
from facts.person p
join facts.household h on h.household = p.household and h.division = p.division
where p.left_on is null and h.status not in ('removed', 'closed')
group by p.division
union all
select h.division, sum(case when h.size between 1 and :size_most then 1 else 0 end
    + case when h.per_capita_income is null or h.per_capita_income between 0 and :income_most then 1 else 0 end
    + case when h.exited_on is null or h.exited_on <= :on then 1 else 0 end) as passed, count(*) * 3 as checks
from facts.household h
where h.status not in ('removed', 'closed')
group by h.division
union all
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
union all
select h.division, sum(case when h.confirmed_on is not null and h.confirmed_on >= :on - interval '1 month' * :months then 1 else 0 end) as passed, count(*) as checks
from facts.household h
where h.status not in ('removed', 'closed')
group by h.division
) q
group by q.division

-- evidence: 有检查项未通过的户
select distinct e.id, 'household' as kind, e.division, e.label, e.why
from (
select h.household as id, h.division, h.number as label, case when not (h.cause <> '') then '未填致贫原因' when not (h.standard <> '') then '未填识别标准' when not (h.attribute <> '') then '未填贫困户属性' when not (h.identified_on is not null) then '未填识别日期' when not (h.house_grade <> '') then '未填住房等级' when not (h.water_safe is not null) then '未填饮水安全' else '' end as why
from facts.household h
where h.status not in ('removed', 'closed')
union all
select h.household as id, h.division, h.number as label, case when not (p.sex <> '') then '缺性别' when not (p.birth_on is not null) then '缺出生日期' when not (p.relation <> '') then '缺与户主关系' when not (p.education <> '') then '缺文化程度' when not (p.health <> '') then '缺健康状况' when not (p.labour <> '') then '缺劳动技能' else '' end as why
from facts.person p
join facts.household h on h.household = p.household and h.division = p.division
where p.left_on is null and h.status not in ('removed', 'closed')
union all
select h.household as id, h.division, h.number as label, case when not (p.id_valid) then '有成员证件号码无效' when not (p.birth_on is null or p.birth_on <= :on) then '有成员出生日期在将来' when not (p.work_months is null or p.work_months between 0 and :months_most) then '有成员务工月数超出范围' else '' end as why
from facts.person p
join facts.household h on h.household = p.household and h.division = p.division
where p.left_on is null and h.status not in ('removed', 'closed')
union all
select h.household as id, h.division, h.number as label, case when not (h.size between 1 and :size_most) then '家庭人口超出范围' when not (h.per_capita_income is null or h.per_capita_income between 0 and :income_most) then '人均收入超出范围' when not (h.exited_on is null or h.exited_on <= :on) then '脱贫日期在将来' else '' end as why
from facts.household h
where h.status not in ('removed', 'closed')
union all
select h.household as id, h.division, h.number as label, case when not (coalesce(m.members, 0) = h.size) then '家庭人口与在册成员数不符' when not (coalesce(m.heads, 0) = 1) then '户主不是恰好一人' when not ((h.status in ('exited', 'exited_no_policy')) = (h.exited_on is not null and h.status not in ('returned', 'poor', 'pre_exit'))) then '脱贫状态与脱贫日期不符' when not (g.grid is null or g.division = h.division) then '所在网格不属于本村' else '' end as why
from facts.household h
left join (
  select p.household, count(*) as members, sum(case when p.is_head then 1 else 0 end) as heads
  from facts.person p where p.left_on is null group by p.household
) m on m.household = h.household
left join facts.grid g on g.grid = h.grid
where h.status not in ('removed', 'closed')
union all
select h.household as id, h.division, h.number as label, case when h.confirmed_on is not null and h.confirmed_on >= :on - interval '1 month' * :months then '' else '核实已过期或从未核实' end as why
from facts.household h
where h.status not in ('removed', 'closed')
) e
where e.why <> ''
