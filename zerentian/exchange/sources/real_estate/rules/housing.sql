-- id: real_estate.housing
-- title: 家庭成员在城镇购买或自建住房
-- title_en: A member bought or built a dwelling in town
-- kind: doubt
-- standard: 七清四严·清1
-- severity: clear
-- definition: 在册贫困户成员是城区、县城或集镇住宅的现权利人，以购买或自建取得，面积达到标准；拆迁安置、易地扶贫搬迁安置、保障性住房除外
-- definition_en: A member of a registered household now holds a dwelling in a city, county seat or market town, bought or built, of at least the given area; resettlement, relocation and public housing excepted
-- article: 7
-- procedure: household.removal
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: least=real_estate.least_area
-- shows: usage=用途|Use, place=坐落|Location, acquired=取得方式|How acquired, floor_area=建筑面积（平方米）|Floor area (m2), registered_on=登记日期|Registered on
-- ask: 房子什么时候买（建）的，钱从哪里来，有没有贷款？|When was it bought or built and with what money?；现在谁住，是否出租？|Who lives there and is it let?；是否为易地搬迁、危房改造、婚房或代他人登记？|Is it from relocation or repair, for a marriage, or held for somebody else?
select m.household, m.person, m.division, m.row, m.usage, m.place, m.acquired, m.floor_area, m.registered_on
from matched.real_estate m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '现势' and m.usage = '住宅' and m.place in ('城区', '县城', '集镇')
  and m.acquired in ('购买', '自建') and coalesce(m.floor_area, 0) >= :least
