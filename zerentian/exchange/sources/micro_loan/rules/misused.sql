-- id: micro_loan.misused
-- title: 扶贫贷款用于建房或消费
-- title_en: A micro-loan used for building or consumption
-- kind: doubt
-- standard: 银监发〔2017〕42号·用于发展生产
-- severity: strict
-- definition: 未结清的扶贫小额信贷用途登记为建房购房或消费
-- definition_en: The purpose of an open micro-loan is building or buying a house, or consumption
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: bank=贷款银行|Bank, issued_on=发放日期|Paid out on, amount=贷款金额（元）|Amount (yuan), purpose=贷款用途|Purpose
-- ask: 钱实际用在哪里，有没有凭据？|What was the money really used for and is there a proof?；能否转为发展产业，或提前归还？|Can it still go into a business or be paid back early?
select m.household, m.person, m.division, m.row, m.bank, m.issued_on, m.amount, m.purpose
from matched.micro_loan m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.purpose in ('建房购房', '消费') and m.state <> '结清' and m.balance > 0
