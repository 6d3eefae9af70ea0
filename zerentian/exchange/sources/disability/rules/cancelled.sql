-- id: disability.cancelled
-- title: 残疾人证已注销，档案仍登记残疾
-- title_en: The card is cancelled, the register still says disabled
-- kind: doubt
-- severity: check
-- definition: 本人的残疾人证都已注销，而档案仍登记残疾类别或健康状况为残疾
-- definition_en: Every card of the person is cancelled, and the register still has a disability
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: kind=残疾类别|Kind, grade=残疾等级|Grade, issued_on=发证日期|Issued on, state=证件状态|State of the card
-- ask: 注销的原因是什么（康复、重新评定不合格、迁出）？|Why was it cancelled?；以因残致贫识别的，致贫原因是否仍成立？|If disability is the cause of poverty is it still so?
select m.household, m.person, m.division, m.row, m.kind, m.grade, m.issued_on, m.state
from matched.disability m
join facts.person p on p.person = m.person
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '注销'
  and (coalesce(p.disability_kind, '') <> '' or p.health like '%disabled%')
  and not exists (select 1 from matched.disability n where n.person = m.person and n.state <> '注销')
