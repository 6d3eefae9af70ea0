-- id: micro_loan.no_subsidy
-- title: 扶贫贷款贴息没有到位
-- title_en: The interest subsidy is missing
-- kind: gap
-- standard: 扶贫小额信贷财政贴息
-- severity: strict
-- definition: 享受政策的在册户成员的扶贫小额信贷已有应付利息，累计财政贴息低于应贴比例；逾期和改变用途的不贴息，不提示
-- definition_en: Interest is due on a micro-loan of a member of a registered household with policies, and less than the share was subsidised; overdue loans and those used otherwise get none and aren't asked about
-- article: 7
-- checked_by: village
-- owner: finance
-- version: 1
-- from: 2016-01-01
-- parameters: share=micro_loan.subsidy_share
-- shows: bank=贷款银行|Bank, issued_on=发放日期|Paid out on, state=贷款状态|State, subsidy=贴息情况|Subsidy
-- ask: 利息是本人付的还是银行代扣的，后来退了没有？|Who paid the interest and was it given back?；贴息名单在村里公示过没有？|Was the list of subsidies posted in the village?
select m.household, m.person, m.division, m.row, m.bank, m.issued_on, m.state,
  case when coalesce(m.subsidised, 0) = 0 then '没有贴息' else '没有贴足' end as subsidy
from matched.micro_loan m
join facts.household h on h.household = m.household
where h.status in ('poor', 'pre_exit', 'returned', 'exited') and m.state in ('正常', '展期', '续贷', '结清') and m.interest > 0
  and coalesce(m.purpose, '') not in ('户贷企用', '建房购房', '消费')
  and coalesce(m.subsidised, 0) * 100 < m.interest * :share
