-- id: hukou.twice
-- title: 同一人有两条正常户口
-- title_en: Two registrations in force for one person
-- kind: record
-- severity: strict
-- definition: 在册户成员在户籍登记中有两条以上状态正常的记录
-- definition_en: The registration has two or more records in force for a member of a registered household
-- article: 7
-- checked_by: township
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: records=正常记录数|Records in force, first_entered_on=最早登入|First entered on, last_entered_on=最近登入|Last entered on
-- ask: 两处户口各在哪里，应保留哪一处？|Where are the two and which one stays?；是否在两处都享受了政策？|Were benefits drawn at both?
select m.household, m.person, m.division, max(m.row) as row, count(*) as records, min(m.entered_on) as first_entered_on,
  max(m.entered_on) as last_entered_on
from matched.hukou m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '正常'
group by m.household, m.person, m.division
having count(*) >= 2
