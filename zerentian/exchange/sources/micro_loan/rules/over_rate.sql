-- id: micro_loan.over_rate
-- title: 扶贫贷款利率高于标准
-- title_en: The rate of a micro-loan is over the limit
-- kind: gap
-- standard: 银监发〔2017〕42号·基准利率
-- severity: check
-- definition: 一笔未结清的扶贫小额信贷年利率高于比对日执行的上限
-- definition_en: The rate of an open micro-loan is higher than the limit on the day of the match
-- article: 7
-- checked_by: township
-- owner: finance
-- version: 1
-- from: 2016-01-01
-- parameters: most=micro_loan.rate_most
-- shows: bank=贷款银行|Bank, issued_on=发放日期|Paid out on, rate=年利率（%）|Rate a year (%)
-- ask: 合同利率是多少，有没有加收其他费用？|Which rate does the contract name and are there other charges?
select m.household, m.person, m.division, m.row, m.bank, m.issued_on, m.rate
from matched.micro_loan m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state <> '结清' and m.balance > 0 and m.rate > :most
