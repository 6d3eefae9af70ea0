-- id: hukou.moved_in
-- title: 识别前迁入、人不在登记地居住（空挂户）
-- title_en: Moved in before identification, does not live there
-- kind: doubt
-- standard: 七清四严·清7
-- severity: clear
-- definition: 在册户成员的户口在识别前规定月数内或识别后迁入，并且迁入以来人户分离
-- definition_en: The registration of a member was moved in within the given months before identification or later, and the member has not lived there since
-- article: 7
-- procedure: household.removal
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: months=hukou.before_months
-- shows: entry=登入原因|Why entered, entered_on=登入日期|Entered on, away_since=人户分离起始|Away since, identified_on=识别日期|Identified on
-- ask: 为什么在这个时候迁入，原来住在哪里？|Why was the registration moved then and from where?；本人在村里有没有住房和承包地、平时住在哪里？|Has the person a house and land in the village and where does he live?
select m.household, m.person, m.division, m.row, m.entry, m.entered_on, m.away_since, h.identified_on
from matched.hukou m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '正常' and m.entry = '迁入' and m.away_since is not null
  and date_diff('day', m.entered_on, m.away_since) <= 31
  and date_diff('day', m.entered_on, h.identified_on) <= :months * 30.436875
