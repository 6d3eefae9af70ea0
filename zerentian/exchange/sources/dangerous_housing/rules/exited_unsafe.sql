-- id: dangerous_housing.exited_unsafe
-- title: 已脱贫户的住房仍是危房
-- title_en: Exited, and the house is unsafe by the ledger
-- kind: doubt
-- standard: 脱贫标准·住房安全
-- severity: clear
-- definition: 已脱贫户在台账中最近一次鉴定为 C 级或 D 级，且没有竣工；确认属实的，是否返贫由程序认定
-- definition_en: A household that has exited has grade C or D by its latest assessment in the ledger, not finished; if true, the procedure decides whether it returned to poverty
-- article: 7
-- procedure: household.return
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: grade=鉴定等级|Grade, assessed_on=鉴定日期|Assessed on, state=改造状态|State, exited_on=脱贫日期|Exited on, registered=档案住房等级|Grade in the register
-- ask: 现在住的是不是台账上的这所房子？|Is the house of the ledger the one lived in?；脱贫验收时住房是怎么认定的？|How was the house judged at the exit?；搬迁或改造后台账是否没有销号？|Was it repaired or left and only the ledger is late?
select m.household, m.person, m.division, m.row, m.grade, m.assessed_on, m.state, h.exited_on,
  coalesce(upper(h.house_grade), '未登记') as registered
from matched.dangerous_housing m
join facts.household h on h.household = m.household
where h.status in ('exited', 'exited_no_policy') and m.grade in ('C', 'D') and m.state <> '已竣工'
  and not coalesce(h.is_relocated, false)
  and not exists (
    select 1 from matched.dangerous_housing n where n.household = m.household and n.assessed_on > m.assessed_on)
