-- id: employment.unemployed
-- title: 登记失业，仍未就业
-- title_en: Registered as unemployed, still without work
-- kind: gap
-- standard: 就业帮扶
-- severity: check
-- definition: 在册户成员失业登记已满规定天数没有结束，此后没有务工、就业或培训记录
-- definition_en: A member of a registered household has been registered as unemployed for the given days, with no record of work or training since
-- article: 7
-- checked_by: village
-- owner: human_resources
-- version: 1
-- from: 2016-01-01
-- parameters: days=employment.unemployed_days
-- shows: kind=登记类别|Kind, place=就业地点|Place of work, since=起始日期|Since
-- ask: 本人能做什么工作、想在哪里就业？|What work can the person do and where?；公益性岗位、扶贫车间、培训是否推荐过？|Was a public-welfare post, a workshop or training offered?
select m.household, m.person, m.division, m.row, m.kind, m.place, m.since
from matched.employment m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.kind = '失业登记' and (m.until is null or m.until > :on) and date_diff('day', m.since, :on) >= :days
  and not exists (
    select 1 from matched.employment n where n.person = m.person and n.kind <> '失业登记' and n.since >= m.since)
