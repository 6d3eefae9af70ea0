-- id: school_roll.stage
-- title: 在校状况与学籍不一致
-- title_en: School status disagrees with the roll
-- kind: record
-- severity: check
-- definition: 学籍为在读，而档案登记的学段与学籍不同，或登记为非在校生、失学辍学；技师学院各地归类不同，不比对
-- definition_en: The roll has the person at school, and the register has another stage, or not a student or dropped out; technician colleges, classed differently from place to place, are left out
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: stage=学籍学段|Stage on the roll, grade=年级|Year, registered=档案登记|Register
-- compares: stage=person.school_status
-- alike: 学前=preschool_age kindergarten, 小学=primary, 初中=junior_7 junior_8 junior_9, 普通高中=senior_1 senior_2 senior_3, 中职=vocational_1 vocational_2 vocational_3, 高职高专=higher_vocational_1 higher_vocational_2 higher_vocational_3, 本科=undergraduate_1 undergraduate_2 undergraduate_3 undergraduate_4 undergraduate_5, 研究生=postgraduate
-- ask: 现在就读哪个学校、哪个年级？|Which school and year is it now?；在校生状况多久没有更新了？|Since when has the school status not been kept up?
select m.household, m.person, m.division, m.row, m.stage, m.grade, r.registered
from matched.school_roll m
join (
  select p.person,
    case when p.school in ('preschool_age', 'kindergarten') then '学前' when p.school = 'primary' then '小学'
      when p.school in ('junior_7', 'junior_8', 'junior_9') then '初中'
      when p.school in ('senior_1', 'senior_2', 'senior_3') then '普通高中'
      when p.school in ('vocational_1', 'vocational_2', 'vocational_3') then '中职'
      when p.school in ('higher_vocational_1', 'higher_vocational_2', 'higher_vocational_3') then '高职高专'
      when p.school in ('undergraduate_1', 'undergraduate_2', 'undergraduate_3', 'undergraduate_4', 'undergraduate_5') then '本科'
      when p.school = 'postgraduate' then '研究生' when p.school = 'dropped_out' then '失学或辍学'
      when p.school = 'not_student' then '非在校生' end as registered
  from facts.person p
) r on r.person = m.person
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '在读' and r.registered <> m.stage
  and not exists (
    select 1 from matched.school_roll n where n.person = m.person and n.state = '在读' and n.stage = r.registered)
