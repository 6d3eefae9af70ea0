-- id: dangerous_housing.not_begun
-- title: 鉴定为危房，逾期没有改造
-- title_en: Assessed as unsafe, repair not begun in time
-- kind: gap
-- standard: 住房安全有保障
-- severity: strict
-- definition: 台账鉴定等级为 C 级或 D 级，超过规定天数仍未列入或未开工
-- definition_en: The ledger has the house as grade C or D, and after the given days it is not listed or not begun
-- article: 7
-- checked_by: village
-- owner: housing
-- version: 1
-- from: 2016-01-01
-- parameters: days=dangerous_housing.start_days
-- shows: grade=鉴定等级|Grade, assessed_on=鉴定日期|Assessed on, listed_year=计划年度|Year of the plan, state=改造状态|State
-- ask: 人现在住在哪里，房子有没有人住？|Where do they live now and is the house lived in?；没有动工的原因是什么（没有宅基地、缺钱、不愿拆旧）？|Why was it not begun?
select m.household, m.person, m.division, m.row, m.grade, m.assessed_on, m.listed_year, m.state
from matched.dangerous_housing m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.grade in ('C', 'D') and m.state in ('未列入', '未开工')
  and date_diff('day', m.assessed_on, :on) > :days and not coalesce(h.is_relocated, false)
  and not exists (
    select 1 from matched.dangerous_housing n where n.household = m.household and n.assessed_on > m.assessed_on)
