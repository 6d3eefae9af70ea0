-- id: dangerous_housing.no_subsidy
-- title: 改造已竣工，没有拿到补助
-- title_en: Repair finished, no subsidy paid
-- kind: gap
-- standard: 危房改造补助
-- severity: strict
-- definition: 台账显示改造已竣工，超过规定天数而已发补助为零或没有填；统建安置的不提示
-- definition_en: The ledger has the repair as finished, and after the given days the subsidy is zero or missing; houses built by the government are left out
-- article: 7
-- checked_by: village
-- owner: housing
-- version: 1
-- from: 2016-01-01
-- parameters: days=dangerous_housing.subsidy_days
-- shows: repair=改造方式|Kind of repair, finished_on=竣工日期|Finished on, subsidy=已发补助（元）|Subsidy paid (yuan)
-- ask: 补助到账了没有，到的哪个账户？|Did the subsidy arrive and on which account?；验收的是谁、哪一天？|Who accepted the work and when?
select m.household, m.person, m.division, m.row, m.repair, m.finished_on, coalesce(m.subsidy, 0) as subsidy
from matched.dangerous_housing m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '已竣工' and coalesce(m.subsidy, 0) = 0
  and coalesce(m.repair, '') <> '统建安置' and date_diff('day', m.finished_on, :on) > :days
