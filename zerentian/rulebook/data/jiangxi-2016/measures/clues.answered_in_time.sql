-- id: clues.answered_in_time
-- title: 比对线索按期核实率
-- title_en: Clues from compared data answered in time
-- unit: percent
-- grain: village
-- definition: 期限内核实答复的线索 ÷ 本年内到期或已答复的线索和以前到期未办结的线索；到期前依据已消失的不算
-- definition_en: Clues answered by their day ÷ clues due this year or answered already, and earlier ones that are still open; those whose evidence went before the day don't count
-- article: 7
-- evidence_en: Clues answered late or not at all
select c.division, sum(case when c.answered_on <= c.due_on then 1 else 0 end) as numerator, count(*) as denominator
from facts.clue c
where (c.due_on >= :period_start or c.state <> 'settled')
  and (c.answered_on is not null or c.due_on < :on and (c.gone_on is null or c.gone_on > c.due_on))
group by c.division

-- evidence: 逾期答复和未答复的线索
select c.clue as id, 'clue' as kind, c.division, c.rule as label,
  case when c.answered_on is null then '到期未答复' else '答复超过时限' end as why
from facts.clue c
where (c.due_on >= :period_start or c.state <> 'settled')
  and (c.answered_on > c.due_on or c.answered_on is null and c.due_on < :on and (c.gone_on is null or c.gone_on > c.due_on))
