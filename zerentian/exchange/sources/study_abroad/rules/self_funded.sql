-- id: study_abroad.self_funded
-- title: 家庭成员自费出国留学
-- title_en: A member studies abroad at own expense
-- kind: doubt
-- standard: 七清四严·清5
-- severity: clear
-- definition: 在册贫困户成员自费出国（境）留学，仍在国外，或回国不超过规定年数
-- definition_en: A member of a registered household studies abroad at own expense, is still there or came back no longer ago than the given years
-- article: 7
-- procedure: household.removal
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: years=study_abroad.years_back
-- shows: country=留学国家或地区|Country or region, stage=学习阶段|Stage, funding=经费来源|Funding, departed_on=出国日期|Departed on, returned_on=回国日期|Returned on
-- ask: 学费和生活费由谁承担，有没有亲友或机构资助？|Who pays the fees and the living and does anybody else help?；是留学还是劳务，护照和学校通知书看到了吗？|Is it study or work and were passport and admission seen?；家庭收入是否如实登记？|Is the household's income registered as it is?
select m.household, m.person, m.division, m.row, m.country, m.stage, m.funding, m.departed_on, m.returned_on
from matched.study_abroad m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.funding = '自费' and m.departed_on <= :on
  and (m.returned_on is null or date_diff('day', m.returned_on, :on) <= :years * 365.2425)
