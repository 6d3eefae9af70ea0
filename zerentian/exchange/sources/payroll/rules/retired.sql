-- id: payroll.retired
-- title: 家庭成员领取财政离退休费
-- title_en: A member draws a pension from the treasury
-- kind: doubt
-- standard: 七清四严·严2
-- severity: strict
-- definition: 在册贫困户成员由财政发放离退休费，月发放额达到标准，且尚未停发
-- definition_en: A member of a registered household draws a pension from the treasury of at least the given amount a month, not ended
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: least=payroll.pension_least
-- shows: unit=发放单位|Paying unit, post=人员类别|Kind, since=起始日期|Since
-- ask: 离退休费是否计入家庭收入？|Is the pension in the household's income?；本人与子女是否分户、由谁赡养？|Does the person live apart and who supports whom?
select m.household, m.person, m.division, m.row, m.unit, m.post, m.since
from matched.payroll m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.post = '离退休' and m.monthly >= :least and (m.until is null or m.until > :on)
