-- id: farm_machinery.many
-- title: 一户多次购置补贴农机
-- title_en: A household bought several subsidised machines
-- kind: doubt
-- standard: 七清四严·清2
-- severity: strict
-- definition: 在册贫困户在规定年数内以补贴购置的农机合计价格达到标准的两倍，单台都低于标准
-- definition_en: The machines that a registered household bought with subsidy within the given years come to twice the given price, each below it
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: least=farm_machinery.least_price, years=farm_machinery.years_back
-- shows: machines=台数|Machines, total=合计价格（元）|Total price (yuan)
-- ask: 这些机具现在还在不在，由谁使用？|Are the machines still there and who uses them?；是否被他人借用身份套取补贴？|Did somebody else use the name to draw the subsidy?
select m.household, cast(null as bigint) as person, min(m.division) as division, max(m.row) as row,
  count(*) as machines, sum(m.price) as total
from matched.farm_machinery m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state in ('已受理', '已兑付') and m.bought_on <= :on
  and date_diff('day', m.bought_on, :on) <= :years * 365.2425
group by m.household
having max(m.price) < :least and sum(m.price) >= 2 * :least
