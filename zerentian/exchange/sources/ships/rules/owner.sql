-- id: ships.owner
-- title: 家庭成员名下有船舶
-- title_en: A member owns a ship
-- kind: doubt
-- standard: 七清四严·清2
-- severity: clear
-- definition: 在册贫困户成员是登记有效、总吨达到标准的船舶的所有人；自用船不算
-- definition_en: A member of a registered household owns a ship of at least the given tonnage whose registration is valid; boats for own use don't count
-- article: 7
-- procedure: household.removal
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: least=ships.least_tonnage
-- shows: kind=船舶种类|Kind, tonnage=总吨|Gross tonnage, share=份额（%）|Share (%), registered_on=登记日期|Registered on, state=登记状态|State
-- ask: 船由谁出资、谁经营，有没有合伙或挂靠？|Who paid for it and who runs it, are there partners, is it only registered in this name?；每年经营净收入多少，是否已计入家庭收入？|What does it earn a year, and is that in the household's income?；是渔民上岸、禁捕后还没有注销的旧船吗？|Is it an old boat of a fisher who gave up fishing, not struck off yet?
select m.household, m.person, m.division, m.row, m.kind, m.tonnage, m.share, m.registered_on, m.state
from matched.ships m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '有效' and m.kind <> '自用船' and m.tonnage >= :least
