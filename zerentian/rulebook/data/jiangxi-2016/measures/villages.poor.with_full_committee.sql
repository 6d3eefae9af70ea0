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
with
-- include: committees
select c.division, c.is_full as numerator, 1 as denominator
from committee c
join facts.village v on v.division = c.division and v.is_poor

-- evidence: 班子不齐的村
with
-- include: committees
select c.body as id, 'body' as kind, c.division, c.name as label, c.why
from committee c
join facts.village v on v.division = c.division and v.is_poor
where c.is_full = 0
