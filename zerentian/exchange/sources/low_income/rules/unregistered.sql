-- id: low_income.unregistered
-- title: 民政在保，档案没有登记
-- title_en: On civil affairs' list, not in the register's column
-- kind: record
-- severity: check
-- definition: 民政名单中本人在享低保或特困供养，档案里两项都没有登记；只涉及在册户的现有成员，名单中不在册的人员不产生线索
-- definition_en: Civil affairs' list has the person as a recipient, the register has neither; members of registered households only, recipients outside the register give no clue
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: kind=保障类别|Kind, granted_on=开始享受|Granted on, registered=档案|Register
-- ask: 低保证或特困证是哪年办的，是否本人？|When was the certificate issued and to this person?；保障金是否计入家庭收入？|Is the money counted in the household's income?
select m.household, m.person, m.division, m.row, m.kind, m.granted_on, '未登记' as registered
from matched.low_income m
join facts.person p on p.person = m.person
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '在享' and not p.allowance and not p.extreme_support
