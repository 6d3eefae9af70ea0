-- id: hukou.deregistered
-- title: 户口已迁出或注销，名册仍在册
-- title_en: Registration moved away or cancelled, still in the register
-- kind: record
-- severity: check
-- definition: 在册户成员的户口已迁出、出国定居或因重复注销，现在没有正常户口，名册中仍是现有成员
-- definition_en: The registration of a member was moved away, cancelled for settling abroad or as a duplicate, there is no other in force, and the register still has the member
-- article: 7
-- procedure: household.adjustment
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: exit=登出原因|Why left, left_on=登出日期|Left on
-- ask: 户口迁到哪里，是婚嫁、就学还是买房落户？|Where was the registration moved to, for marriage, study or a house?；本人是否仍与家人共同生活？|Does the person still live with the household?
select m.household, m.person, m.division, m.row, m.exit, m.left_on
from matched.hukou m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '注销' and m.exit <> '死亡' and m.left_on <= :on
  and not exists (select 1 from matched.hukou n where n.person = m.person and n.state = '正常')
