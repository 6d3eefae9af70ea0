-- id: housing_fund.loan
-- title: 家庭成员有公积金购房贷款
-- title_en: A member repays a housing loan of the fund
-- kind: doubt
-- standard: 七清四严·清1
-- severity: clear
-- definition: 在册贫困户成员的公积金购房贷款正在偿还
-- definition_en: A member of a registered household repays a housing loan of the provident fund
-- article: 7
-- procedure: household.removal
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: unit=缴存单位|Paying unit, opened_on=开户日期|Opened on, state=账户状态|State, loan=购房贷款|Housing loan
-- ask: 贷款买的房子在哪里，谁住？|Where is the house and who lives there?；首付和月供从哪里来？|Where do down payment and instalments come from?
select m.household, m.person, m.division, m.row, m.unit, m.opened_on, m.state, m.loan
from matched.housing_fund m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.loan = '在还' and m.state <> '销户'
