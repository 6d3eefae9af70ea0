-- id: farm_machinery.large
-- title: 家庭成员购置大型农机
-- title_en: A member bought a large machine
-- kind: doubt
-- standard: 七清四严·清2
-- severity: clear
-- definition: 在册贫困户成员在规定年数内以补贴购置价格达到标准的农机，且没有退机
-- definition_en: A member of a registered household bought, with subsidy, a machine of at least the given price within the given years and did not return it
-- article: 7
-- procedure: household.removal
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: least=farm_machinery.least_price, years=farm_machinery.years_back
-- shows: machine=机具类别|Kind, price=销售价格（元）|Price (yuan), bought_on=购机日期|Bought on, state=状态|State
-- ask: 农机是自用、合伙还是替合作社、他人申请？|Is it for own use, shared, or applied for on behalf of a cooperative or somebody else?；作业收入多少，是否计入家庭收入？|What does it earn and is that in the household's income?；购机款是自筹、贷款还是产业扶持？|Was it paid with own money, a loan or support?
select m.household, m.person, m.division, m.row, m.machine, m.price, m.bought_on, m.state
from matched.farm_machinery m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state in ('已受理', '已兑付') and m.price >= :least and m.bought_on <= :on
  and date_diff('day', m.bought_on, :on) <= :years * 365.2425
