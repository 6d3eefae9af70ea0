-- id: low_income.paid_nothing
-- title: 在享低保或特困，保障金为零
-- title_en: A recipient to whom nothing is paid
-- kind: gap
-- severity: strict
-- definition: 民政名单中本人状态为在享，而月保障金为零或没有填
-- definition_en: Civil affairs' list has the person as a recipient, and the monthly amount is zero or missing
-- article: 7
-- checked_by: village
-- owner: civil_affairs
-- version: 1
-- from: 2016-01-01
-- shows: kind=保障类别|Kind, granted_on=开始享受|Granted on, monthly=月保障金（元）|Monthly amount (yuan)
-- ask: 存折上最近一次到账是哪天、多少钱？|When did money last arrive and how much?；是否由别人代领？|Does somebody else receive it?
select m.household, m.person, m.division, m.row, m.kind, m.granted_on, coalesce(m.monthly, 0) as monthly
from matched.low_income m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '在享' and coalesce(m.monthly, 0) = 0
