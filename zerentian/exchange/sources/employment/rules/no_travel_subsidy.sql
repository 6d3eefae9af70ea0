-- id: employment.no_travel_subsidy
-- title: 跨省务工没有交通补贴
-- title_en: Works in another province, no travel subsidy
-- kind: gap
-- standard: 外出务工一次性交通补贴
-- severity: check
-- definition: 在册户成员登记在省外务工，已满规定天数且仍在务工，交通补贴为零或没有填
-- definition_en: A member of a registered household has worked in another province for the given days and still does, and the travel subsidy is zero or missing
-- article: 7
-- checked_by: village
-- owner: human_resources
-- version: 1
-- from: 2016-01-01
-- parameters: days=employment.travel_days
-- shows: kind=登记类别|Kind, place=就业地点|Place of work, since=起始日期|Since
-- ask: 是否知道可以申领交通补贴？|Is it known that a subsidy can be applied for?；车票或务工证明有没有交给村里？|Were tickets or a proof of work handed in?；补贴打到了哪个账户？|To which account was it paid?
select m.household, m.person, m.division, m.row, m.kind, m.place, m.since
from matched.employment m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.kind = '外出务工' and m.place = '省外' and coalesce(m.travel_subsidy, 0) = 0
  and (m.until is null or m.until > :on) and date_diff('day', m.since, :on) >= :days
