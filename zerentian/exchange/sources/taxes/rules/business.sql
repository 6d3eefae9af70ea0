-- id: taxes.business
-- title: 家庭成员的经营所得达到标准
-- title_en: A member is taxed on considerable business income
-- kind: doubt
-- standard: 七清四严·清3
-- severity: clear
-- definition: 在册贫困户成员有规定年度以内申报的个人经营所得，全年达到标准
-- definition_en: A member of a registered household has business income taxed within the given years, of at least the given amount a year
-- article: 7
-- procedure: household.removal
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: least=taxes.business_least, back=taxes.years_back
-- shows: year=所属年度|Year, kind=类别|Kind, paid_on=入库日期|Paid on
-- ask: 经营什么，是否雇人、长期承包？|What is the business and does it employ people or hold contracts?；收入是否计入家庭收入？|Is it in the household's income?
select m.household, m.person, m.division, m.row, m.year, m.kind, m.paid_on
from matched.taxes m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.kind in ('经营所得') and m.amount >= :least
  and m.state <> '已作废' and m.year >= year(:on) - :back
