-- id: micro_loan.not_eligible
-- title: 不在册时领取扶贫贷款
-- title_en: A poverty loan to somebody not in the register at the time
-- kind: doubt
-- standard: 银监发〔2017〕42号·防止非贫困户搭便车
-- severity: clear
-- definition: 贷款发放时借款人的户还没有识别，或已经清退、注销；从未进入过档案的借款人对不上任何户，不产生线索，由部门按比对记录另行清理
-- definition_en: When the loan was paid out the borrower's household was not yet identified, or already removed or closed; borrowers who were never in the register belong to no household and give no clue, the department clears them from the match record
-- article: 7
-- checked_by: township
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: bank=贷款银行|Bank, issued_on=发放日期|Paid out on, amount=贷款金额（元）|Amount (yuan), identified_on=识别日期|Identified on, removed_on=清退或注销日期|Removed or closed on
-- ask: 贷款时凭什么材料认定为贫困户？|By which papers was the household taken for poor?；贴息是否已经发放，是否应收回？|Was interest subsidised and has it to be paid back?
select m.household, m.person, m.division, m.row, m.bank, m.issued_on, m.amount, h.identified_on, h.removed_on
from matched.micro_loan m
join facts.household h on h.household = m.household
where h.identified_on > m.issued_on or h.status in ('removed', 'closed') and h.removed_on < m.issued_on
