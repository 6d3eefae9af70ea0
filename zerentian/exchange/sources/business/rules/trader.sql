-- id: business.trader
-- title: 家庭成员是出资较多的个体工商户
-- title_en: A member is a sole trader with considerable capital
-- kind: doubt
-- standard: 七清四严·清3
-- severity: strict
-- definition: 在册贫困户成员是存续的个体工商户的经营者，登记出资额达到标准
-- definition_en: A member of a registered household is the operator of a sole trade in being with at least the given capital
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: least=business.trader_least
-- shows: firm_name=主体名称|Firm, kind=主体类型|Kind, role=身份|Role, registered_on=成立日期|Founded on, contribution=出资额（元）|Capital (yuan)
-- ask: 现在是否营业、雇了几个人？|Does it do business and employ anybody?；一年净收入多少，是否计入家庭收入？|What does it earn a year and is that in the household's income?；是否由产业扶持或小额信贷帮助开办？|Was it started with support or a micro-loan?
select m.household, m.person, m.division, m.row, m.firm_name, m.kind, m.role, m.registered_on, m.contribution
from matched.business m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '存续' and m.kind = '个体工商户' and m.role = '经营者' and m.contribution >= :least
