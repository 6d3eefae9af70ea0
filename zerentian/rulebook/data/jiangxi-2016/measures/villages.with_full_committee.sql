-- id: villages.with_full_committee
-- title: 村“两委”班子齐全率
-- title_en: Villages with full committees
-- unit: percent
-- grain: village
-- definition: 书记、主任在任且班子达到最低人数的有任务的村 ÷ 有任务的村
-- definition_en: Villages with tasks with secretary, director and the fewest members in post ÷ all of them
-- article: 19
-- parameters: members=committee.members.minimum
-- evidence_en: Villages whose committees are not full
with
-- include: committees
select c.division, c.is_full as numerator, 1 as denominator
from committee c

-- evidence: 班子不齐的村
with
-- include: committees
select c.body as id, 'body' as kind, c.division, c.name as label, c.why
from committee c
where c.is_full = 0
