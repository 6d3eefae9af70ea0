-- The committee of each village with tasks: whether it is full, and what it lacks.
held as (
  select b.division, b.body, b.name, count(a.post) as members,
    max(case when a.post_kind = 'village_secretary' then 1 else 0 end) as secretary,
    max(case when a.post_kind = 'village_director' then 1 else 0 end) as director
  from facts.body b
  left join facts.appointment a on a.body = b.body and a.post_kind in ('village_secretary', 'village_director', 'committee_member')
    and a.starts_on <= :on and (a.ends_on is null or a.ends_on >= :on)
  where b.kind = 'village_committee' and b.ended_on is null and b.has_tasks
  group by b.division, b.body, b.name
), committee as (
  select h.division, h.body, h.name,
    case when h.secretary = 1 and h.director = 1 and h.members >= :members then 1 else 0 end as is_full,
    case when h.secretary = 0 then '村党组织书记空缺' when h.director = 0 then '村委会主任空缺' else '班子人数不足' end as why
  from held h
)
