-- id: medical_settlement.insured_unregistered
-- title: 医保已报销，档案登记未参保
-- title_en: Insurance paid, not insured in the register
-- kind: record
-- severity: check
-- definition: 本人最近两个年度有基本医保支付的结算，而档案登记没有参加基本医保
-- definition_en: Basic insurance paid for the person in this year or the last, and the register has him as not insured
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: year=年度|Year, delivered=医保结算|Settlements, registered=档案|Register
-- ask: 参加的是城乡居民医保还是职工医保？|Is it residents' or employees' insurance?
select distinct m.household, m.person, m.division, cast(null as bigint) as row, extract(year from m.settled_on) as year,
  '基本医保已支付' as delivered, '登记未参保' as registered
from matched.medical_settlement m
join facts.person p on p.person = m.person
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and coalesce(m.basic, 0) > 0 and not p.insured_medical
  and extract(year from m.settled_on) >= extract(year from :on) - 1
