-- id: real_estate.shop
-- title: 家庭成员名下有商铺、办公或工业用房
-- title_en: A member holds a shop, office or workshop
-- kind: doubt
-- standard: 七清四严·清1
-- severity: clear
-- definition: 在册贫困户成员是商业、办公或工业用房的现权利人，继承取得的除外
-- definition_en: A member of a registered household now holds a shop, office or industrial building, not inherited
-- article: 7
-- procedure: household.removal
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: usage=用途|Use, place=坐落|Location, acquired=取得方式|How acquired, floor_area=建筑面积（平方米）|Floor area (m2), registered_on=登记日期|Registered on
-- ask: 自己经营还是出租，一年收入多少？|Is it used or let and what does it bring a year?；购买的钱从哪里来？|With what money was it bought?
select m.household, m.person, m.division, m.row, m.usage, m.place, m.acquired, m.floor_area, m.registered_on
from matched.real_estate m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '现势' and m.usage in ('商业', '办公', '工业') and m.acquired <> '继承'
