-- id: areas.with_leader
-- title: 有包片领导的村
-- title_en: Villages in a leader's area
-- unit: percent
-- grain: village
-- definition: 本村或所在乡镇有包片领导的村 ÷ 有任务的村
-- definition_en: Villages that a leader took, or whose township one took ÷ villages with tasks
-- article: 21
-- evidence_en: Villages without a leader
select b.division, case when t.division is null and w.division is null then 0 else 1 end as numerator, 1 as denominator
from facts.body b
left join (select distinct a.division from facts.assignment a where a.kind = 'area' and a.starts_on <= :on and (a.ends_on is null or a.ends_on >= :on)) t on t.division = b.division
left join (select distinct a.division from facts.assignment a where a.kind = 'area' and a.starts_on <= :on and (a.ends_on is null or a.ends_on >= :on)) w on w.division = b.division - b.division % 1000
where b.kind = 'village_committee' and b.ended_on is null and b.has_tasks

-- evidence: 没有包片领导的村
select b.body as id, 'body' as kind, b.division, b.name as label, '没有包片领导' as why
from facts.body b
left join (select distinct a.division from facts.assignment a where a.kind = 'area' and a.starts_on <= :on and (a.ends_on is null or a.ends_on >= :on)) t on t.division = b.division
left join (select distinct a.division from facts.assignment a where a.kind = 'area' and a.starts_on <= :on and (a.ends_on is null or a.ends_on >= :on)) w on w.division = b.division - b.division % 1000
where b.kind = 'village_committee' and b.ended_on is null and b.has_tasks and t.division is null and w.division is null
