-- id: micro_loan.over_term
-- title: 扶贫贷款期限超过上限
-- title_en: The term of a micro-loan is over the limit
-- kind: doubt
-- standard: 银监发〔2017〕42号·期限 3 年以内
-- severity: check
-- definition: 一笔未结清的扶贫小额信贷从发放到到期超过期限上限，且不是展期或续贷
-- definition_en: From payment to due date an open micro-loan is longer than the limit, and it is not extended or renewed
-- article: 7
-- checked_by: township
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: most=micro_loan.term_most
-- shows: bank=贷款银行|Bank, issued_on=发放日期|Paid out on, due_on=到期日期|Due on
-- ask: 合同上的期限是多少，台账有没有录错？|Which term does the contract name and is the ledger right?
select m.household, m.person, m.division, m.row, m.bank, m.issued_on, m.due_on
from matched.micro_loan m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state in ('正常', '逾期')
  and date_diff('day', m.issued_on, m.due_on) > :most * 366
