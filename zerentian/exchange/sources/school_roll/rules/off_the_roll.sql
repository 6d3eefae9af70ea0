-- id: school_roll.off_the_roll
-- title: 义务教育年龄的孩子没有学籍
-- title_en: A child of compulsory school age is on no roll
-- kind: gap
-- standard: 义务教育有保障
-- severity: strict
-- definition: 在册户成员在义务教育年龄内，而教育部门本地区全量名单中没有本人的任何学籍；本人证件号码无效、名单截止后才增加的，不提示
-- definition_en: A member of a registered household of compulsory school age has no record on the full list of the area; not asked of people whose number is invalid or who joined after the list's end
-- article: 7
-- checked_by: village
-- owner: education
-- version: 1
-- from: 2016-01-01
-- parameters: least=school_roll.compulsory_from, most=school_roll.compulsory_to
-- shows: registered=档案在校状况|Register, delivered=学籍名单|Roll
-- ask: 孩子在哪里上学，外省就读的有没有学籍证明？|Where does the child go to school and is there a proof if elsewhere?；没有上学的，原因是什么？|If it does not why?；因身体原因不能到校的，有没有送教上门？|If it can't come is it taught at home?
select p.household, p.person, p.division, cast(null as bigint) as row,
  case when p.school = 'dropped_out' then '失学或辍学' when coalesce(p.school, '') in ('', 'not_student') then '不在校' else '在校' end as registered,
  '没有学籍' as delivered
from facts.person p
join facts.household h on h.household = p.household
join facts.full_table t on t.source = 'school_roll' and p.division >= t.lo and p.division < t.hi
where h.status not in ('removed', 'closed') and p.left_on is null and p.id_valid
  and date_diff('day', p.birth_on, :on) >= :least * 365.2425 and date_diff('day', p.birth_on, :on) < :most * 365.2425
  and date_diff('day', p.birth_on, t.complete_on) >= :least * 365.2425
  and (p.joined_on is null or p.joined_on <= t.complete_on)
  and not exists (select 1 from matched.school_roll m where m.person = p.person)
