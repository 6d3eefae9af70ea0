-- id: responsible_person.named
-- title: 第一责任人具名
-- title_en: A person is named first answerable
-- unit: percent
-- grain: body
-- definition: 有人在任第一责任人（空缺不超过规定天数的视为在任）的主体 ÷ 全部主体
-- definition_en: Bodies whose first answerable post is held, or vacant for no longer than allowed ÷ all bodies
-- article: 3
-- parameters: vacancy=posts.vacancy_days
-- evidence_en: Bodies whose first answerable post is empty
select b.body, b.division, case when f.body is null then 0 else 1 end as numerator, 1 as denominator
from facts.body b
left join (
  select distinct a.body from facts.appointment a
  where a.is_first_answerable and a.starts_on <= :on and (a.ends_on is null or a.ends_on >= :on - :vacancy)
) f on f.body = b.body
where b.kind in ('party_government', 'village_committee') and b.ended_on is null

-- evidence: 第一责任人空缺的主体
select b.body as id, 'body' as kind, b.division, b.name as label, '没有在任的第一责任人' as why, b.body
from facts.body b
left join (
  select distinct a.body from facts.appointment a
  where a.is_first_answerable and a.starts_on <= :on and (a.ends_on is null or a.ends_on >= :on - :vacancy)
) f on f.body = b.body
where b.kind in ('party_government', 'village_committee') and b.ended_on is null and f.body is null
