-- id: relocation.unregistered
-- title: 已搬迁入住，档案没有登记搬迁户
-- title_en: Moved in, not a relocated household in the register
-- kind: record
-- severity: check
-- definition: 搬迁名单中已入住，而档案没有登记为易地搬迁户
-- definition_en: The list has the household as moved in, and the register doesn't have it as relocated
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: planned_year=计划年度|Year of the plan, site=安置点|Site, moved_on=入住日期|Moved in on, registered=档案|Register
-- ask: 现在住在安置点还是老屋？|Do they live at the site or in the old house?；住房面积、等级、饮水等是否已按新房更新？|Were area and grade and water updated for the new dwelling?
select m.household, m.person, m.division, m.row, m.planned_year, m.site, m.moved_on, '未登记搬迁' as registered
from matched.relocation m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '已入住' and not coalesce(h.is_relocated, false)
