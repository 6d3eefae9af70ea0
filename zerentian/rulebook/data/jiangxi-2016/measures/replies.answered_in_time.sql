-- id: replies.answered_in_time
-- title: 退回数据按期更正答复率
-- title_en: Corrections asked of departments answered in time
-- unit: percent
-- grain: body
-- definition: 期限内更正或说明的退回数据 ÷ 本年内到期或已答复的退回数据和以前到期未答复的
-- definition_en: Rows sent back that were corrected or upheld by their day ÷ rows sent back due this year or answered already, and earlier ones still open
-- article: 7
-- evidence_en: Rows sent back and answered late or not at all
select coalesce(t.body, 0) as body, r.division, sum(case when r.answered_on <= r.due_on then 1 else 0 end) as numerator, count(*) as denominator
from facts.reply r
left join (select source, division, max(body) as body from facts.delivery_term group by source, division) t
  on t.source = r.source and t.division = r.division
where r.state <> 'noted' and (r.due_on >= :period_start or r.state = 'open') and (r.answered_on is not null or r.due_on < :on)
group by coalesce(t.body, 0), r.division

-- evidence: 逾期答复和未答复的退回数据
select r.reply as id, 'reply' as kind, coalesce(t.body, 0) as body, r.division, r.rule as label,
  case when r.answered_on is null then '到期未答复' else '答复超过时限' end as why
from facts.reply r
left join (select source, division, max(body) as body from facts.delivery_term group by source, division) t
  on t.source = r.source and t.division = r.division
where r.state <> 'noted' and (r.due_on >= :period_start or r.state = 'open')
  and (r.answered_on > r.due_on or r.answered_on is null and r.due_on < :on)
