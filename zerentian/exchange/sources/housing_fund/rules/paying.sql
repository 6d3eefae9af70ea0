-- id: housing_fund.paying
-- title: 家庭成员正在缴存住房公积金
-- title_en: A member pays into the housing fund
-- kind: doubt
-- standard: 七清四严·严2
-- severity: strict
-- definition: 在册贫困户成员的公积金账户状态正常，月缴存额达到标准
-- definition_en: A member of a registered household has an account in use with at least the given monthly deposit
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: least=housing_fund.monthly_least
-- shows: unit=缴存单位|Paying unit, opened_on=开户日期|Opened on, state=账户状态|State, loan=购房贷款|Housing loan
-- ask: 在哪个单位工作，工资多少，是否计入家庭收入？|Where does the person work, for what pay, and is it in the household's income?；是正式职工还是短期用工？|Is the person regular staff or short-term?
select m.household, m.person, m.division, m.row, m.unit, m.opened_on, m.state, m.loan
from matched.housing_fund m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '正常' and m.monthly >= :least
