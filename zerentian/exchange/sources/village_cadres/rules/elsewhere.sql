-- id: village_cadres.elsewhere
-- title: 村干部任职村与登记村不同
-- title_en: A cadre of one village, registered in another
-- kind: record
-- standard: 七清四严·严1
-- severity: check
-- definition: 在册贫困户成员是现任村干部，而任职村与这一户登记的村不同
-- definition_en: A member of a registered household is a cadre in office of another village than the household's
-- article: 7
-- checked_by: township
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: groups=village_cadres.group_heads
-- shows: relation=与村干部的关系|Relation to the cadre, body=任职组织|Body, post=职务|Post, since=任职日期|In office since, village=任职村代码|Village of office
-- ask: 本人实际住在哪个村？|In which village does the person live?；档案的村是否登记错误？|Is the village in the register wrong?
select m.household, m.person, m.division, m.row, m.relation, m.body, m.post, m.since, m.village
from matched.village_cadres m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.relation = '本人' and m.since <= :on and (m.until is null or m.until > :on) and (m.body <> '村民小组' or :groups = 1)
  and m.village is not null and m.village <> cast(m.division as varchar)
