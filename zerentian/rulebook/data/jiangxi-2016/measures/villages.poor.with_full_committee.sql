-- id: villages.poor.with_full_committee
-- title: 贫困村“两委”班子齐全率
-- title_en: Poor villages with full committees
-- unit: percent
-- grain: village
-- definition: 书记、主任在任且班子达到最低人数的贫困村 ÷ 贫困村
-- definition_en: Poor villages with secretary, director and the fewest members in post ÷ all of them
-- article: 9
-- parameters: members=committee.members.minimum
-- evidence_en: Villages whose committees are not full
select c.division, case when c.secretary = 1 and c.director = 1 and c.held >= :members then 1 else 0 end as numerator, 1 as denominator
from (
select b.division, b.body, b.name, count(a.post) as held,
  max(case when a.post_kind = 'village_secretary' then 1 else 0 end) as secretary,
  max(case when a.post_kind = 'village_director' then 1 else 0 end) as director
from facts.body b
left join facts.appointment a on a.body = b.body and a.post_kind in ('village_secretary', 'village_director', 'committee_member')
  and a.starts_on <= :on and (a.ends_on is null or a.ends_on >= :on)
where b.kind = 'village_committee' and b.ended_on is null and b.has_tasks
group by b.division, b.body, b.name
) c
join facts.village v on v.division = c.division and v.is_poor

-- evidence: 班子不齐的村
select c.body as id, 'body' as kind, c.division, c.name as label, case when c.secretary = 0 then '村党组织书记空缺' when c.director = 0 then '村委会主任空缺' else '班子人数不足' end as why
from (
select b.division, b.body, b.name, count(a.post) as held,
  max(case when a.post_kind = 'village_secretary' then 1 else 0 end) as secretary,
  max(case when a.post_kind = 'village_director' then 1 else 0 end) as director
from facts.body b
left join facts.appointment a on a.body = b.body and a.post_kind in ('village_secretary', 'village_director', 'committee_member')
  and a.starts_on <= :on and (a.ends_on is null or a.ends_on >= :on)
where b.kind = 'village_committee' and b.ended_on is null and b.has_tasks
group by b.division, b.body, b.name
) c
join facts.village v on v.division = c.division and v.is_poor
where c.secretary = 0 or c.director = 0 or c.held < :members
