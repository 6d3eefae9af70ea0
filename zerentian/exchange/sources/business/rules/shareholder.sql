-- id: business.shareholder
-- title: 家庭成员持有企业股份达到标准
-- title_en: A member holds a considerable share
-- kind: doubt
-- standard: 七清四严·清3
-- severity: clear
-- definition: 在册贫困户成员是存续的公司、合伙企业的股东或合伙人，出资比例和认缴出资额都达到标准；扶贫资金折股量化到户的，出资比例一般低于标准
-- definition_en: A member of a registered household is shareholder or partner of a company or partnership in being with at least the given share and contribution
-- article: 7
-- procedure: household.removal
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: share=business.least_share, contribution=business.least_contribution
-- shows: firm_name=主体名称|Firm, kind=主体类型|Kind, role=身份|Role, registered_on=成立日期|Founded on, share=出资比例（%）|Share (%), contribution=认缴出资额（元）|Contribution (yuan)
-- ask: 股份是自己出资、代持，还是扶贫资金入股？|Is the share paid by the person, held for others or bought with support funds?；有没有分红，每年多少？|Is there a dividend and how much a year?
select m.household, m.person, m.division, m.row, m.firm_name, m.kind, m.role, m.registered_on, m.share, m.contribution
from matched.business m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '存续' and m.kind in ('公司', '合伙企业') and m.role in ('股东', '合伙人')
  and m.share >= :share and m.contribution >= :contribution
