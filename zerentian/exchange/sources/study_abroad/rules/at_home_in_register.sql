-- id: study_abroad.at_home_in_register
-- title: 正在国外留学，档案登记非在校生
-- title_en: Studies abroad, not a student in the register
-- kind: record
-- severity: check
-- definition: 本人正在国（境）外留学，而档案在校生状况登记为非在校生、失学或没有登记
-- definition_en: The person studies abroad now, and the register has him as not a student, out of school or not at all
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: country=留学国家或地区|Country or region, stage=学习阶段|Stage, funding=经费来源|Funding, departed_on=出国日期|Departed on
-- ask: 本人现在在哪里、做什么？|Where is the person now and doing what?；在校生状况和致贫原因是否应更正？|Should school status and cause of poverty be corrected?
select m.household, m.person, m.division, m.row, m.country, m.stage, m.funding, m.departed_on
from matched.study_abroad m
join facts.person p on p.person = m.person
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.departed_on <= :on and m.returned_on is null
  and (p.school is null or p.school in ('', 'not_student', 'dropped_out'))
