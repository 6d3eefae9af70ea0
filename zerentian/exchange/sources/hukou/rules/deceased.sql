-- id: hukou.deceased
-- title: 户口因死亡注销，名册仍在册
-- title_en: Registered as dead, still in the register
-- kind: record
-- severity: clear
-- definition: 在册户成员的户口已因死亡注销，名册中仍是现有成员
-- definition_en: The registration of a member of a registered household was cancelled by death, and the register still has the member
-- article: 7
-- procedure: household.adjustment
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: exit=登出原因|Why left, left_on=登出日期|Left on
-- ask: 本人是否确已去世，哪一天？|Has the person died and when?；去世后发放的补贴有没有停发、是否需要退回？|Were payments stopped since then and must any be returned?
select m.household, m.person, m.division, m.row, m.exit, m.left_on
from matched.hukou m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '注销' and m.exit = '死亡' and m.left_on <= :on
  and not exists (select 1 from matched.hukou n where n.person = m.person and n.state = '正常' and n.entered_on > m.left_on)
