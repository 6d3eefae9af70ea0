-- id: disability.kind_grade
-- title: 残疾类别或等级与残联不一致
-- title_en: Kind or grade of disability disagrees
-- kind: record
-- severity: check
-- definition: 本人持有效残疾人证，档案登记了残疾类别或等级，而与证上的类别或等级不同
-- definition_en: The person holds a valid card, and the register has another kind or grade than the card
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: kind=证上类别|Kind on the card, grade=证上等级|Grade on the card, registered_kind=档案类别|Kind in the register, registered_grade=档案等级|Grade in the register
-- compares: kind=person.disability_kind, grade=person.disability_grade
-- alike: 视力=visual, 听力=hearing, 言语=speech, 肢体=physical, 智力=intellectual, 精神=mental, 多重=multiple, 1=grade_1, 2=grade_2, 3=grade_3, 4=grade_4
-- ask: 残疾人证是否换发过，以哪一本为准？|Was the card reissued and which one holds?
select m.household, m.person, m.division, m.row, m.kind, m.grade, r.kind as registered_kind, r.grade as registered_grade
from matched.disability m
join (
  select p.person,
    case p.disability_kind when 'visual' then '视力' when 'hearing' then '听力' when 'speech' then '言语' when 'physical' then '肢体'
      when 'intellectual' then '智力' when 'mental' then '精神' when 'multiple' then '多重' end as kind,
    case p.disability_grade when 'grade_1' then 1 when 'grade_2' then 2 when 'grade_3' then 3 when 'grade_4' then 4 end as grade
  from facts.person p
) r on r.person = m.person
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '有效' and (r.kind <> m.kind or r.grade <> m.grade)
  and not exists (
    select 1 from matched.disability n
    where n.person = m.person and n.state = '有效' and (n.issued_on > m.issued_on or n.kind = r.kind and n.grade = r.grade))
