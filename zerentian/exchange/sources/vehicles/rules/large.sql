-- id: vehicles.large
-- title: 家庭成员名下有大型农用车、货车或客车
-- title_en: A member owns a large vehicle
-- kind: doubt
-- standard: 七清四严·清2
-- severity: clear
-- definition: 在册贫困户成员是状态正常、购置价达到标准的货车、大型客车、拖拉机的登记所有人
-- definition_en: A member of a registered household is the registered owner of a lorry, bus or tractor in use of at least a given price
-- article: 7
-- procedure: household.removal
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: least=vehicles.large_least_price
-- shows: kind=车辆类型|Kind, usage=使用性质|Use, registered_on=初次登记|First registered on, price=购置价（元）|Price (yuan), state=状态|State
-- ask: 车辆由谁出资、谁经营？|Who paid for it and who runs it?；每年经营净收入多少，是否已计入家庭收入？|What does it earn a year, and is that in the household's income?
select m.household, m.person, m.division, m.row, m.kind, m.usage, m.registered_on, m.price, m.state
from matched.vehicles m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '正常'
  and m.kind in ('轻型货车', '重型货车', '大型客车', '拖拉机') and m.price >= :least
