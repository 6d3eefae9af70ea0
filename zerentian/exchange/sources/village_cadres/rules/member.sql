-- id: village_cadres.member
-- title: 家庭成员是现任村干部
-- title_en: A member is a village cadre in office
-- kind: doubt
-- standard: 七清四严·严1
-- severity: strict
-- definition: 在册贫困户成员是现任村党组织、村民委员会或村务监督委员会成员
-- definition_en: A member of a registered household is in office in the village's party branch, committee or supervisory committee
-- article: 7
-- procedure: household.removal
-- checked_by: township
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: groups=village_cadres.group_heads
-- shows: relation=与村干部的关系|Relation to the cadre, body=任职组织|Body, post=职务|Post, since=任职日期|In office since
-- ask: 任职报酬多少，是否计入家庭收入？|What is the pay of the post and is it in the household's income?；识别和评议时本人是否回避？|Did the person keep out of the identification and the vote?；是否符合识别标准、群众有无意见？|Does the household meet the standard and does anybody object?
select m.household, m.person, m.division, m.row, m.relation, m.body, m.post, m.since
from matched.village_cadres m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.relation = '本人' and m.since <= :on and (m.until is null or m.until > :on) and (m.body <> '村民小组' or :groups = 1)
