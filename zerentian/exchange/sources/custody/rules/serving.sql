-- id: custody.serving
-- title: 家庭成员正在服刑或强制戒毒
-- title_en: A member is in prison or compulsory treatment
-- kind: record
-- severity: check
-- definition: 在册户现有成员正在服刑或强制隔离戒毒，剩余期限达到规定天数，期间由国家供养
-- definition_en: A member of a registered household is in prison or compulsory drug treatment with at least the given days to go, and is kept by the state meanwhile
-- article: 7
-- procedure: household.adjustment
-- checked_by: township
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: days=custody.serving_days
-- shows: measure=措施|Measure, since=起始日期|Since, until=截止日期|Until
-- ask: 家庭人口和收入是否按实际供养人口核算？|Are members and income counted by those who are kept at home?；家里缺了劳动力，是否需要增加帮扶？|Does the household need more help for want of labour?；未成年子女由谁监护？|Who looks after children under age?
select m.household, m.person, m.division, m.row, m.measure, m.since, m.until
from matched.custody m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.measure = '在监管场所' and m.since <= :on
  and (m.until is null or date_diff('day', :on, m.until) >= :days)
