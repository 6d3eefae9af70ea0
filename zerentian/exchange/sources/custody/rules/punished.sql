-- id: custody.punished
-- title: 家庭成员受过处罚且未改正
-- title_en: A member was punished and has not corrected himself
-- kind: doubt
-- standard: 七清四严·清6
-- severity: clear
-- definition: 在册贫困户成员因赌博、吸毒、打架斗殴或邪教受到处罚，处罚起始在规定年数以内，帮教单位没有认定已改正；部门只答事由是否属于这几类，不交付案由
-- definition_en: A member of a registered household was punished within the given years for gambling, drugs, fighting or a cult, and the supervising unit does not say that he is corrected; the department only says whether the ground is one of these
-- article: 7
-- checked_by: township
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: years=custody.years_back
-- shows: measure=措施|Measure, since=起始日期|Since, until=截止日期|Until
-- ask: 帮教单位怎样评价，是否已经改正？|What does the supervising unit say and is it over?；家里其他人（老人、孩子）的生活有没有保障？|Are the others of the household provided for?；是否只核减本人而不影响全户？|Would it do to take out the person and leave the household in?
select m.household, m.person, m.division, m.row, m.measure, m.since, m.until
from matched.custody m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.bears and not coalesce(m.corrected, false)
  and m.since <= :on and date_diff('day', m.since, :on) <= :years * 365.2425
