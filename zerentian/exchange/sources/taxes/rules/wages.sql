-- id: taxes.wages
-- title: 家庭成员的计税工资达到标准
-- title_en: A member is taxed on considerable wages
-- kind: doubt
-- standard: 七清四严·严2
-- severity: strict
-- definition: 在册贫困户成员有规定年度以内申报的工资薪金或劳务报酬，全年计税收入达到标准
-- definition_en: A member of a registered household has wages or fees taxed within the given years, of at least the given amount a year
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: least=taxes.wage_least, back=taxes.years_back
-- shows: year=所属年度|Year, kind=类别|Kind, paid_on=入库日期|Paid on
-- ask: 在哪里务工，收入是否计入家庭收入？|Where does the person work and is it in the household's income?；是正式职工还是季节工？|Is the person regular staff or seasonal?
select m.household, m.person, m.division, m.row, m.year, m.kind, m.paid_on
from matched.taxes m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.kind in ('工资薪金', '劳务报酬') and m.amount >= :least
  and m.state <> '已作废' and m.year >= year(:on) - :back
