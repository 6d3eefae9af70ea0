-- id: employers.long
-- title: 家庭成员长期雇佣他人生产经营
-- title_en: A member has employed others for long
-- kind: doubt
-- standard: 七清四严·清3
-- severity: clear
-- definition: 在册贫困户成员是在用工的雇主，登记用工人数和持续月数都达到标准
-- definition_en: A member of a registered household is an employer whose registered employees and months of employing reach the given numbers
-- article: 7
-- procedure: household.removal
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: least=employers.least_employees, months=employers.least_months
-- shows: kind=雇主类别|Kind, employees=登记用工人数|Employees, since=用工登记日期|Since, state=登记状态|State
-- ask: 是本人雇人，还是替别人、替合作社办的登记？|Does the person employ them, or was it registered for somebody else or a cooperative?；雇的是长期工还是农忙时的短工？|Are they employed for long or for a season?；经营净收入多少，是否计入家庭收入？|What does it earn and is that in the household's income?
select m.household, m.person, m.division, m.row, m.kind, m.employees, m.since, m.state
from matched.employers m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '在用工' and m.employees >= :least
  and m.since <= :on and date_diff('day', m.since, :on) >= :months * 30
