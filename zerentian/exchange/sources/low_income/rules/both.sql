-- id: low_income.both
-- title: 同一人同时享受低保和特困供养
-- title_en: Allowance and support paid to one person
-- kind: doubt
-- standard: 特困人员不再享受低保
-- severity: strict
-- definition: 同一人在民政名单中既有在享的低保记录，又有在享的特困供养记录
-- definition_en: Civil affairs' list has the same person as a recipient of the allowance and of support
-- article: 7
-- checked_by: township
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: kind=低保类别|Kind of allowance, granted_on=低保开始享受|Allowance since, other_kind=特困类别|Kind of support, other_granted_on=特困开始享受|Support since
-- ask: 两笔钱是否都到账，各到哪个账户？|Do both arrive and on which accounts?；从哪个月起应停发低保？|From which month should the allowance have ended?
select m.household, m.person, m.division, m.row, m.kind, m.granted_on, s.kind as other_kind, s.granted_on as other_granted_on
from matched.low_income m
join matched.low_income s on s.person = m.person and s.state = '在享' and s.kind in ('特困集中供养', '特困分散供养')
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '在享' and m.kind in ('农村低保', '城市低保')
