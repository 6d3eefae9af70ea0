-- id: village_cadres.kin
-- title: 贫困户是现任村干部的近亲属
-- title_en: The household is near kin of a cadre in office
-- kind: doubt
-- standard: 第二十五条·亲属关系复核
-- severity: check
-- definition: 在册贫困户成员按备案是现任村干部的配偶、父母、子女、兄弟姐妹或其他近亲属，而村干部本人不在这一户
-- definition_en: A member of a registered household is declared as spouse, parent, child, sibling or other near relative of a cadre in office who does not belong to the household
-- article: 25
-- checked_by: township
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: groups=village_cadres.group_heads
-- shows: relation=与村干部的关系|Relation to the cadre, body=任职组织|Body, post=职务|Post, since=任职日期|In office since
-- ask: 该村干部在识别、评议、公示中是否回避，由谁复核？|Did the cadre keep out of identification, vote and notice and who reviewed it?；这一户的收入和住房是否与同村贫困户相当？|Are income and house like those of other poor households in the village?；近亲属享受的项目有没有公示？|Were the benefits of the relative announced?
select m.household, m.person, m.division, m.row, m.relation, m.body, m.post, m.since
from matched.village_cadres m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.relation <> '本人' and m.since <= :on and (m.until is null or m.until > :on) and (m.body <> '村民小组' or :groups = 1)
  and not exists (
    select 1 from matched.village_cadres o
    where o.household = m.household and o.relation = '本人' and (o.until is null or o.until > :on))
