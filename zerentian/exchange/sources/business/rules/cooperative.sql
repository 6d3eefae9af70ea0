-- id: business.cooperative
-- title: 合作社已登记成员，档案登记未加入
-- title_en: Member of a cooperative, not in the register's column
-- kind: record
-- severity: check
-- definition: 在册户成员是存续的农民专业合作社的负责人或成员，而档案登记该户没有加入合作社
-- definition_en: A member of a registered household heads or belongs to a cooperative in being, and the register says that the household is in none
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: firm_name=主体名称|Firm, kind=主体类型|Kind, role=身份|Role, registered_on=成立日期|Founded on
-- ask: 是否真正参加合作社，有没有分红或保底收购？|Does the household take part and is there a dividend or a purchase price?；档案的“加入合作社”是否应更正？|Should the register be corrected?
select m.household, m.person, m.division, m.row, m.firm_name, m.kind, m.role, m.registered_on
from matched.business m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '存续' and m.kind = '农民专业合作社' and not h.in_cooperative
