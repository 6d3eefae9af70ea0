-- id: disability.no_living_allowance
-- title: 低保残疾人没有困难残疾人生活补贴
-- title_en: Disabled and on the allowance, no living allowance for the disabled
-- kind: gap
-- standard: 困难残疾人生活补贴
-- severity: strict
-- definition: 持有效残疾人证，且档案登记享受低保或民政名单在享低保，而困难残疾人生活补贴为零或没有填；特困供养人员不重复享受，不提示
-- definition_en: Holds a valid card and is on the minimum living allowance by the register or civil affairs' list, and the living allowance for the disabled is zero or missing; people in extremely poor support don't get both and aren't asked about
-- article: 7
-- checked_by: village
-- owner: disabled_federation
-- version: 1
-- from: 2016-01-01
-- shows: kind=残疾类别|Kind, grade=残疾等级|Grade, issued_on=发证日期|Issued on, living_allowance=生活补贴（元/月）|Living allowance (yuan a month)
-- ask: 是否申请过困难残疾人生活补贴，哪天交的材料？|Was the living allowance applied for and when?；是否享受离退休、工伤等同类待遇而未重复发放？|Is there a like benefit that excludes it?
select m.household, m.person, m.division, m.row, m.kind, m.grade, m.issued_on, coalesce(m.living_allowance, 0) as living_allowance
from matched.disability m
join facts.person p on p.person = m.person
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '有效' and coalesce(m.living_allowance, 0) = 0
  and not p.extreme_support
  and (p.allowance or exists (
    select 1 from matched.low_income l where l.person = m.person and l.state = '在享' and l.kind in ('农村低保', '城市低保')))
  and not exists (
    select 1 from matched.low_income l where l.person = m.person and l.state = '在享' and l.kind in ('特困集中供养', '特困分散供养'))
