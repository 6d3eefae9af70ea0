-- id: relocation.not_moved
-- title: 列入搬迁名单，逾期没有入住
-- title_en: On the list, not moved in in time
-- kind: gap
-- standard: 易地搬迁搬得出
-- severity: strict
-- definition: 在册户列入易地搬迁计划，过了计划年度后的规定年数仍未入住，也没有放弃搬迁
-- definition_en: A registered household is in the relocation plan, and the given years after the plan's year it has neither moved in nor given up
-- article: 7
-- checked_by: village
-- owner: reform
-- version: 1
-- from: 2016-01-01
-- parameters: years=relocation.late_years
-- shows: planned_year=计划年度|Year of the plan, settled=安置方式|Kind of settlement, site=安置点|Site, state=搬迁状态|State
-- ask: 房子建好了没有，钥匙拿到了没有？|Is the dwelling built and were the keys handed over?；不愿搬的原因是什么（离地远、没有工作、老人不愿离开）？|Why don't they want to move?；旧房住着是否安全？|Is the old house safe to live in?
select m.household, m.person, m.division, m.row, m.planned_year, m.settled, m.site, m.state
from matched.relocation m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state in ('待建', '在建', '已竣工未入住')
  and extract(year from :on) > m.planned_year + :years
