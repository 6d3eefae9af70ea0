-- id: low_income.stopped
-- title: 尚未脱贫，保障近期被停
-- title_en: Still poor, support stopped lately
-- kind: gap
-- severity: check
-- definition: 未脱贫户成员的低保或特困供养在规定天数内被停发，此后没有在享记录
-- definition_en: The support of a member of a household still poor was stopped within the given days, with no current record since
-- article: 7
-- checked_by: village
-- owner: civil_affairs
-- version: 1
-- from: 2016-01-01
-- parameters: days=low_income.stopped_days
-- shows: kind=保障类别|Kind, stopped_on=停发日期|Stopped on
-- ask: 停发的原因告诉本人了吗，是否认可？|Was the person told why and does he agree?；停发后家庭收入怎样变化？|How did the household's income change since?
select m.household, m.person, m.division, m.row, m.kind, m.stopped_on
from matched.low_income m
join facts.household h on h.household = m.household
where h.status in ('poor', 'pre_exit', 'returned') and m.state = '停发'
  and m.stopped_on <= :on and date_diff('day', m.stopped_on, :on) <= :days
  and not exists (select 1 from matched.low_income n where n.person = m.person and n.state = '在享')
