-- id: benefits.kinship_flags_reviewed
-- title: 亲属享受待遇的提示核查率
-- title_en: Flags of relatives who benefit that were reviewed
-- unit: percent
-- grain: village
-- definition: 已经他人复核的 ÷ 本年办理人与当事户有关系的办理提示和以前未复核的提示
-- definition_en: Decisions reviewed by another person ÷ decisions by somebody related to the household, this year or not yet reviewed
-- article: 25
-- evidence_en: Decisions by somebody related that nobody has reviewed
select c.division, sum(case when c.reviewed_on is not null then 1 else 0 end) as numerator, count(*) as denominator
from facts.case_conflict c
where c.by_relation and (c.held_on >= :period_start or c.reviewed_on is null)
group by c.division

-- evidence: 尚未复核的提示
select c.case_file as id, 'case' as kind, c.division, c.kind as label, '办理人与当事户有关系，尚未经他人复核' as why
from facts.case_conflict c
where c.by_relation and c.reviewed_on is null
