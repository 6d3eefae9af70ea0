-- id: real_estate.several
-- title: 一户名下有多套住房
-- title_en: A household holds several dwellings
-- kind: doubt
-- standard: 七清四严·清1
-- severity: strict
-- definition: 在册贫困户全家名下现有住宅（不含宅基地、易地扶贫搬迁安置房）达到规定套数，不论取得方式
-- definition_en: All members together hold at least the given number of dwellings, however acquired; homesteads and relocation dwellings not counted
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: count=real_estate.several
-- shows: dwellings=住宅套数|Dwellings, total_area=合计面积（平方米）|Total area (m2)
-- ask: 各套房分别是谁的、怎样取得的？|Whose is each and how was it acquired?；常住哪一套，其余怎样使用？|In which do they live and how are the others used?
select m.household, cast(null as bigint) as person, min(m.division) as division, max(m.row) as row,
  count(*) as dwellings, sum(m.floor_area) as total_area
from matched.real_estate m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '现势' and m.usage = '住宅' and m.acquired <> '易地扶贫搬迁安置'
group by m.household
having count(*) >= :count
