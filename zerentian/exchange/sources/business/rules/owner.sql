-- id: business.owner
-- title: 家庭成员是企业的负责人或投资人
-- title_en: A member heads or owns an enterprise
-- kind: doubt
-- standard: 七清四严·清3
-- severity: clear
-- definition: 在册贫困户成员是存续的公司、个人独资企业、合伙企业的法定代表人、负责人或投资人；农民专业合作社和分支机构除外
-- definition_en: A member of a registered household is legal representative, head or investor of a company, sole proprietorship or partnership in being; cooperatives and branches excepted
-- article: 7
-- procedure: household.removal
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: firm_name=主体名称|Firm, kind=主体类型|Kind, role=身份|Role, registered_on=成立日期|Founded on
-- ask: 企业是否实际经营，本人是出资还是挂名？|Does the firm do business and does the person own it or only lend the name?；上年收入和税费多少，是否计入家庭收入？|What did it earn last year and is that in the household's income?；是否知道自己被登记（防止冒名）？|Did the person know of the registration?
select m.household, m.person, m.division, m.row, m.firm_name, m.kind, m.role, m.registered_on
from matched.business m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '存续' and m.kind in ('公司', '个人独资企业', '合伙企业')
  and m.role in ('法定代表人', '负责人', '投资人')
