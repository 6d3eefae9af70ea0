-- id: social_insurance.employee_pension
-- title: 家庭成员领取职工养老金
-- title_en: A member draws an employee pension
-- kind: doubt
-- standard: 七清四严·严2
-- severity: strict
-- definition: 在册贫困户成员领取城镇职工基本养老金，月额达到标准
-- definition_en: A member of a registered household draws an employee pension of at least the given amount a month
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: least=social_insurance.pension_least
-- shows: scheme=险种|Scheme, employer=用人单位|Employer, employer_kind=单位类型|Kind of employer, since=起始日期|Since
-- ask: 养老金是否计入家庭收入？|Is the pension in the household's income?；是否与子女同户、由谁赡养？|Does the person live with children and who supports whom?
select m.household, m.person, m.division, m.row, m.scheme, m.employer, m.employer_kind, m.since
from matched.social_insurance m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.scheme = '城镇职工基本养老保险' and m.state = '待遇领取' and m.benefit >= :least
