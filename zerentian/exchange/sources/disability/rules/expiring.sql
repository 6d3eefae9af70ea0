-- id: disability.expiring
-- title: 残疾人证已过期或即将到期
-- title_en: The card has run out or is about to
-- kind: gap
-- standard: 到期换证
-- severity: check
-- definition: 在册户成员的残疾人证已过期，或有效期在规定天数内届满，过期后补贴停发
-- definition_en: The card of a member of a registered household has run out or does within the given days; allowances stop with it
-- article: 7
-- checked_by: village
-- owner: disabled_federation
-- version: 1
-- from: 2016-01-01
-- parameters: days=disability.renewal_days
-- shows: kind=残疾类别|Kind, grade=残疾等级|Grade, valid_until=有效期至|Valid until
-- ask: 是否已申请换证？|Has a new card been applied for?；行动不便的，是否需要上门评定？|Does the assessment have to come to the home?
select m.household, m.person, m.division, m.row, m.kind, m.grade, m.valid_until
from matched.disability m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state in ('有效', '过期') and m.valid_until is not null
  and date_diff('day', :on, m.valid_until) <= :days
  and not exists (
    select 1 from matched.disability n where n.person = m.person and n.state = '有效' and n.issued_on > m.issued_on)
