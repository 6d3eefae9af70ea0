-- id: stations.set_up
-- title: 乡镇扶贫工作站设立率
-- title_en: Township stations set up
-- unit: percent
-- grain: village
-- definition: 工作站在设、有场所、人员达到最低人数的乡镇 ÷ 有任务的乡镇
-- definition_en: Townships with a station, premises and the fewest staff ÷ townships with tasks
-- article: 21
-- parameters: fewest=staffing.township_station.minimum
-- evidence_en: Townships without a working station
select b.division, case when s.division is null then 0 else 1 end as numerator, 1 as denominator
from facts.body b
left join (
  select distinct s.division from facts.body s
  where s.kind = 'township_station' and s.ended_on is null and s.premises and s.staff_actual >= :fewest
) s on s.division = b.division
where b.kind = 'party_government' and b.level = 4 and b.has_tasks and b.ended_on is null

-- evidence: 没有建好工作站的乡镇
select b.body as id, 'body' as kind, b.division, b.name as label, '没有工作站，或没有场所、人员不足' as why
from facts.body b
left join (
  select distinct s.division from facts.body s
  where s.kind = 'township_station' and s.ended_on is null and s.premises and s.staff_actual >= :fewest
) s on s.division = b.division
where b.kind = 'party_government' and b.level = 4 and b.has_tasks and b.ended_on is null and s.division is null
