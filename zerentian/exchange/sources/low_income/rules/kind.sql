-- id: low_income.kind
-- title: 保障类别与民政不一致
-- title_en: Another kind of support than civil affairs says
-- kind: record
-- severity: check
-- definition: 本人在享，但档案登记为低保而民政只有特困供养，或档案登记为特困供养而民政只有低保
-- definition_en: The person is a recipient, but of the allowance in the register and only of support on civil affairs' list, or the other way round
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: kind=民政保障类别|Kind at civil affairs, granted_on=开始享受|Granted on, registered=档案登记|Register
-- compares: kind=person.has_allowance
-- alike: 农村低保=true, 城市低保=true, 特困集中供养=false none, 特困分散供养=false none
-- ask: 证件上写的是哪一类，何时由低保转为特困（或相反）？|Which kind does the certificate name and when was it changed?
select m.household, m.person, m.division, m.row, m.kind, m.granted_on,
  case when p.allowance then '低保' else '特困供养' end as registered
from matched.low_income m
join facts.person p on p.person = m.person
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '在享'
  and (m.kind in ('农村低保', '城市低保') and p.extreme_support and not p.allowance
    or m.kind in ('特困集中供养', '特困分散供养') and p.allowance and not p.extreme_support)
  and not exists (
    select 1 from matched.low_income n where n.person = m.person and n.state = '在享'
      and (n.kind in ('农村低保', '城市低保')) <> (m.kind in ('农村低保', '城市低保')))
