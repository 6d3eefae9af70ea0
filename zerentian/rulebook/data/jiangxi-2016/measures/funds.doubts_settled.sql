-- id: funds.doubts_settled
-- title: 资金疑点按期办结率
-- title_en: Doubts about funds settled
-- unit: percent
-- grain: village
-- definition: 由财政供养、补贴和贷款数据比对出、已审定办结的疑点 ÷ 其中已办结或已到期的；依据已消失的不算
-- definition_en: Settled doubts out of the data on fiscal pay, subsidies and loans ÷ such doubts that are settled this year or past their day; those whose evidence is gone don't count
-- article: 10
-- evidence_en: Doubts about funds past their day
select c.division, sum(case when c.state = 'settled' then 1 else 0 end) as numerator, count(*) as denominator
from facts.clue c
where c.kind = 'doubt' and c.source in ('payroll', 'farm_machinery', 'micro_loan')
  and (c.state = 'settled' and c.settled_on >= :period_start or c.state <> 'settled' and c.due_on < :on and c.gone_on is null)
group by c.division

-- evidence: 到期未办结的资金疑点
select c.clue as id, 'clue' as kind, c.division, c.rule as label, '到期未办结' as why
from facts.clue c
where c.kind = 'doubt' and c.source in ('payroll', 'farm_machinery', 'micro_loan')
  and c.state <> 'settled' and c.due_on < :on and c.gone_on is null
