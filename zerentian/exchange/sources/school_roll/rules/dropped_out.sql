-- id: school_roll.dropped_out
-- title: 义务教育年龄的孩子辍学
-- title_en: A child of compulsory school age dropped out
-- kind: gap
-- standard: 义务教育有保障
-- severity: clear
-- definition: 在册户成员在义务教育年龄内，学籍状态为辍学或疑似辍学，此外没有在读的学籍
-- definition_en: A member of a registered household of compulsory school age is marked as dropped out or suspected so, with no other current place at a school
-- article: 7
-- checked_by: village
-- owner: education
-- version: 1
-- from: 2016-01-01
-- parameters: least=school_roll.compulsory_from, most=school_roll.compulsory_to
-- shows: school=学校|School, stage=学段|Stage, state=学籍状态|State, state_since=状态起始|State since
-- ask: 孩子现在在哪里，是否已劝返复学？|Where is the child now and has it come back to school?；不上学的原因是什么（厌学、务工、身体、路远）？|Why is it not at school?；因身体原因不能到校的，有没有送教上门？|If it can't come is it taught at home?
select m.household, m.person, m.division, m.row, m.school, m.stage, m.state, m.state_since
from matched.school_roll m
join facts.person p on p.person = m.person
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state in ('辍学', '疑似辍学')
  and date_diff('day', p.birth_on, :on) >= :least * 365.2425 and date_diff('day', p.birth_on, :on) < :most * 365.2425
  and not exists (select 1 from matched.school_roll n where n.person = m.person and n.state in ('在读', '休学'))
