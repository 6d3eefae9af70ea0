-- id: micro_loan.age
-- title: 借款人年龄不符合条件
-- title_en: The borrower's age doesn't fit
-- kind: doubt
-- standard: 扶贫小额信贷借款人条件
-- severity: check
-- definition: 贷款发放时借款人年龄低于下限或高于上限，可能是他人冒用名义
-- definition_en: When the loan was paid out the borrower was younger or older than the limits; somebody else may have used the name
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: least=micro_loan.age_least, most=micro_loan.age_most
-- shows: bank=贷款银行|Bank, issued_on=发放日期|Paid out on, amount=贷款金额（元）|Amount (yuan), age=放款时周岁|Age at the time
-- ask: 贷款是不是本人去办的、本人签的字？|Did the person go to the bank and sign?；钱由谁使用、谁还款？|Who uses the money and who pays it back?
select m.household, m.person, m.division, m.row, m.bank, m.issued_on, m.amount,
  cast(floor(date_diff('day', p.birth_on, m.issued_on) / 365.2425) as bigint) as age
from matched.micro_loan m
join facts.person p on p.person = m.person
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state <> '结清'
  and (date_diff('day', p.birth_on, m.issued_on) < :least * 365.2425
    or date_diff('day', p.birth_on, m.issued_on) >= (:most + 1) * 365.2425)
