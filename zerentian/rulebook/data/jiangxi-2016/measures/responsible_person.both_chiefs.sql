-- id: responsible_person.both_chiefs
-- title: 党政主要负责人到位
-- title_en: Both chiefs at their posts
-- unit: count
-- grain: body
-- definition: 县、乡镇党委和政府主要负责人中在任的岗位数（应为 2）
-- definition_en: How many of the two chief posts of a county or township are held (2 wanted)
-- article: 15
-- evidence_en: Bodies with a chief post empty
select c.body, c.division, c.held as numerator, 1 as denominator from (
select b.body, b.division, b.name, count(distinct a.post_kind) as held
from facts.body b
left join facts.appointment a on a.body = b.body and a.post_kind in ('party_chief', 'government_chief')
  and a.starts_on <= :on and (a.ends_on is null or a.ends_on >= :on)
where b.kind = 'party_government' and b.level in (3, 4) and b.ended_on is null
group by b.body, b.division, b.name
) c

-- evidence: 党政主要负责人缺位的主体
select c.body as id, 'body' as kind, c.division, c.name as label,
  case when c.held = 0 then '党委、政府主要负责人都缺位' else '党委、政府主要负责人缺一人' end as why, c.body
from (
select b.body, b.division, b.name, count(distinct a.post_kind) as held
from facts.body b
left join facts.appointment a on a.body = b.body and a.post_kind in ('party_chief', 'government_chief')
  and a.starts_on <= :on and (a.ends_on is null or a.ends_on >= :on)
where b.kind = 'party_government' and b.level in (3, 4) and b.ended_on is null
group by b.body, b.division, b.name
) c where c.held < 2
