-- id: villages.exited_with_assigned_unit
-- title: 退出村不脱钩
-- title_en: Exited villages that keep their unit
-- unit: percent
-- grain: body
-- definition: 退出后仍有定点帮扶单位的村 ÷ 单位帮扶过、已经退出的村
-- definition_en: Exited villages that still have an assigned unit ÷ exited villages that the unit supported
-- article: 26
-- evidence_en: Exited villages left without a unit
select w.body, w.division, w.kept as numerator, 1 as denominator from (
select a.body, a.division, max(case when n.division is null then 0 else 1 end) as kept
from facts.assignment a
join facts.village v on v.division = a.division and v.exited_on is not null
left join (select distinct c.division from facts.assignment c where c.kind = 'assigned_unit' and c.starts_on <= :on and (c.ends_on is null or c.ends_on >= :on)) n on n.division = a.division
where a.kind = 'assigned_unit' and a.body is not null and a.starts_on <= :on and (a.ends_on is null or a.ends_on >= v.exited_on)
group by a.body, a.division
) w

-- evidence: 退出后脱钩的村
select w.division as id, 'village' as kind, w.division, d.name as label, '退出后没有定点帮扶单位' as why, w.body
from (
select a.body, a.division, max(case when n.division is null then 0 else 1 end) as kept
from facts.assignment a
join facts.village v on v.division = a.division and v.exited_on is not null
left join (select distinct c.division from facts.assignment c where c.kind = 'assigned_unit' and c.starts_on <= :on and (c.ends_on is null or c.ends_on >= :on)) n on n.division = a.division
where a.kind = 'assigned_unit' and a.body is not null and a.starts_on <= :on and (a.ends_on is null or a.ends_on >= v.exited_on)
group by a.body, a.division
) w
left join facts.division d on d.division = w.division
where w.kept = 0
