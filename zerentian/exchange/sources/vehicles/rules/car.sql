-- id: vehicles.car
-- title: 家庭成员名下有小轿车
-- title_en: A member owns a car
-- kind: doubt
-- standard: 七清四严·清2
-- severity: clear
-- definition: 在册贫困户成员是状态正常的小型轿车、小型普通客车的登记所有人
-- definition_en: A member of a registered household is the registered owner of a car in use
-- article: 7
-- procedure: household.removal
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: least=vehicles.car_least_price
-- shows: kind=车辆类型|Kind, usage=使用性质|Use, registered_on=初次登记|First registered on, price=购置价（元）|Price (yuan), state=状态|State
-- ask: 车辆是本人购买并使用，还是替他人登记？|Was it bought and is it used by the person, or registered for somebody else?；什么时候买的，钱从哪里来？|When was it bought, and with what money?；车辆现在是否还在？|Is it still there?
select m.household, m.person, m.division, m.row, m.kind, m.usage, m.registered_on, m.price, m.state
from matched.vehicles m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '正常' and m.kind in ('小型轿车', '小型普通客车')
  and coalesce(m.price, 0) >= :least
