-- id: disability.unregistered
-- title: 有残疾人证，档案没有登记残疾
-- title_en: Holds a card, not disabled in the register
-- kind: record
-- severity: check
-- definition: 本人持有效残疾人证，而档案没有登记残疾类别，健康状况也不是残疾
-- definition_en: The person holds a valid card, and the register has neither a kind of disability nor disabled health
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: kind=残疾类别|Kind, grade=残疾等级|Grade, issued_on=发证日期|Issued on
-- compares: kind=person.disability_kind, grade=person.disability_grade
-- alike: 视力=visual, 听力=hearing, 言语=speech, 肢体=physical, 智力=intellectual, 精神=mental, 多重=multiple, 1=grade_1, 2=grade_2, 3=grade_3, 4=grade_4
-- ask: 残疾人证原件是否看到、是否本人？|Was the card seen and is it this person's?；是否应更正档案的健康状况、残疾类别和等级？|Should health and kind and grade of the disability be corrected?
select m.household, m.person, m.division, m.row, m.kind, m.grade, m.issued_on
from matched.disability m
join facts.person p on p.person = m.person
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '有效' and coalesce(p.disability_kind, '') = ''
  and (p.health is null or p.health not like '%disabled%')
