-- id: school_roll.left_school
-- title: 已毕业离校，档案仍登记在校
-- title_en: Has left school, still a student in the register
-- kind: record
-- severity: check
-- definition: 本人高中以上某一学段的学籍为毕业、转出或辍学，没有在读或休学的学籍，而档案仍登记在同一学段在校
-- definition_en: The person has left a stage of senior secondary school or above and is at no school, and the register still has him in that stage
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: stage=学籍学段|Stage on the roll, state=学籍状态|State, state_since=状态起始|State since
-- ask: 离校后是升学、就业还是待业？|After leaving is it further study or work or neither?；劳动技能、务工情况是否应补登？|Should labour and work be entered?
select m.household, m.person, m.division, m.row, m.stage, m.state, m.state_since
from matched.school_roll m
join facts.person p on p.person = m.person
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state in ('毕业', '转出', '辍学')
  and (m.stage = '普通高中' and p.school like 'senior%' or m.stage = '中职' and p.school like 'vocational%'
    or m.stage = '高职高专' and p.school like 'higher_vocational%' or m.stage = '本科' and p.school like 'undergraduate%'
    or m.stage = '研究生' and p.school = 'postgraduate')
  and not exists (select 1 from matched.school_roll n where n.person = m.person and n.state in ('在读', '休学'))
