-- id: relocation.too_large
-- title: 安置住房面积超过标准
-- title_en: The new dwelling is over the standard
-- kind: doubt
-- standard: 易地搬迁住房面积红线
-- severity: strict
-- definition: 在册搬迁户的安置住房面积除以搬迁人口，超过人均面积上限
-- definition_en: The area of a registered household's new dwelling, divided by the persons, is over the limit
-- article: 7
-- checked_by: township
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: most=relocation.area_most
-- shows: persons=搬迁人口|Persons, house_area=安置住房面积（平方米）|Area (square metres), settled=安置方式|Kind of settlement, site=安置点|Site
-- ask: 超出的面积是谁出钱建的，有没有借债？|Who paid for the part over the standard and are there debts?；搬迁人口后来有没有增减？|Did the number of persons change since?
select m.household, m.person, m.division, m.row, m.persons, m.house_area, m.settled, m.site
from matched.relocation m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state <> '放弃搬迁' and m.house_area > m.persons * :most
