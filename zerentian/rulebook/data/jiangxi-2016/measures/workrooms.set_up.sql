-- id: workrooms.set_up
-- title: 村扶贫工作室设立率
-- title_en: Village workrooms set up
-- unit: percent
-- grain: village
-- definition: 工作室在设、有场所、人员达到最低人数的村 ÷ 有任务的村
-- definition_en: Villages with a workroom, premises and the fewest staff ÷ villages with tasks
-- article: 21
-- parameters: fewest=staffing.village_workroom.minimum
-- evidence_en: Villages without a working room
select b.division, case when s.division is null then 0 else 1 end as numerator, 1 as denominator
from facts.body b
left join (
  select distinct s.division from facts.body s
  where s.kind = 'village_workroom' and s.ended_on is null and s.premises and s.staff_actual >= :fewest
) s on s.division = b.division
where b.kind = 'village_committee' and b.level = 5 and b.has_tasks and b.ended_on is null

-- evidence: 没有建好工作室的村
select b.body as id, 'body' as kind, b.division, b.name as label, '没有工作室，或没有场所、人员不足' as why
from facts.body b
left join (
  select distinct s.division from facts.body s
  where s.kind = 'village_workroom' and s.ended_on is null and s.premises and s.staff_actual >= :fewest
) s on s.division = b.division
where b.kind = 'village_committee' and b.level = 5 and b.has_tasks and b.ended_on is null and s.division is null
