-- id: school_roll.no_rain_dew
-- title: 贫困家庭职校学生没有享受雨露计划
-- title_en: A vocational student of a poor household without the Rain and Dew scheme
-- kind: gap
-- standard: 雨露计划职业教育补助
-- severity: check
-- definition: 享受政策的在册户成员在读中职或高职高专，而本学年没有享受雨露计划
-- definition_en: A member of a registered household with policies is at a vocational school or college and not in the Rain and Dew scheme this school year
-- article: 7
-- checked_by: village
-- owner: education
-- version: 1
-- from: 2016-01-01
-- shows: school=学校|School, stage=学段|Stage, grade=年级|Year
-- ask: 是否申请过雨露计划，学籍证明交了没有？|Was the scheme applied for and the proof of enrolment handed in?；是否为全日制学历教育？|Is it a full-time course with a degree?
select m.household, m.person, m.division, m.row, m.school, m.stage, m.grade
from matched.school_roll m
join facts.household h on h.household = m.household
where h.status in ('poor', 'pre_exit', 'returned', 'exited') and m.state = '在读' and m.stage in ('中职', '高职高专')
  and not coalesce(m.rain_dew, false)
