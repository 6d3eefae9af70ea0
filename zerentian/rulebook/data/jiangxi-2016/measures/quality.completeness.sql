-- id: quality.completeness
-- title: 档案完整性
-- title_en: Completeness of the records
-- unit: percent
-- grain: village
-- definition: 应填项目中已填写的 ÷ 应填项目（户 6 项、人 6 项）
-- definition_en: Required fields that are filled ÷ required fields (6 of a household, 6 of a person)
-- article: 22
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
) e
where e.why <> ''
