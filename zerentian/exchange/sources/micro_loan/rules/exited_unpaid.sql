-- id: micro_loan.exited_unpaid
-- title: 已脱贫，扶贫贷款即将到期未还清
-- title_en: Exited, the micro-loan falls due and is not paid back
-- kind: gap
-- standard: 扶贫小额信贷脱贫不脱政策
-- severity: check
-- definition: 已脱贫户成员的扶贫小额信贷在规定天数内到期且仍有余额
-- definition_en: A micro-loan of a member of a household that has exited falls due within the given days and has a balance
-- article: 7
-- checked_by: village
-- owner: finance
-- version: 1
-- from: 2016-01-01
-- parameters: days=micro_loan.due_days
-- shows: bank=贷款银行|Bank, due_on=到期日期|Due on, amount=贷款金额（元）|Amount (yuan), state=贷款状态|State
-- ask: 到期能不能还上，产业收入够不够？|Can it be paid back in time from what the business earns?；需要续贷或展期的，提前办了没有？|If it has to be extended was that begun?
select m.household, m.person, m.division, m.row, m.bank, m.due_on, m.amount, m.state
from matched.micro_loan m
join facts.household h on h.household = m.household
where h.status in ('exited', 'exited_no_policy') and m.balance > 0 and m.state in ('正常', '展期', '续贷')
  and date_diff('day', :on, m.due_on) between 0 and :days
