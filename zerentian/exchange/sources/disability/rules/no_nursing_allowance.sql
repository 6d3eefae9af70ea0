-- id: disability.no_nursing_allowance
-- title: 重度残疾人没有护理补贴
-- title_en: Severely disabled, no nursing allowance
-- kind: gap
-- standard: 重度残疾人护理补贴
-- severity: strict
-- definition: 在册户成员持有效残疾人证，等级达到重度，而重度残疾人护理补贴为零或没有填；特困供养人员享受照料护理的，不提示
-- definition_en: A member of a registered household holds a valid card of a severe grade, and the nursing allowance is zero or missing; people in extremely poor support are cared for otherwise and aren't asked about
-- article: 7
-- checked_by: village
-- owner: disabled_federation
-- version: 1
-- from: 2016-01-01
-- parameters: severe=disability.severe_grade
-- shows: kind=残疾类别|Kind, grade=残疾等级|Grade, issued_on=发证日期|Issued on, nursing_allowance=护理补贴（元/月）|Nursing allowance (yuan a month)
-- ask: 是否申请过重度残疾人护理补贴，哪天交的材料？|Was the nursing allowance applied for and when?；现在由谁照料？|Who takes care of the person?
select m.household, m.person, m.division, m.row, m.kind, m.grade, m.issued_on, coalesce(m.nursing_allowance, 0) as nursing_allowance
from matched.disability m
join facts.person p on p.person = m.person
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '有效' and m.grade <= :severe and coalesce(m.nursing_allowance, 0) = 0
  and not p.extreme_support
  and not exists (
    select 1 from matched.low_income l where l.person = m.person and l.state = '在享' and l.kind in ('特困集中供养', '特困分散供养'))
