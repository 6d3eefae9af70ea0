-- id: land_contracts.long
-- title: 家庭成员长期承包大面积土地或场所
-- title_en: A member contracted a large area for long
-- kind: doubt
-- standard: 七清四严·清3
-- severity: clear
-- definition: 在册贫困户成员以流转、招标、协商等方式取得的承包合同正在履行，期限和面积都达到标准；自家的家庭承包地和入股的不算
-- definition_en: A member of a registered household obtained land, water or works by lease, bid or agreement; the contract is being carried out and reaches the given years and area; the family's own allotment and shares paid in land don't count
-- article: 7
-- procedure: household.removal
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: least=land_contracts.least_land, years=land_contracts.least_years
-- shows: object=承包标的|What, way=取得方式|How obtained, land=面积（亩）|Area (mu), rent=年承包费（元）|Rent a year (yuan), since=起始日期|Since, until=终止日期|Until
-- ask: 是自己经营、合伙还是替合作社、他人签的合同？|Does the person run it alone, with partners, or did he sign for a cooperative or somebody else?；资金从哪里来，有没有产业扶持或贷款？|Where does the money come from, was there support or a loan?；一年净收入多少，是否计入家庭收入？|What does it earn a year and is that in the household's income?
select m.household, m.person, m.division, m.row, m.object, m.way, m.land, m.rent, m.since, m.until
from matched.land_contracts m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '履行中' and m.way in ('转包出租', '招标拍卖', '协商承包')
  and m.land >= :least and m.since <= :on and m.until >= :on and date_diff('day', m.since, m.until) >= :years * 365
