-- id: commercial_insurance.pension
-- title: 家庭成员自费购买商业养老保险
-- title_en: A member pays for a commercial pension
-- kind: doubt
-- standard: 七清四严·严3
-- severity: strict
-- definition: 在册贫困户成员自费投保商业养老年金，保单有效，年保费达到标准
-- definition_en: A member of a registered household pays for a commercial annuity in force, of at least the given yearly premium
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: least=commercial_insurance.pension_least
-- shows: insurer=保险公司|Insurer, kind=险种|Kind, premium=年保费（元）|Yearly premium (yuan), since=生效日期|In force since
-- ask: 保费由谁出，什么时候开始交？|Who pays the premium and since when?；是否子女代交或人情保单？|Is it paid by children or taken out as a favour?；交保费时家庭收入怎样？|What was the household's income then?
select m.household, m.person, m.division, m.row, m.insurer, m.kind, m.premium, m.since
from matched.commercial_insurance m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '有效' and m.kind = '养老年金' and m.paid_by = '本人' and m.premium >= :least
