-- id: micro_loan.for_firm
-- title: 扶贫贷款户贷企用
-- title_en: Borrowed by a household, used by a firm
-- kind: doubt
-- standard: 银监发〔2017〕42号·禁止户贷企用
-- severity: clear
-- definition: 规定施行后发放的未结清贷款，用途登记为户贷企用
-- definition_en: An open loan, paid out since the rule, whose purpose is that a firm uses it
-- article: 7
-- checked_by: township
-- owner: poverty_office
-- version: 1
-- from: 2017-07-25
-- shows: bank=贷款银行|Bank, issued_on=发放日期|Paid out on, amount=贷款金额（元）|Amount (yuan), purpose=贷款用途|Purpose
-- ask: 钱给了哪家企业，签的什么协议、有没有分红？|Which firm got the money and by which agreement and with what gain?；本人是否知道要由自己还款？|Does the borrower know that he has to pay it back?
select m.household, m.person, m.division, m.row, m.bank, m.issued_on, m.amount, m.purpose
from matched.micro_loan m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.purpose = '户贷企用' and m.issued_on >= date '2017-07-25'
  and m.state <> '结清' and m.balance > 0
