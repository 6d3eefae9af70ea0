-- id: counties.with_financing_body
-- title: 有投融资主体的贫困县
-- title_en: Poverty counties with a financing body
-- unit: percent
-- grain: village
-- definition: 设有脱贫攻坚投融资主体的贫困县 ÷ 有任务的贫困县
-- definition_en: Poverty counties with a financing body ÷ poverty counties with tasks
-- article: 13
-- evidence_en: Counties without a financing body
select c.division, case when f.division is null then 0 else 1 end as numerator, 1 as denominator
from facts.county c
join facts.body g on g.division = c.division and g.kind = 'party_government' and g.level = 3 and g.has_tasks and g.ended_on is null
left join (select distinct f.division from facts.body f where f.kind = 'financing_body' and f.ended_on is null) f on f.division = c.division
where c.is_poor

-- evidence: 没有投融资主体的县
select g.body as id, 'body' as kind, c.division, g.name as label, '没有设投融资主体' as why
from facts.county c
join facts.body g on g.division = c.division and g.kind = 'party_government' and g.level = 3 and g.has_tasks and g.ended_on is null
left join (select distinct f.division from facts.body f where f.kind = 'financing_body' and f.ended_on is null) f on f.division = c.division
where c.is_poor and f.division is null
