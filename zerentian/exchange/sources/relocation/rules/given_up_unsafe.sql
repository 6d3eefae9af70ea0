-- id: relocation.given_up_unsafe
-- title: 放弃搬迁，住房不安全
-- title_en: Gave up moving, the house is unsafe
-- kind: gap
-- standard: 住房安全有保障
-- severity: clear
-- definition: 搬迁名单中登记放弃搬迁，而档案住房等级为 C 级或 D 级且没有登记改造完成
-- definition_en: The list has the household as having given up, and the register has its house as grade C or D and not repaired
-- article: 7
-- checked_by: village
-- owner: reform
-- version: 1
-- from: 2016-01-01
-- shows: planned_year=计划年度|Year of the plan, state=搬迁状态|State, grade=档案住房等级|Grade in the register
-- ask: 放弃搬迁有没有本人签字，原因是什么？|Was giving up signed and why?；放弃后是否列入危房改造？|Was the house listed for repair instead?
select m.household, m.person, m.division, m.row, m.planned_year, m.state, upper(h.house_grade) as grade
from matched.relocation m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '放弃搬迁' and h.house_grade in ('c', 'd') and h.house_repaired_on is null
