-- id: relocation.old_house
-- title: 搬迁入住后旧房没有拆除
-- title_en: Moved in, the old house still stands
-- kind: doubt
-- standard: 一户一宅、占新腾旧
-- severity: check
-- definition: 搬迁户入住超过规定天数，名单中旧房没有拆除；依法保留的在核实时说明
-- definition_en: The given days after moving in the old house is not pulled down by the list; where it stays by law the visit says so
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: days=relocation.old_house_days
-- shows: site=安置点|Site, moved_on=入住日期|Moved in on, old_house_gone=旧房是否拆除|Old house pulled down
-- ask: 旧房现在谁在住、做什么用？|Who lives in the old house or what is it used for?；属于共墙、文物或传统村落依法保留的吗？|Does it stay because of a shared wall or as heritage?
select m.household, m.person, m.division, m.row, m.site, m.moved_on, coalesce(m.old_house_gone, false) as old_house_gone
from matched.relocation m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '已入住' and date_diff('day', m.moved_on, :on) > :days
  and not coalesce(m.old_house_gone, false)
