-- id: villages.poor.with_assigned_unit
-- title: 贫困村定点帮扶单位覆盖率
-- title_en: Poor villages with an assigned unit
-- unit: percent
-- grain: village
-- definition: 当前有定点帮扶单位的贫困村 ÷ 贫困村
-- definition_en: Poor villages with an assigned unit today ÷ poor villages
-- article: 5
-- evidence_en: Poor villages without an assigned unit
select v.division, case when u.division is null then 0 else 1 end as numerator, 1 as denominator
from facts.village v
left join (select distinct a.division from facts.assignment a where a.kind = 'assigned_unit' and a.starts_on <= :on and (a.ends_on is null or a.ends_on >= :on)) u on u.division = v.division
where v.is_poor

-- evidence: 没有定点帮扶单位的贫困村
select v.division as id, 'village' as kind, v.division, d.name as label, '没有定点帮扶单位' as why
from facts.village v
left join facts.division d on d.division = v.division
where v.is_poor
  and not exists (select 1 from facts.assignment a where a.kind = 'assigned_unit' and a.division = v.division and a.starts_on <= :on and (a.ends_on is null or a.ends_on >= :on))
