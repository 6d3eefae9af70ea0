-- id: interpretations.answered_in_time
-- title: 细则解释按期答复率
-- title_en: Questions on the rules answered in time
-- unit: percent
-- grain: village
-- definition: 按期答复的提问 ÷ 已答复或已到期的提问
-- definition_en: Questions answered in time ÷ questions answered or past their day
-- article: 33
-- evidence_en: Questions answered late or not at all
select i.division, sum(case when i.answered_on <= i.due_on then 1 else 0 end) as numerator, count(*) as denominator
from facts.interpretation i
where (i.answered_on is not null or i.due_on < :on)
group by i.division

-- evidence: 逾期的提问
select i.interpretation as id, 'interpretation' as kind, i.division, i.duty as label,
  case when i.answered_on is null then '到期未答复' else '答复超过时限' end as why
from facts.interpretation i
where (i.answered_on is not null or i.due_on < :on) and (i.answered_on is null or i.answered_on > i.due_on)
