-- id: teams.at_strength
-- title: 驻村工作队足额
-- title_en: Resident teams at strength
-- unit: percent
-- grain: body
-- definition: 工作队在任人数达到最低人数的帮扶村 ÷ 单位定点帮扶的村
-- definition_en: Villages whose resident team has the fewest members in post ÷ villages that the unit supports
-- article: 26
-- parameters: members=team.members.minimum
-- evidence_en: Villages whose team is too small
select w.body, w.division, case when w.members >= :members then 1 else 0 end as numerator, 1 as denominator from (
select a.body, a.division, count(m.post) as members
from facts.assignment a
left join facts.assignment t on t.kind = 'resident_team' and t.division = a.division and t.starts_on <= :on and (t.ends_on is null or t.ends_on >= :on)
left join facts.appointment m on m.body = t.body and m.post_kind in ('head', 'first_secretary', 'team_member') and m.starts_on <= :on and (m.ends_on is null or m.ends_on >= :on)
where a.kind = 'assigned_unit' and a.body is not null and a.starts_on <= :on and (a.ends_on is null or a.ends_on >= :on)
group by a.body, a.division
) w

-- evidence: 工作队人数不足的村
select w.division as id, 'village' as kind, w.division, d.name as label,
  case when w.members = 0 then '没有在任的驻村工作队员' else '驻村工作队人数不足' end as why, w.body
from (
select a.body, a.division, count(m.post) as members
from facts.assignment a
left join facts.assignment t on t.kind = 'resident_team' and t.division = a.division and t.starts_on <= :on and (t.ends_on is null or t.ends_on >= :on)
left join facts.appointment m on m.body = t.body and m.post_kind in ('head', 'first_secretary', 'team_member') and m.starts_on <= :on and (m.ends_on is null or m.ends_on >= :on)
where a.kind = 'assigned_unit' and a.body is not null and a.starts_on <= :on and (a.ends_on is null or a.ends_on >= :on)
group by a.body, a.division
) w
left join facts.division d on d.division = w.division
where w.members < :members
