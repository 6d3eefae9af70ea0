-- id: micro_loan.overdue
-- title: 扶贫贷款逾期未还
-- title_en: A micro-loan is overdue
-- kind: gap
-- standard: 扶贫小额信贷风险防范
-- severity: strict
-- definition: 在册户成员的扶贫小额信贷状态为逾期或代偿，或已过到期日而仍有余额且没有展期、续贷
-- definition_en: A micro-loan of a member of a registered household is overdue or paid by the risk fund, or past its date with a balance and not extended
-- article: 7
-- checked_by: village
-- owner: finance
-- version: 1
-- from: 2016-01-01
-- shows: bank=贷款银行|Bank, issued_on=发放日期|Paid out on, due_on=到期日期|Due on, state=贷款状态|State, purpose=贷款用途|Purpose
-- ask: 没有还上的原因是什么（产业失败、生病、外出）？|Why was it not paid back?；是否符合展期或续贷条件，申请了没有？|Can it be extended and was that asked for?；钱是本人用的还是别人用的？|Was the money used by the borrower or somebody else?
select m.household, m.person, m.division, m.row, m.bank, m.issued_on, m.due_on, m.state, m.purpose
from matched.micro_loan m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed')
  and (m.state in ('逾期', '代偿') or m.state = '正常' and m.due_on < :on and m.balance > 0)
