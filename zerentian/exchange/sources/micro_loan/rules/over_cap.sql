-- id: micro_loan.over_cap
-- title: 一户扶贫贷款余额超过上限
-- title_en: A household's micro-loans are over the cap
-- kind: doubt
-- standard: 银监发〔2017〕42号·单户 5 万元以下
-- severity: strict
-- definition: 在册户全部成员未结清的扶贫小额信贷金额合计超过单户上限
-- definition_en: The open micro-loans of all members of a registered household add up to more than the cap
-- article: 7
-- checked_by: township
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: most=micro_loan.amount_most
-- shows: loans=未结清笔数|Open loans, amount=金额合计（元）|Amount (yuan)
-- ask: 每一笔是谁借的、用在哪里？|Who borrowed each and what for?；是否有人借用贫困户名义贷款？|Does somebody borrow in the household's name?
select m.household, cast(null as bigint) as person, m.division, cast(null as bigint) as row, m.loans, m.amount
from (
  select household, division, count(*) as loans, sum(amount) as amount
  from matched.micro_loan where state <> '结清' and balance > 0 group by household, division
) m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.amount > :most
