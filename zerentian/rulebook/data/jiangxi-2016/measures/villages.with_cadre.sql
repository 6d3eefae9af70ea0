-- id: villages.with_cadre
-- title: 有包村干部的村
-- title_en: Villages with a cadre
-- unit: percent
-- grain: village
-- definition: 有包村干部的村 ÷ 有任务的村
-- definition_en: Villages taken by a cadre ÷ villages with tasks
-- article: 21
-- evidence_en: Villages without a cadre
select b.division, case when t.division is null then 0 else 1 end as numerator, 1 as denominator
from facts.body b
left join (select distinct a.division from facts.assignment a where a.kind = 'village' and a.starts_on <= :on and (a.ends_on is null or a.ends_on >= :on)) t on t.division = b.division
where b.kind = 'village_committee' and b.ended_on is null and b.has_tasks

-- evidence: 没有包村干部的村
select b.body as id, 'body' as kind, b.division, b.name as label, '没有包村干部' as why
from facts.body b
left join (select distinct a.division from facts.assignment a where a.kind = 'village' and a.starts_on <= :on and (a.ends_on is null or a.ends_on >= :on)) t on t.division = b.division
where b.kind = 'village_committee' and b.ended_on is null and b.has_tasks and t.division is null
