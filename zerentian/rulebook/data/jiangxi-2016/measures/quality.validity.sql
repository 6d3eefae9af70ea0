-- id: quality.validity
-- title: 档案有效性
-- title_en: Validity of the records
-- unit: percent
-- grain: village
-- definition: 取值有效的检查项 ÷ 检查项（证件号码、出生日期、务工月数、人口、收入、脱贫日期）
-- definition_en: Checks passed on values that must be possible: identity number, birth, months of work, size, income, day of exit ÷ checks
-- article: 22
-- parameters: months_most=quality.work.months_maximum, size_most=quality.household.size_maximum, income_most=quality.income.per_capita_maximum
-- evidence_en: Households that fail a check
select q.division, sum(q.passed) as numerator, sum(q.checks) as denominator
from (
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
) q
group by q.division

-- evidence: 有检查项未通过的户
select distinct e.id, 'household' as kind, e.division, e.label, e.why
from (
select h.household as id, h.division, h.number as label, case when not (p.id_valid) then '有成员证件号码无效' when not (p.birth_on is null or p.birth_on <= :on) then '有成员出生日期在将来' when not (p.work_months is null or p.work_months between 0 and :months_most) then '有成员务工月数超出范围' else '' end as why
from facts.person p
join facts.household h on h.household = p.household and h.division = p.division
where p.left_on is null and h.status not in ('removed', 'closed')
union all
select h.household as id, h.division, h.number as label, case when not (h.size between 1 and :size_most) then '家庭人口超出范围' when not (h.per_capita_income is null or h.per_capita_income between 0 and :income_most) then '人均收入超出范围' when not (h.exited_on is null or h.exited_on <= :on) then '脱贫日期在将来' else '' end as why
from facts.household h
where h.status not in ('removed', 'closed')
) e
where e.why <> ''
