-- id: social_insurance.stable
-- title: 家庭成员在国有或大中型企业稳定就业
-- title_en: A member is stably employed by a state or larger enterprise
-- kind: doubt
-- standard: 七清四严·严2
-- severity: strict
-- definition: 在册贫困户成员由机关事业单位、国有企业或大中型企业参加城镇职工养老保险，连续达到规定月数，缴费基数达到标准
-- definition_en: A member of a registered household is insured as an employee by a public body, state or large or medium enterprise for the given months at the given base or more
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: months=social_insurance.stable_months, base=social_insurance.stable_base
-- shows: scheme=险种|Scheme, employer=用人单位|Employer, employer_kind=单位类型|Kind of employer, since=起始日期|Since
-- ask: 是正式职工还是劳务派遣、季节工？|Is the person regular staff, dispatched or seasonal?；月工资多少，是否计入家庭收入？|What is the pay and is it in the household's income?；就业是否由帮扶措施促成？|Did the job come from a help measure?
select m.household, m.person, m.division, m.row, m.scheme, m.employer, m.employer_kind, m.since
from matched.social_insurance m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.scheme = '城镇职工基本养老保险' and m.state = '缴费'
  and m.employer_kind in ('机关事业', '国有企业', '大中型企业') and m.base >= :base
  and date_diff('day', m.since, :on) >= :months * 30.436875
