-- id: hukou.split
-- title: 识别前后分户
-- title_en: Household split around identification
-- kind: doubt
-- standard: 七清四严·清7
-- severity: clear
-- definition: 在册户成员在识别前规定月数内至识别当天分户立户
-- definition_en: A member of a registered household was split off into a household of his own within the given months up to identification
-- article: 7
-- procedure: household.removal
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: months=hukou.before_months
-- shows: entry=登入原因|Why entered, entered_on=登入日期|Entered on, identified_on=识别日期|Identified on
-- ask: 分户后是否仍同吃同住、共用收支？|Do they still live and eat together and share income?；分出的另一方（父母或子女）家庭条件怎样，有没有承担赡养？|How is the other part of the family off and does it support this one?
select m.household, m.person, m.division, m.row, m.entry, m.entered_on, h.identified_on
from matched.hukou m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '正常' and m.entry = '分户'
  and date_diff('day', m.entered_on, h.identified_on) between 0 and :months * 30.436875
