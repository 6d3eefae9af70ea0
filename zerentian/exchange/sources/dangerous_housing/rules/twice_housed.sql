-- id: dangerous_housing.twice_housed
-- title: 既享受危房改造又享受易地搬迁
-- title_en: Repair subsidised and relocated as well
-- kind: doubt
-- standard: 危房改造与易地搬迁不重复享受
-- severity: strict
-- definition: 同一户在危改台账中已竣工并领取补助，在易地搬迁名单中也已入住
-- definition_en: The same household has a finished and subsidised repair in the ledger and has moved in by the relocation list
-- article: 7
-- checked_by: township
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: repair=改造方式|Kind of repair, finished_on=竣工日期|Finished on, subsidy=已发补助（元）|Subsidy paid (yuan), moved_on=搬迁入住|Moved in on
-- ask: 两处房子现在各由谁住？|Who lives in which of the two houses?；先危改后搬迁的，旧房是否已拆除复垦？|If repaired first was the old house pulled down?
select m.household, m.person, m.division, m.row, m.repair, m.finished_on, m.subsidy, r.moved_on
from matched.dangerous_housing m
join matched.relocation r on r.household = m.household and r.state = '已入住'
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '已竣工' and m.subsidy > 0
