-- id: social_insurance.work_unregistered
-- title: 单位参保在岗，档案登记没有务工
-- title_en: Insured by an employer, no work in the register
-- kind: record
-- severity: check
-- definition: 在册户成员由用人单位参加工伤保险且在缴费，而档案登记的务工月数为零或没有填
-- definition_en: A member of a registered household is insured against accidents at work by an employer now, and the register has no months of work
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: scheme=险种|Scheme, employer=用人单位|Employer, employer_kind=单位类型|Kind of employer, since=起始日期|Since, work_months=档案务工月数|Months of work in the register
-- ask: 现在哪里务工，从几月开始？|Where does the person work and since when?；档案的务工地点和月数是否应更新？|Should place and months of work be updated?
select m.household, m.person, m.division, m.row, m.scheme, m.employer, m.employer_kind, m.since, coalesce(p.work_months, 0) as work_months
from matched.social_insurance m
join facts.person p on p.person = m.person
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.scheme = '工伤保险' and m.state = '缴费' and m.employer_kind not in ('灵活就业', '居民')
  and coalesce(p.work_months, 0) = 0
