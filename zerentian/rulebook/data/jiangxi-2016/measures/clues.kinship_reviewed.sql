-- id: clues.kinship_reviewed
-- title: 干部及其亲属线索复核率
-- title_en: Flags of cadres and their kin that were reviewed
-- unit: percent
-- grain: village
-- definition: 已审定办结的村干部及其亲属享受待遇的提示 ÷ 已办结或已到期的提示；依据已消失的不算
-- definition_en: Settled flags of cadres and their kin who benefit ÷ flags settled this year or past their day; those whose evidence is gone don't count
-- article: 25
-- evidence_en: Flags of cadres and their kin that nobody has reviewed in time
select c.division, sum(case when c.state = 'settled' then 1 else 0 end) as numerator, count(*) as denominator
from facts.clue c
where c.source = 'village_cadres' and c.kind = 'doubt'
  and (c.state = 'settled' and c.settled_on >= :period_start or c.state <> 'settled' and c.due_on < :on and c.gone_on is null)
group by c.division

-- evidence: 到期未复核的提示
select c.clue as id, 'clue' as kind, c.division, c.rule as label, '到期未复核' as why
from facts.clue c
where c.source = 'village_cadres' and c.kind = 'doubt' and c.state <> 'settled' and c.due_on < :on and c.gone_on is null
