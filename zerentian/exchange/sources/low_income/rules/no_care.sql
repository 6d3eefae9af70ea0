-- id: low_income.no_care
-- title: 特困失能人员没有照料护理费
-- title_en: Dependent on care, no care allowance
-- kind: gap
-- standard: 特困人员照料护理
-- severity: check
-- definition: 民政名单中本人在享特困供养，生活自理能力为半护理或全护理，而月照料护理费为零或没有填
-- definition_en: Civil affairs' list has the person in support and in need of care, and the monthly care allowance is zero or missing
-- article: 7
-- checked_by: village
-- owner: civil_affairs
-- version: 1
-- from: 2016-02-10
-- shows: kind=保障类别|Kind, care_grade=生活自理能力|Need of care, care_monthly=月照料护理费（元）|Monthly care allowance (yuan)
-- ask: 由谁照料，有没有签订照料协议？|Who takes care and is there an agreement?；护理费是否付给了照料人？|Is the allowance paid to whoever takes care?
select m.household, m.person, m.division, m.row, m.kind, m.care_grade, coalesce(m.care_monthly, 0) as care_monthly
from matched.low_income m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '在享' and m.kind in ('特困集中供养', '特困分散供养')
  and m.care_grade in ('半护理', '全护理') and coalesce(m.care_monthly, 0) = 0
